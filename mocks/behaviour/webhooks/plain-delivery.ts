import type { ResponseHeader } from '../../spec/codec/response-header.ts'
import { writeHeader } from '../../spec/codec/write-parameter.ts'
import { writeBody } from '../../spec/media/write-body.ts'
import { withBoundary } from '../../spec/media/write-parts.ts'
import type { Representation } from '../../spec/model/response.ts'
import type { PlainWebhook } from '../../spec/model/webhook.ts'
import type { VendorContext } from '../context.ts'
import { type DeliveryRow, nextNumber, putDelivery } from './delivery-row.ts'

interface Occasion extends Pick<DeliveryRow, 'id' | 'job' | 'state' | 'url' | 'origin'> {
  /** A generated body is the same for the same identity. */
  readonly identity: ReadonlyArray<string | number>
}

/** Time that a receiver has, in ms; the document does not say. */
const WITHIN_MS = 10_000

/** Creates a delivery for which the document defines only the body: sent at once, unsigned and without retries. */
export function putPlainDelivery(
  context: VendorContext,
  { name, method, body }: PlainWebhook,
  occasion: Occasion,
): DeliveryRow {
  const { identity, ...about } = occasion
  const written = body && writtenBody(context, body, identity)
  return putDelivery(context, {
    ...about,
    number: nextNumber(context),
    webhook: name,
    method,
    at: context.now,
    headers: body && written !== undefined ? [['content-type', withBoundary(body.mediaType, written)]] : [],
    body: written ?? '',
    fault: undefined,
    outcome: 'waiting',
    because: undefined,
    due: context.now,
    attempts: [],
    accepts: ['2xx'],
    within: WITHIN_MS,
    retry: [],
    lost: 0,
    played: [],
    copyOf: undefined,
    secretHeader: undefined,
  })
}

/** The example that fits, else a generated body. */
function writtenBody(
  context: VendorContext,
  { schema, mediaType, examples, encodings }: Representation,
  identity: Occasion['identity'],
): string | undefined {
  const { schemas } = context.vendor
  const validate = schema && schemas.validator(schema, { direction: 'request' })
  const shown = [...examples.values()].find(
    ({ value }) => value !== undefined && (validate?.(value) ?? []).length === 0,
  )
  const value = shown ? shown.value : schema && context.make(schema, ...identity)
  const written = writeBody(mediaType, { value, schema, schemas, encodings, partHeader: shownText })
  return typeof written === 'string' ? written : undefined
}

function shownText(header: ResponseHeader): string | undefined {
  return header.shown === undefined ? undefined : writeHeader(header, header.shown)
}
