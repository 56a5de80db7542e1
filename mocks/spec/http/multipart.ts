import { decodeText, encodeText } from '../../state/text.ts'

/** One part of a `multipart/` body (RFC 2046 section 5.1). */
export interface BodyPart {
  /** From `Content-Disposition`; parts of most multipart types have none. */
  readonly name: string | undefined
  readonly filename: string | undefined
  /** Media type, in lower case. */
  readonly type: string | undefined
  /** Its headers, by name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** A view of the body, not a copy. */
  readonly bytes: Uint8Array
}

/** One part of a `multipart/form-data` body (RFC 7578). */
export interface Part extends BodyPart {
  readonly name: string
}

/** RFC 2046 section 5.1.1. */
const LONGEST_BOUNDARY = 70
const LONGEST_HEAD = 16 * 1024

/** The named parts of a form; undefined where the body does not match its content type. */
export function partsOf(bytes: Uint8Array, contentType: string | undefined): readonly Part[] | undefined {
  return bodyPartsOf(bytes, contentType)?.filter(hasName)
}

export function hasName(part: BodyPart): part is Part {
  return part.name !== undefined
}

/** Splits a body into its parts; undefined where the body does not match its content type. */
export function bodyPartsOf(bytes: Uint8Array, contentType: string | undefined): readonly BodyPart[] | undefined {
  const before = known.get(bytes)
  if (before?.contentType === contentType) return before?.parts
  const parts = takeApart(bytes, contentType)
  known.set(bytes, { contentType, parts })
  return parts
}

const known = new WeakMap<
  Uint8Array,
  { readonly contentType: string | undefined; readonly parts: readonly BodyPart[] | undefined }
>()

function takeApart(bytes: Uint8Array, contentType: string | undefined): readonly BodyPart[] | undefined {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '')
  const mark = boundary?.[1] ?? boundary?.[2]
  if (mark === undefined || mark.length > LONGEST_BOUNDARY) return undefined
  const delimiter = encodeText(`--${mark}`)
  const search = createSearch(delimiter)
  const parts: BodyPart[] = []
  let at = search(bytes, 0)
  while (at !== -1) {
    const start = at + delimiter.length
    // The last delimiter ends with two hyphens.
    if (bytes[start] === HYPHEN && bytes[start + 1] === HYPHEN) return parts
    at = search(bytes, start)
    const part = at === -1 ? undefined : partOf(bytes.subarray(start, at))
    if (part) parts.push(part)
  }
  return undefined
}

const HYPHEN = 0x2d
const CR = 13
const LF = 10

/** Parses the text between two delimiters: a line break, headers, an empty line, the bytes, a line break. */
function partOf(section: Uint8Array): BodyPart | undefined {
  // A part without headers begins with the empty line.
  const blank = nextLine(section.subarray(0, LONGEST_HEAD), 0, LINE_BREAK)
  if (blank === -1) return undefined
  const headers = headersIn(decodeText(section.subarray(0, blank)))
  const disposition = headers.get('content-disposition') ?? ''
  const name = /\bname=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition)
  return {
    name: name?.[1] ?? name?.[2],
    filename: /\bfilename="([^"]*)"/i.exec(disposition)?.[1],
    type: /^[^;]+/
      .exec(headers.get('content-type') ?? '')?.[0]
      .trim()
      .toLowerCase(),
    headers,
    bytes: withoutLineBreak(section.subarray(blank + LINE_BREAK.length)),
  }
}

/** A line that begins with a space continues the header before it (RFC 5322 section 2.2.3). */
function headersIn(head: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of head.replaceAll(/\r\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

const LINE_BREAK = Uint8Array.of(CR, LF)

function withoutLineBreak(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 2
  return end >= 0 && bytes[end] === CR && bytes[end + 1] === LF ? bytes.subarray(0, end) : bytes
}

/**
 * Finds the next line with this beginning, without comparing every byte (Horspool), so that a form of 100 MB does not
 * block others for long. On input crafted to look like the beginning, it falls back to line by line.
 */
function createSearch(beginning: Uint8Array): (bytes: Uint8Array, from: number) => number {
  const pattern = Uint8Array.of(LF, ...beginning)
  const last = pattern.length - 1
  const skips = new Uint8Array(256).fill(pattern.length)
  for (let index = 0; index < last; index++) skips[pattern[index]!] = last - index
  return (bytes, from) => {
    if (from === 0 && beginsAt(bytes, 0, beginning)) return 0
    let compared = 0
    // The byte before may be the line break.
    for (let end = Math.max(0, from - 1) + last; end < bytes.length; end += skips[bytes[end]!]!) {
      let index = last
      while (index >= 0 && bytes[end - last + index] === pattern[index]) index--
      if (index < 0) return end - last + 1
      compared += last - index
      if (compared > bytes.length) return nextLine(bytes, end - last, beginning)
    }
    return -1
  }
}

/** The same, line by line: compares only after line breaks, and no byte twice. */
function nextLine(bytes: Uint8Array, from: number, beginning: Uint8Array): number {
  for (let at = from; at < bytes.length; at++) if (bytes[at] === LF && beginsAt(bytes, at + 1, beginning)) return at + 1
  return -1
}

function beginsAt(bytes: Uint8Array, at: number, beginning: Uint8Array): boolean {
  for (let index = 0; index < beginning.length; index++) if (bytes[at + index] !== beginning[index]) return false
  return true
}
