import { asRecord, type Raw } from '../scenario/raw.ts'
import type { ResponseHeader } from '../spec/codec/response-header.ts'
import { writeHeader } from '../spec/codec/write-parameter.ts'
import { concreteType, isJson } from '../spec/media/media-type.ts'
import { writeBody } from '../spec/media/write-body.ts'
import { withBoundary } from '../spec/media/write-parts.ts'
import { isBinary, type SchemaObject } from '../spec/schema/schema-object.ts'
import { requestContent } from '../spec/model/operation/request-content.ts'
import type { Scope } from '../spec/values/value.ts'
import type { Operation, RequestContent } from '../spec/model/operation/operation.ts'
import { givenItems } from './given-items.ts'
import { bodyExamples } from './raw-operation.ts'
import type { Builder } from './builder.ts'

export interface MadeBody {
  readonly mediaType: string
  readonly text: string
  readonly notes: readonly string[]
}

interface Wanted {
  /** The user's own body. */
  readonly given: string | undefined
  /** Path parameters, whose items may determine the body's schema. */
  readonly params: ReadonlyMap<string, string>
  /** Fields that examples and schemas cannot provide. */
  readonly own: Raw | undefined
  /** The `requestBody` of the document. */
  readonly raw: Raw
}

/** A body that the operation should accept: the user's, the first valid example, or one generated from the schema. */
export function makeBody(builder: Builder, operation: Operation, wanted: Wanted): MadeBody | undefined {
  const { body } = operation
  if (!body)
    return wanted.given === undefined ? undefined : { mediaType: 'application/json', text: wanted.given, notes: [] }
  const types = [...body.content.keys()]
  const mediaType = types.find(isJson) ?? types[0] ?? 'application/json'
  const documented = body.content.get(mediaType)
  const sent = concreteType(mediaType, isBinary(documented))
  if (wanted.given !== undefined) return { mediaType: withBoundary(sent, wanted.given), text: wanted.given, notes: [] }
  const written = (value: unknown, notes: readonly string[]): MadeBody => {
    const text = encode(builder, sent, value, requestContent(body, mediaType))
    return { mediaType: withBoundary(sent, text), text, notes }
  }
  const own = itemSchema(builder, operation, wanted.params)
  const issuesOf = judge(builder, operation, { documented, own })
  const fields = wanted.own && declaredOf(wanted.own, documented)
  if (fields && issuesOf(fields).length === 0) return written(fields, [])
  const examples = bodyExamples(builder.source.data, wanted.raw, mediaType)
  const fitting = examples.find((value) => issuesOf(value).length === 0)
  if (fitting !== undefined) return written(fitting, [])
  const schema = own ?? documented
  if (!schema) return examples.length > 0 ? written(examples[0], []) : undefined
  const identity = [builder.vendor.name, operation.id, 'body', ...wanted.params.values()]
  const made = builder.generator.generateValid(schema, identity, builder.vendor.schemas.validator(schema), {
    direction: 'request',
  }).value
  const [issue] = issuesOf(made)
  const notes = [
    'the body is made up; --body sets another',
    ...(issue === undefined ? [] : [`it may not fit: ${issue}`]),
  ]
  return written(made, notes)
}

/** Only the fields that the schema declares, if it declares any. */
function declaredOf(fields: Raw, schema: SchemaObject | undefined): Raw {
  const known = Object.keys(asRecord(schema?.['properties']))
  if (known.length === 0) return fields
  return Object.fromEntries(Object.entries(fields).filter(([name]) => known.includes(name)))
}

/** The body schema from an item in the path, where the operation uses one. */
function itemSchema(
  builder: Builder,
  operation: Operation,
  params: ReadonlyMap<string, string>,
): SchemaObject | undefined {
  const items = new Map<string, Raw>()
  for (const [param, key] of params) {
    const collection = operation.items.get(param)
    if (collection) items.set(collection.item, givenItems(builder, collection).get(key) ?? {})
  }
  const scope: Scope = { read: (root) => items.get(root), generate: () => undefined, list: () => [] }
  const schema = operation.validate.body?.(scope)
  return schema !== null && typeof schema === 'object' ? (schema as SchemaObject) : undefined
}

/**
 * Validates as the *validate* stage does: the documented schema for everything, the item's for the rest without control
 * fields.
 */
function judge(
  { vendor: { schemas } }: Builder,
  { validate }: Operation,
  { documented, own }: { readonly documented: SchemaObject | undefined; readonly own: SchemaObject | undefined },
): (value: unknown) => string[] {
  return (value) => {
    const issues = documented ? schemas.validator(documented, { direction: 'request' })(value) : []
    if (issues.length > 0 || !own) return issues.map((issue) => issue.message)
    const rest = Object.fromEntries(Object.entries(asRecord(value)).filter(([name]) => !validate.strip.includes(name)))
    return schemas
      .validator(own)(rest)
      .map((issue) => issue.message)
  }
}

function encode(builder: Builder, mediaType: string, value: unknown, content: RequestContent): string {
  const { schemas } = builder.vendor
  const { schema, encodings } = content
  const partHeader = (header: ResponseHeader): string | undefined => partHeaderText(builder, header)
  const body = writeBody(mediaType, { value, schema, schemas, encodings, fileType: 'text/plain', partHeader })
  // The mock cannot parse what it cannot serialize, so any text will do.
  return typeof body === 'string' ? body : String(JSON.stringify(value))
}

/** The text of a required part header: the documented example, else a value from the schema. */
function partHeaderText({ vendor, generator }: Builder, header: ResponseHeader): string | undefined {
  if (!header.required) return undefined
  const identity = [vendor.name, 'part', header.name]
  const value =
    header.shown ?? generator.generate(header.schema ?? { type: 'string' }, identity, { direction: 'request' })
  return writeHeader(header, value)
}
