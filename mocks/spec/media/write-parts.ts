import { decodeText, encodeText } from '../../state/text.ts'
import type { Styled } from '../codec/styles.ts'
import { writePairs } from '../codec/write-styled.ts'
import { type Shape, valueShape } from '../codec/value-shape.ts'
import { headerText } from '../http/header-text.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Schemas } from '../schema/validator.ts'
import { isCompound, isRecord } from '../values/is-record.ts'
import { joinBytes } from '../values/bytes.ts'
import { asText } from '../values/scalar.ts'
import { type FieldEncoding, NO_ENCODINGS, type Writing, type WrittenBody } from './body-form.ts'
import {
  concreteType,
  isMultipart,
  isRange,
  languageOf,
  mediaTypeOf,
  parametersOf,
  writesObjects,
} from './media-type.ts'
import { encodingAt } from './read-parts.ts'

/** The default boundary, if no part contains it. */
const MARK = 'sparring-part'

/** Serializes the content of a part. */
type Write = (mediaType: string, writing: Writing) => WrittenBody

interface Part {
  /** Header lines. */
  readonly head: readonly string[]
  readonly body: string | Uint8Array
}

/**
 * Writes a `multipart/` body (RFC 2046 section 5.1). Properties become parts of a form (RFC 7578), a list property one
 * part per entry; a list becomes its entries, without names. A text that begins with a boundary is written unchanged.
 *
 * The boundary is that of the media type, else one that occurs in no part; equal values get equal boundaries.
 */
export function writeParts(mediaType: string, writing: Writing, write: Write): string | Uint8Array {
  const { value } = writing
  if (isWritten(value)) return value
  const usual = isForm(mediaType) ? undefined : 'text/plain; charset=utf-8'
  const parts = entriesOf(mediaType, writing).map((entry) => writePart(entry, { writing, write, usual }))
  const mark = parametersOf(mediaType).get('boundary') ?? freeMark(parts)
  const pieces = parts.flatMap(({ head, body }) => [
    `--${mark}\r\n${head.map((line) => `${line}\r\n`).join('')}\r\n`,
    body,
    '\r\n',
  ])
  return joined([...pieces, `--${mark}--\r\n`])
}

/**
 * The `Content-Type` of a serialized body: a `multipart/` type must name the boundary that its body begins with.
 *
 * @example
 * withBoundary('multipart/mixed', '--cut\r\n\r\none\r\n--cut--\r\n')
 * //=> 'multipart/mixed; boundary=cut'
 */
export function withBoundary(mediaType: string, body: string | Uint8Array): string {
  if (!isMultipart(mediaType) || parametersOf(mediaType).has('boundary')) return mediaType
  const start = typeof body === 'string' ? body.slice(0, LONGEST_LINE) : decodeText(body.subarray(0, LONGEST_LINE))
  const mark = BOUNDARY_LINE.exec(start)?.[1]
  if (mark === undefined) return mediaType
  return `${mediaType}; boundary=${/^[\w'+.-]+$/.test(mark) ? mark : `"${mark}"`}`
}

/** RFC 2046 section 5.1.1. */
const BOUNDARY_LINE = /^--([\w'()+,./:=? -]{0,69}[\w'()+,./:=?-])[ \t]*(?:\r?\n|$)/
const LONGEST_LINE = 200

function isWritten(value: unknown): value is string | Uint8Array {
  if (typeof value === 'string') return BOUNDARY_LINE.test(value.slice(0, LONGEST_LINE))
  return value instanceof Uint8Array && BOUNDARY_LINE.test(decodeText(value.subarray(0, LONGEST_LINE)))
}

/** A part before serialization: by name in a form, by position in a list. */
interface Entry {
  readonly value: unknown
  readonly name: string | undefined
  readonly shape: Shape
  readonly encoding: FieldEncoding | undefined
}

function entriesOf(mediaType: string, writing: Writing): Entry[] {
  const { value, schema, schemas, encodings = NO_ENCODINGS } = writing
  const shape = writing.shape ?? valueShape(schemas, schema)
  // Parts of a form must have names.
  const nameAt = (index: number): string | undefined => (isForm(mediaType) ? String(index) : undefined)
  if (Array.isArray(value))
    return value.map((one: unknown, index) => {
      return { value: one, name: nameAt(index), shape: shape.entry(index), encoding: encodingAt(encodings, index) }
    })
  if (!isRecord(value)) return [{ value, name: nameAt(0), shape, encoding: undefined }]
  return Object.entries(value).flatMap(([name, field]): Entry[] => {
    if (field === undefined) return []
    const own = shape.property(name)
    const encoding = encodings.named.get(name)
    if (encoding?.style) return styled({ name, ...encoding.style }, field, encoding)
    if (!Array.isArray(field)) return [{ value: field, name, shape: own, encoding }]
    return field.map((one: unknown) => ({ value: one, name, shape: own.items, encoding }))
  })
}

/** Parts of a styled field: `id[key]`. */
function styled(field: Styled, value: unknown, encoding: FieldEncoding): Entry[] {
  return writePairs(field, value, String).map((pair) => {
    const equals = pair.indexOf('=', pair.startsWith(field.name) ? field.name.length : 0)
    return { value: pair.slice(equals + 1), name: pair.slice(0, equals), shape: NO_SHAPE, encoding }
  })
}

const NO_SHAPE = valueShape({} as Schemas, undefined)

function isForm(mediaType: string): boolean {
  return mediaTypeOf(mediaType) === 'multipart/form-data'
}

interface Manner {
  readonly writing: Writing
  readonly write: Write
  /** The media type of a plain text part; undefined where it is omitted. */
  readonly usual: string | undefined
}

function writePart({ value, name, shape, encoding }: Entry, { writing, write, usual }: Manner): Part {
  const { schemas, partHeader, fileType } = writing
  const own = ownContent(shape, fileType)
  const said = saidType(encoding, value)
  const isStructure = isCompound(value)
  const type = said ?? (isStructure ? 'application/json' : (own.type ?? usual))
  const within = { value, schema: undefined, shape, schemas, encodings: encoding?.within, fileType, partHeader }
  // `contentMediaType` describes the content of a text, and the value is already that text.
  const isDone = said === undefined && typeof value === 'string'
  const body = (isDone ? value : write(type ?? 'text/plain', within)) ?? asText(value)
  const isFile =
    (own.isFile && !isStructure) || value instanceof Uint8Array || (said !== undefined && languageOf(said) === 'binary')
  const heads = new Map<string, string>()
  if (name !== undefined) heads.set('Content-Disposition', disposition(name, isFile ? fileName(name, type) : undefined))
  if (type !== undefined) heads.set('Content-Type', withBoundary(type, body))
  if (own.encoding !== undefined) heads.set('Content-Transfer-Encoding', own.encoding)
  for (const header of encoding?.headers.values() ?? []) {
    const text = partHeader?.(header)
    if (text === undefined) continue
    const known = [...heads.keys()].find((other) => other.toLowerCase() === header.name.toLowerCase())
    heads.set(known ?? header.name, headerText(text))
  }
  return { head: [...heads].map(([header, text]) => `${header}: ${text}`), body }
}

/** The first type under `contentType` that can express the value; a range stands for its usual type. */
function saidType(encoding: FieldEncoding | undefined, value: unknown): string | undefined {
  const types = encoding?.contentType?.split(',').map((type) => type.trim()) ?? []
  const isStructure = isCompound(value)
  const fitting = types.filter((type) => type !== '' && (!isStructure || writesObjects(concreteType(type, false))))
  const found = fitting.find((type) => !isRange(type)) ?? fitting[0]
  return found === undefined ? undefined : concreteType(found, !isStructure)
}

interface OwnContent {
  readonly type: string | undefined
  readonly isFile: boolean
  readonly encoding: string | undefined
}

/**
 * The encoding of a schema's bytes: `format: binary` in OpenAPI 3.0, `contentMediaType` and `contentEncoding` in 3.1. A
 * part names the latter in `Content-Transfer-Encoding` (OpenAPI 3.1.1 section 4.8.15).
 */
function ownContent(shape: Shape, fileType = 'application/octet-stream'): OwnContent {
  const nodes = shape.parts.map(({ schema }) => schema as SchemaObject)
  const type = textUnder(nodes, 'contentMediaType')
  const encoding = textUnder(nodes, 'contentEncoding')
  const isBinary = nodes.some((node) => node['format'] === 'binary')
  const isFile = isBinary || (type !== undefined && encoding === undefined)
  return {
    type: type ?? (isFile ? fileType : encoding === undefined ? undefined : 'application/octet-stream'),
    isFile,
    encoding,
  }
}

function textUnder(nodes: readonly SchemaObject[], keyword: string): string | undefined {
  const value = nodes.find((node) => typeof node[keyword] === 'string')?.[keyword]
  return value as string | undefined
}

/** Escapes field names as the HTML standard does (section 4.10.22.8). */
function disposition(name: string, file: string | undefined): string {
  const quoted = (text: string): string =>
    `"${text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}"`
  return `form-data; name=${quoted(name)}${file === undefined ? '' : `; filename=${quoted(file)}`}`
}

/** A filename such as `photo.png`, so that receivers that go by extensions see the same type. */
function fileName(name: string, type: string | undefined): string {
  const plain = mediaTypeOf(type) ?? ''
  const ending = ENDINGS[plain] ?? /^(?:image|video|font|application)\/([a-z0-9]{2,5})$/.exec(plain)?.[1] ?? 'bin'
  return `${name.replaceAll(/[^\w.-]/g, '_')}.${ending}`
}

const ENDINGS: Readonly<Record<string, string>> = {
  'application/gzip': 'gz',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/plain': 'txt',
}

/** A boundary that no line of a part begins with. */
function freeMark(parts: readonly Part[]): string {
  const texts = parts.map(({ body }) => (typeof body === 'string' ? body : decodeText(body)))
  for (let count = 1; ; count++) {
    const mark = count === 1 ? MARK : `${MARK}-${count}`
    if (!texts.some((text) => text.includes(`--${mark}`))) return mark
  }
}

function joined(pieces: ReadonlyArray<string | Uint8Array>): string | Uint8Array {
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('')
  return joinBytes(pieces.map((piece) => (typeof piece === 'string' ? encodeText(piece) : piece)))
}
