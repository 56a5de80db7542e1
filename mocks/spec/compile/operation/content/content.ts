import type { MediaNode } from '../../../model/document.ts'
import {
  concreteType,
  isFile,
  isJson,
  isMultipart,
  isRange,
  mediaTypeOf,
  writesObjects,
} from '../../../media/media-type.ts'
import { isBinary, type SchemaObject } from '../../../schema/schema-object.ts'
import { type Encodings, NO_ENCODINGS } from '../../../media/body-form.ts'
import { isCsv } from '../../../media/write-csv.ts'
import type { Example, Representation } from '../../../model/response.ts'
import type { RequestBody } from '../../../model/operation/operation.ts'
import {
  compileHeaders,
  compilePatches,
  type Context,
  type Data,
  followRef,
  schemaOf,
  type SpecCursor,
  asString,
} from '../../context.ts'
import { deref } from '../../../references/deref.ts'
import { isCompound, asList } from '../../../values/is-record.ts'
import { dataInText, exampleValue } from './documented-value.ts'
import { compileEncodings } from './encodings.ts'

/** Compiles `content` of a request body. */
export function compileBodyContent(raw: SpecCursor): Pick<RequestBody, 'content' | 'encodings' | 'structured'> {
  const media = raw.entries()
  const content = new Map(media.map(([key, node]) => [key, bodySchema(node.record())] as const))
  const structured = [...content]
    .filter(([key, schema]) => !isJson(key) && isStructured(raw.context, schema))
    .map(([key]) => key)
  const encodings = media.flatMap(([key, node]): Array<[string, Encodings]> => {
    const found = compileEncodings(node)
    return found === NO_ENCODINGS ? [] : [[key, found]]
  })
  return { content, encodings: new Map(encodings), structured: new Set(structured) }
}

/** `itemSchema` applies to each entry of sequential media types (OpenAPI 3.2.0 section 4.14). */
function bodySchema(media: MediaNode & { readonly itemSchema?: unknown }): SchemaObject | undefined {
  const own = schemaOf(media.schema)
  const items = own ? undefined : schemaOf(media.itemSchema)
  return items ? { type: 'array', items } : own
}

/** Compiles `content` of a response, the default media type first: JSON where there is one. */
export function compileRepresentations(content: SpecCursor): readonly Representation[] {
  const written = content.entries().map(([key, media]) => compileRepresentation(key, media))
  const json = written.find(({ mediaType }) => isJson(mediaType))
  const table = json && isTable(content.context, json) ? json : undefined
  const all = written.map((entry) => (table && isCsv(entry.mediaType) ? asTable(entry, table) : entry))
  const usual =
    all.find(({ mediaType, range }) => range === undefined && mediaTypeOf(mediaType) === 'application/json') ??
    all.find(({ mediaType, range }) => range === undefined && isJson(mediaType)) ??
    all.find(({ mediaType, canBe }) => canBe(mediaType))
  return usual === undefined ? all : [usual, ...all.filter((entry) => entry !== usual)]
}

/** Whether a body is a list, so that it can be written as rows. */
function isTable(context: Context, { schema, examples }: Pick<Representation, 'schema' | 'examples'>): boolean {
  const isList = deref(context.document, schema).node['type'] === 'array'
  return isList || [...examples.values()].some(({ value }) => Array.isArray(value))
}

/** A CSV representation that is only declared as text gets the rows of the JSON representation. */
function asTable(csv: Representation, { schema, examples }: Representation): Representation {
  const isKnown = csv.examples.size > 0 || (csv.schema !== undefined && csv.schema['type'] !== 'string')
  return isKnown ? csv : { ...csv, schema, examples }
}

/** `itemSchema` applies to each entry of sequential media types (OpenAPI 3.2.0 section 4.14). */
function answerSchema(media: SpecCursor): SchemaObject | undefined {
  const own = schemaOf(media.at('schema').value)
  const items = own ? undefined : schemaOf(media.at('itemSchema').value)
  return items ? { type: 'array', minItems: 1, items } : own
}

function compileRepresentation(key: string, media: SpecCursor): Representation {
  const written = answerSchema(media)
  // A JSON text is data where no text can be meant.
  const isData = isJson(key) && (written === undefined || isStructured(media.context, written))
  const examples = compileExamples(key, media, (value) => (isData ? dataInText(value) : undefined) ?? value)
  const mediaType = concreteType(key, isBinary(written))
  // A file is no object: without an example, its bytes are made up.
  const isWrong = written && examples.size === 0 && isFile(mediaType) && isStructured(media.context, written)
  const schema = isWrong ? undefined : written
  const values = (): unknown[] => [...examples.values()].map(({ value }) => value)
  let plain: boolean | undefined
  // Without a schema, the examples determine the type. Computed lazily, since JSON can represent everything.
  const isPlain = (): boolean => (plain ??= schema ? !isStructured(media.context, schema) : !values().some(isCompound))
  return {
    mediaType,
    range: isRange(key) ? key : undefined,
    schema,
    examples,
    encodings: compileEncodings(media),
    isMultipart: isMultipart(mediaType),
    canBe: (type) =>
      writesObjects(type) ||
      isPlain() ||
      (isCsv(type) && isTable(media.context, { schema, examples })) ||
      (type === mediaType && values().some((value) => typeof value === 'string')),
  }
}

function compileExamples(
  key: string,
  media: SpecCursor,
  read: (value: unknown) => unknown,
): ReadonlyMap<string, Example> {
  const examples = new Map<string, Example>()
  if (media.has('example')) {
    examples.set('example', { name: 'example', value: read(media.at('example').value), headers: [], body: [] })
  }
  for (const [name, example] of media.at('examples').entries()) {
    const node = followRef(example)
    examples.set(name, {
      name,
      value: read(exampleValue(node.record(), !isJson(key))),
      headers: compileHeaders(node.at('x-mock', 'headers')),
      body: compilePatches(node.at('x-mock', 'body')),
    })
  }
  return examples
}

/** Whether a schema allows only objects or lists: it cannot judge a text that is not parsed. */
function isStructured(context: Context, schema: unknown, known = new Map<Data, boolean>()): boolean {
  const { node } = deref(context.document, schema)
  const before = known.get(node)
  if (before !== undefined) return before
  // A recursive reference adds nothing.
  known.set(node, false)
  const found = judgeStructure(node, (entry) => isStructured(context, entry, known))
  known.set(node, found)
  return found
}

function judgeStructure(node: Data, judge: (entry: unknown) => boolean): boolean {
  const types = asString(node['type']) === undefined ? asList(node['type']) : [node['type']]
  if (types.length > 0) return types.every((type) => STRUCTURES.has(type)) && types.some((type) => type !== 'null')
  if (['properties', 'required', 'additionalProperties', 'items', 'prefixItems'].some((keyword) => keyword in node))
    return true
  if (asList(node['allOf']).some(judge)) return true
  return ['anyOf', 'oneOf'].some((keyword) => asList(node[keyword]).length > 0 && asList(node[keyword]).every(judge))
}

const STRUCTURES: ReadonlySet<unknown> = new Set(['object', 'array', 'null'])
