/* Vendor code because a file comes as a form or as a text, with metadata in three places. */
import type { Item, OperationContext, Part, Refused } from '../../kit.ts'
import { bodyOf, canonical, decodeText, encodeText, isRecord, parseJsonText, textOf } from '../../kit.ts'

/** A file as received: from a form, or as a text in JSON. */
export interface File {
  readonly filename: string
  readonly type: string
  readonly size: number
  /** Its text, up to the stored length; null for audio, video and images. */
  readonly text: string | null
  /** Identifies the file's content. */
  readonly digest: string
  readonly title: string | null
  readonly metadata: Item
}

/** The accepted uploads. */
export interface Accepted {
  readonly types: ReadonlySet<string>
  /** Bytes. */
  readonly most: number
}

const TYPES: Readonly<Record<string, string>> = {
  bmp: 'image/bmp',
  csv: 'text/csv',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  epub: 'application/epub+zip',
  flac: 'audio/flac',
  gif: 'image/gif',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  m4a: 'audio/mp4',
  md: 'text/markdown',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  msg: 'application/vnd.ms-outlook',
  avi: 'video/x-msvideo',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  txt: 'text/plain',
  wav: 'audio/wav',
  webp: 'image/webp',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  zip: 'application/zip',
}

/** Bytes of a file that are stored as text. */
const TEXT_KEPT = 1024 * 1024
const MEGABYTES_200 = 209_715_200
const OTHERS = ['text/x-markdown', 'text/xml']

/** `.doc` is accepted as the input of a run, but not for sources. */
export const FOR_INPUT: Accepted = {
  types: new Set([...Object.values(TYPES), ...OTHERS, 'application/msword']),
  most: MEGABYTES_200,
}
export const FOR_CONTENT: Accepted = { types: new Set([...Object.values(TYPES), ...OTHERS]), most: MEGABYTES_200 }
export const INLINE: Accepted = {
  types: new Set(
    'application/json application/xml text/csv text/html text/markdown text/plain text/x-markdown text/xml'.split(' '),
  ),
  most: 8192,
}

/** The file of the request, or why it is refused. */
export function readFile(context: OperationContext, accepted: Accepted): File | Refused {
  const { parts } = context
  const file = parts ? fromForm(context, parts) : fromText(context)
  if ('because' in file) return file
  if (file.size > accepted.most)
    return context.refuse('ContentTooLarge#size', `${file.size} bytes, and at most ${accepted.most} are taken`)
  if (!accepted.types.has(file.type)) return context.refuse('UnsupportedMediaType#type', `the type is ${file.type}`)
  return file
}

function fromText(context: OperationContext): File {
  const body = bodyOf(context)
  const text = textOf(body, 'text')
  const title = typeof body['title'] === 'string' ? body['title'] : null
  const metadata = body['metadata']
  return {
    filename: title ?? 'text',
    type: textOf(body, 'content_type').split(';')[0]!.trim().toLowerCase() || 'text/plain',
    size: encodeText(text).length,
    text,
    digest: canonical(text),
    title,
    metadata: withTitle(isRecord(metadata) ? metadata : {}, title),
  }
}

function fromForm(context: OperationContext, parts: readonly Part[]): File | Refused {
  const file = parts.find((part) => part.name === 'file')
  if (!file) return context.refuse('UnprocessableEntity#input', 'The form has no part "file"')
  const title = field(parts, 'title') ?? null
  const sent = parseMetadata(field(parts, 'metadata'))
  if (!sent) return context.refuse('UnprocessableEntity#input', 'metadata is not a JSON object')
  // An older way to send metadata, which wins.
  const older = parts.filter((part) => part.name.startsWith('metadata_'))
  const names = older.map((part) => [part.name.slice('metadata_'.length), decodeText(part.bytes)] as const)
  const metadata: Item = { ...sent, ...Object.fromEntries(names) }
  const type = typeOf(file)
  return {
    filename: file.filename ?? 'file',
    type,
    size: file.bytes.length,
    text: /^(?:image|audio|video)\//.test(type) ? null : decodeText(file.bytes.subarray(0, TEXT_KEPT)),
    digest: canonical(file.bytes),
    title,
    metadata: withTitle(metadata, title),
  }
}

/** A generic type is replaced by that of the file name. */
function typeOf(file: Part): string {
  const said = file.type ?? 'application/octet-stream'
  if (said !== 'application/octet-stream') return said
  const extension = /\.(\w+)$/.exec(file.filename ?? '')?.[1]?.toLowerCase() ?? ''
  if (extension === 'doc') return 'application/msword'
  return Object.hasOwn(TYPES, extension) ? TYPES[extension]! : said
}

function field(parts: readonly Part[], name: string): string | undefined {
  const part = parts.find((entry) => entry.name === name)
  return part && decodeText(part.bytes)
}

function parseMetadata(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined || text === '') return {}
  try {
    const value = parseJsonText(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Metadata are texts: any other value is shown as its JSON. */
function withTitle(metadata: Item, title: string | null): Item {
  const sent = title === null || metadata['title'] !== undefined ? metadata : { ...metadata, title }
  const texts = Object.entries(sent).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return Object.fromEntries(texts) as Item
}
