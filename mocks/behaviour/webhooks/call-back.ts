import { getPointer } from '../../spec/references/pointer.ts'
import type { Callback, RuntimeExpression } from '../../spec/model/webhook.ts'
import { isJson } from '../../spec/media/media-type.ts'
import { writeBody } from '../../spec/media/write-body.ts'
import { asText } from '../../spec/values/scalar.ts'
import { random } from '../../state/hash.ts'
import type { MatchedExchange } from '../exchange.ts'
import { nextNumber, putDelivery } from './delivery-row.ts'

/** An answer, as runtime expressions read it. */
export interface CalledBack {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string | Uint8Array | undefined
}

/** How long a receiver has, in ms: the document does not say. */
const WITHIN_MS = 10_000

/** Sends the callbacks of an operation as soon as it has answered: when a vendor sends them no document says. */
export function callBack(exchange: MatchedExchange, callbacks: readonly Callback[], answer: CalledBack): void {
  for (const callback of callbacks) {
    const url = urlOf(exchange, callback, answer)
    if (url === undefined) continue
    const { headers } = exchange.call
    const body = bodyOf(exchange, callback)
    putDelivery(exchange, {
      id: idOf(exchange, callback, url),
      number: nextNumber(exchange),
      webhook: callback.name,
      job: exchange.job ?? exchange.id,
      state: String(answer.status),
      at: exchange.now,
      method: callback.method,
      url,
      origin: headers['origin'],
      headers: callback.body && body !== undefined ? [['content-type', callback.body.mediaType]] : [],
      body: body ?? '',
      fault: undefined,
      outcome: 'waiting',
      because: undefined,
      due: exchange.now,
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
}

/** One callback may go to several addresses, by several methods. */
function idOf({ seed, vendor, id }: MatchedExchange, { name, method }: Callback, url: string): string {
  return `dlv_${random(seed, vendor.name, 'callback', name, id, method, url).hex(12)}`
}

function urlOf(exchange: MatchedExchange, { url }: Callback, answer: CalledBack): string | undefined {
  let text = ''
  for (const part of url) {
    const value = typeof part === 'string' ? part : valueOf(exchange, part, answer)
    if (value === undefined || value === null || value === '') return undefined
    text += asText(value)
  }
  return text
}

function valueOf(exchange: MatchedExchange, { of, in: place, name }: RuntimeExpression, answer: CalledBack): unknown {
  const { call } = exchange
  if (of === 'url') return call.base + call.path
  if (of === 'method') return call.method
  if (of === 'statusCode') return answer.status
  const isRequest = of === 'request'
  switch (place) {
    case 'header': {
      const wanted = name.toLowerCase()
      return isRequest ? call.headers[wanted] : answer.headers.find(([known]) => known.toLowerCase() === wanted)?.[1]
    }
    case 'query':
      return isRequest ? exchange.query.get(name) : undefined
    case 'path':
      return isRequest ? exchange.params[name] : undefined
    default:
      return getPointer(isRequest ? exchange.input?.body : answered(answer), name)
  }
}

function answered({ headers, body }: CalledBack): unknown {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return typeof body === 'string' && isJson(type) ? JSON.parse(body) : undefined
}

/** The example that fits, else a body that is made for this request. */
function bodyOf(exchange: MatchedExchange, { name, body }: Callback): string | undefined {
  if (!body) return undefined
  const { schema, mediaType, examples } = body
  const { schemas } = exchange.vendor
  const validate = schema && schemas.validator(schema, { direction: 'request' })
  const shown = [...examples.values()].find(
    ({ value }) => value !== undefined && (validate?.(value) ?? []).length === 0,
  )
  const value = shown ? shown.value : schema && exchange.make(schema, 'callback', name, exchange.id)
  const written = writeBody(mediaType, { value, schema, schemas })
  return typeof written === 'string' ? written : undefined
}
