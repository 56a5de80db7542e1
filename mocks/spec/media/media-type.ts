/**
 * What a media type is called, and which language it is (RFC 9110 section 8.3.1). Every function takes a media type as a
 * header or a key of `content` writes it: in any case, with or without parameters.
 */

/** How a body of a media type is written. */
export type Language =
  'json' | 'json-lines' | 'json-seq' | 'events' | 'xml' | 'yaml' | 'form' | 'multipart' | 'text' | 'binary'

/**
 * The media type in lower case and without parameters; undefined for an empty text.
 *
 * @example
 * mediaTypeOf('Application/JSON; charset=utf-8')
 * //=> 'application/json'
 */
export function mediaTypeOf(text: string | undefined): string | undefined {
  if (text === undefined || text === 'application/json') return text
  const end = text.indexOf(';')
  const type = (end === -1 ? text : text.slice(0, end)).trim().toLowerCase()
  return type === '' ? undefined : type
}

/**
 * The parameters behind a media type: names in lower case, quotes removed.
 *
 * @example
 * parametersOf('text/csv; header="present"')
 * //=> Map { 'header' => 'present' }
 */
export function parametersOf(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  if (!text.includes(';')) return parameters
  for (const part of splitUnquoted(text, ';').slice(1)) {
    const equals = part.indexOf('=')
    if (equals === -1) continue
    const value = part.slice(equals + 1).trim()
    const plain = value.startsWith('"') ? value.replace(/^"|"$/g, '').replaceAll(/\\(.)/g, '$1') : value
    parameters.set(part.slice(0, equals).trim().toLowerCase(), plain)
  }
  return parameters
}

/** The `charset` parameter in lower case; undefined where there is none. */
export function charsetOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parametersOf(text).get('charset')?.toLowerCase()
}

/** `application/json`, `text/json` and every `+json`. */
export function isJson(text: string | undefined): boolean {
  const type = mediaTypeOf(text)
  return type !== undefined && (type === 'application/json' || type === 'text/json' || type.endsWith('+json'))
}

/** `application/xml`, `text/xml` and every `+xml` (RFC 7303). */
export function isXml(text: string | undefined): boolean {
  const type = mediaTypeOf(text)
  return type !== undefined && (type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml'))
}

/** `application/yaml`, its older names and every `+yaml` (RFC 9512). */
function isYaml(text: string | undefined): boolean {
  const type = mediaTypeOf(text)
  return type !== undefined && (/^(?:application|text)\/(?:x-|vnd\.)?yaml$/.test(type) || type.endsWith('+yaml'))
}

export function isForm(text: string | undefined): boolean {
  return mediaTypeOf(text) === 'application/x-www-form-urlencoded'
}

export function isMultipart(text: string | undefined): boolean {
  return mediaTypeOf(text)?.startsWith('multipart/') === true
}

export function isEventStream(text: string | undefined): boolean {
  return mediaTypeOf(text) === 'text/event-stream'
}

/** Whether bodies of this media type are characters: all of `text/`, and XML and YAML under their other names. */
export function isText(text: string | undefined): boolean {
  return mediaTypeOf(text)?.startsWith('text/') === true || isXml(text) || isYaml(text)
}

/** Whether a key of `content` stands for several media types: `text/*`. */
export function isRange(text: string): boolean {
  return mediaTypeOf(text)?.endsWith('*') === true
}

const JSON_LINES = new Set([
  'application/jsonl',
  'application/x-jsonlines',
  'application/x-ndjson',
  'application/ndjson',
  'text/jsonl',
])

/** Whether bodies of this media type are several values of JSON, one after the other. */
export function isSequence(text: string): boolean {
  const language = languageOf(text)
  return language === 'json-lines' || language === 'json-seq'
}

export function languageOf(text: string): Language {
  if (isJson(text)) return 'json'
  if (isXml(text)) return 'xml'
  if (isYaml(text)) return 'yaml'
  if (isForm(text)) return 'form'
  if (isMultipart(text)) return 'multipart'
  if (isEventStream(text)) return 'events'
  if (JSON_LINES.has(mediaTypeOf(text) ?? '')) return 'json-lines'
  if (/^application\/(?:.+\+)?json-seq$/.test(mediaTypeOf(text) ?? '')) return 'json-seq'
  return isText(text) ? 'text' : 'binary'
}

/** Languages in which objects and lists can be written. */
const STRUCTURED: ReadonlySet<Language> = new Set([
  'json',
  'json-lines',
  'json-seq',
  'events',
  'xml',
  'form',
  'multipart',
  // JSON is YAML 1.2, too.
  'yaml',
])

/** Whether objects and lists can be written in a media type; a text that stands as its example always can. */
export function writesObjects(mediaType: string): boolean {
  return STRUCTURED.has(languageOf(mediaType)) || isOfVendor(mediaType)
}

/**
 * A type of a vendor without a suffix says nothing of its language. Where a document has an object there, that is JSON:
 * `application/vnd.acme.object`.
 */
function isOfVendor(mediaType: string): boolean {
  return mediaTypeOf(mediaType)?.startsWith('application/vnd.') === true && languageOf(mediaType) === 'binary'
}

/** Names of one type: `text/xml` is `application/xml` (RFC 7303 section 9.2), and YAML had others (RFC 9512 section 2.1). */
const ALIASES: Readonly<Record<string, string>> = {
  'text/xml': 'application/xml',
  'text/yaml': 'application/yaml',
  'text/x-yaml': 'application/yaml',
  'application/x-yaml': 'application/yaml',
}

function isAlias(type: string, other: string): boolean {
  return (ALIASES[type] ?? type) === (ALIASES[other] ?? other)
}

/**
 * How closely a range, or another media type, fits a media type: 0 is not at all, and what is more specific is more (RFC
 * 9110 section 12.5.1): any type, its subtypes, the type itself, the type with the same parameters.
 */
export function rankOf(range: string, type: string): number {
  const wanted = mediaTypeOf(range)
  const given = mediaTypeOf(type)
  if (wanted === undefined || given === undefined) return 0
  if (wanted === '*/*' || wanted === '*') return 1
  if (wanted.endsWith('/*')) return given.startsWith(wanted.slice(0, -1)) ? 2 : 0
  if (wanted !== given) return isAlias(wanted, given) ? 3 : 0
  if (!range.includes(';')) return 4
  const others = parametersOf(type)
  let same = 0
  for (const [name, value] of parametersOf(range)) {
    // Neither says what the body is: all text is sent as UTF-8, and a weight belongs to `Accept`.
    if (name === 'charset' || name === 'q') continue
    if (others.get(name)?.toLowerCase() !== value.toLowerCase()) return 3
    same++
  }
  return 4 + same
}

/**
 * The key of `content` to which a body belongs: the most specific one that fits, of several the first.
 *
 * @example
 * keyFor(['*\/*', 'application/json; charset=utf-8'], 'application/json')
 * //=> 'application/json; charset=utf-8'
 */
export function keyFor(keys: Iterable<string>, type: string): string | undefined {
  let found: string | undefined
  let best = 0
  for (const key of keys) {
    const rank = rankOf(key, type)
    if (rank <= best) continue
    best = rank
    found = key
  }
  return found
}

/** A media type within each range, for answers that are documented under a range (RFC 9110 section 8.3: it is no value). */
const USUAL: Readonly<Record<string, string>> = {
  'text/*': 'text/plain',
  'image/*': 'image/png',
  'audio/*': 'audio/mpeg',
  'video/*': 'video/mp4',
  'font/*': 'font/woff2',
  'model/*': 'model/gltf-binary',
  'multipart/*': 'multipart/form-data',
}

/** What is sent for a key of `content`: the key itself, or for a range the usual media type within it. */
export function concreteType(key: string, isBinary: boolean): string {
  if (!isRange(key)) return key
  const known = USUAL[mediaTypeOf(key)!]
  return known ?? (isBinary ? 'application/octet-stream' : 'application/json')
}

/** Splits at a separator that does not stand in a quoted string (RFC 9110 section 5.6.4). */
export function splitUnquoted(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator)
  const parts: string[] = []
  let start = 0
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (isQuoted && character === '\\') index++
    else if (character === '"') isQuoted = !isQuoted
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}
