import { asRecord, type Raw } from '../scenario/raw.ts'
import type { SchemaObject } from '../spec/schema/schema-object.ts'
import type { Scope } from '../spec/value.ts'
import type { Operation } from '../spec/vendor.ts'
import { givenItems } from './items.ts'
import { examplesOf } from './raw-operation.ts'
import type { Builder } from './request.ts'

export interface MadeBody {
  readonly mediaType: string
  readonly text: string
  readonly notes: readonly string[]
}

interface Wanted {
  /** What the user wrote. */
  readonly given: string | undefined
  /** Path parameters, whose items may say what the body has to be. */
  readonly params: ReadonlyMap<string, string>
  /** Fields that examples and schemas cannot know. */
  readonly own: Raw | undefined
  /** The `requestBody` of the document. */
  readonly raw: Raw
}

/** A body that the operation should accept: the user's, the first example that fits, or one made by the schema. */
export function makeBody(builder: Builder, operation: Operation, wanted: Wanted): MadeBody | undefined {
  const { body } = operation
  if (!body)
    return wanted.given === undefined ? undefined : { mediaType: 'application/json', text: wanted.given, notes: [] }
  const types = [...body.content.keys()]
  const mediaType = types.find((type) => /[/+]json\b/.test(type)) ?? types[0] ?? 'application/json'
  if (wanted.given !== undefined) return { mediaType: headerOf(mediaType), text: wanted.given, notes: [] }
  const documented = body.content.get(mediaType)
  const own = itemSchema(builder, operation, wanted.params)
  const issuesOf = (value: unknown): string[] => judge(builder, operation, value, documented, own)
  const fields = wanted.own && declaredOf(wanted.own, documented)
  if (fields && issuesOf(fields).length === 0) return { mediaType, text: encode(mediaType, fields), notes: [] }
  const examples = examplesOf(builder.source.data, asRecord(asRecord(wanted.raw['content'])[mediaType]))
  const fitting = examples.find((value) => issuesOf(value).length === 0)
  if (fitting !== undefined) return { mediaType: headerOf(mediaType), text: encode(mediaType, fitting), notes: [] }
  const schema = own ?? documented
  if (!schema) return examples.length > 0 ? { mediaType, text: encode(mediaType, examples[0]), notes: [] } : undefined
  const identity = [builder.vendor.name, operation.id, 'body', ...wanted.params.values()]
  const made = builder.generator.generateValid(schema, identity, builder.vendor.schemas.validator(schema), 16, {
    direction: 'request',
  }).value
  const [issue] = issuesOf(made)
  const notes = [
    'the body is made up; --body takes another',
    ...(issue === undefined ? [] : [`it may not fit: ${issue}`]),
  ]
  return { mediaType: headerOf(mediaType), text: encode(mediaType, made), notes }
}

/** Only what the schema names, where it names something. */
function declaredOf(fields: Raw, schema: SchemaObject | undefined): Raw {
  const known = Object.keys(asRecord(schema?.['properties']))
  if (known.length === 0) return fields
  return Object.fromEntries(Object.entries(fields).filter(([name]) => known.includes(name)))
}

/** The schema that an item in the path gives for the body, where the operation says so. */
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

/** As the *validate* stage would: the documented schema judges all, the item's what is left without control fields. */
function judge(
  builder: Builder,
  operation: Operation,
  value: unknown,
  documented: SchemaObject | undefined,
  own: SchemaObject | undefined,
): string[] {
  const { schemas } = builder.vendor
  const issues = documented ? schemas.validator(documented, { direction: 'request' })(value) : []
  if (issues.length > 0 || !own) return issues.map((issue) => issue.message)
  const rest = Object.fromEntries(
    Object.entries(asRecord(value)).filter(([name]) => !operation.validate.strip.includes(name)),
  )
  return schemas
    .validator(own)(rest)
    .map((issue) => issue.message)
}

/** Forms with files need a mark between their parts, which the media type names. */
const MARK = 'sparring-part'

function headerOf(mediaType: string): string {
  return isForm(mediaType) ? `${mediaType}; boundary=${MARK}` : mediaType
}

function isForm(mediaType: string): boolean {
  return mediaType === 'multipart/form-data'
}

function encode(mediaType: string, value: unknown): string {
  if (isForm(mediaType)) {
    const parts = Object.entries(asRecord(value)).flatMap(([name, entries]) =>
      (Array.isArray(entries) ? entries : [entries]).map((entry: unknown) => {
        const isFile = name === 'file' || name === 'files'
        const head = `Content-Disposition: form-data; name="${name}"${isFile ? '; filename="file.txt"' : ''}`
        const text = typeof entry === 'object' ? JSON.stringify(entry) : String(entry)
        return `--${MARK}\r\n${head}${isFile ? '\r\nContent-Type: text/plain' : ''}\r\n\r\n${text}\r\n`
      }),
    )
    return `${parts.join('')}--${MARK}--\r\n`
  }
  if (mediaType === 'application/x-www-form-urlencoded') {
    return new URLSearchParams(
      Object.entries(asRecord(value)).map(([name, entry]) => [
        name,
        typeof entry === 'object' ? JSON.stringify(entry) : String(entry),
      ]),
    ).toString()
  }
  return typeof value === 'string' && !/[/+]json\b/.test(mediaType) ? value : JSON.stringify(value)
}
