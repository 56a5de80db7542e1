/**
 * Names and languages of media types (RFC 9110 section 8.3.1). Every function accepts a media type as in a header or a
 * key of `content`: in any case, with or without parameters.
 */

/** The syntax of bodies of a media type. */
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
 * The parameters of a media type: names in lower case, quotes removed.
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

/** Whether bodies of this media type are text: all of `text/`, and XML and YAML under their other names. */
export function isText(text: string | undefined): boolean {
  return mediaTypeOf(text)?.startsWith('text/') === true || isXml(text) || isYaml(text)
}

/** Whether a key of `content` is a range: `text/*`, or `application/*+json` as documents of ASP.NET have it. */
export function isRange(text: string): boolean {
  return mediaTypeOf(text)?.includes('*') === true
}

/** Files whose content no schema describes, whatever the document says. */
const FILE =
  /^(?:audio|font|image|video)\/|^application\/(?:binary|gzip|msword|octet-stream|pdf|rtf|vnd\.(?:ms-|openxmlformats-|oasis\.).*|x-(?:7z|gzip|tar|zip).*|zip)$/

/** Whether bodies of this media type are the bytes of a file, such as a picture, a PDF or an archive. */
export function isFile(text: string): boolean {
  return FILE.test(mediaTypeOf(text) ?? '') && !isXml(text)
}

const JSON_LINES = new Set([
  'application/jsonl',
  'application/x-jsonlines',
  'application/x-ndjson',
  'application/ndjson',
  'text/jsonl',
])

/** Whether bodies of this media type are sequences of JSON values. */
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

/** Languages that can express objects and lists. */
const STRUCTURED: ReadonlySet<Language> = new Set([
  'json',
  'json-lines',
  'json-seq',
  'events',
  'xml',
  'form',
  'multipart',
  // JSON is valid YAML 1.2.
  'yaml',
])

/** Whether a media type can express objects and lists; an example given as text can always be sent. */
export function writesObjects(mediaType: string): boolean {
  return STRUCTURED.has(languageOf(mediaType)) || isOfVendor(mediaType)
}

/**
 * A vendor type without a suffix does not tell its language. Where a document has an object for it, that is JSON:
 * `application/vnd.acme.object`.
 */
function isOfVendor(mediaType: string): boolean {
  return mediaTypeOf(mediaType)?.startsWith('application/vnd.') === true && languageOf(mediaType) === 'binary'
}

/**
 * Synonyms: `text/xml` is `application/xml` (RFC 7303 section 9.2), and YAML had other names (RFC 9512 section 2.1).
 */
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
 * How specifically a range or media type matches a media type, 0 for no match (RFC 9110 section 12.5.1). Ascending: any
 * type, its subtypes, those with a suffix, the type itself, the type with the same parameters.
 */
export function rangeRank(range: string, type: string): number {
  const wanted = mediaTypeOf(range)
  const given = mediaTypeOf(type)
  if (wanted === undefined || given === undefined) return 0
  if (wanted === '*/*' || wanted === '*') return 1
  if (wanted.endsWith('/*')) return given.startsWith(wanted.slice(0, -1)) ? 2 : 0
  if (wanted.includes('/*+')) {
    const [start = '', end = ''] = wanted.split('*')
    return given.startsWith(start) && given.endsWith(end) ? 2.5 : 0
  }
  if (wanted !== given) return isAlias(wanted, given) ? 3 : 0
  if (!range.includes(';')) return 4
  const others = parametersOf(type)
  let same = 0
  for (const [name, value] of parametersOf(range)) {
    // Ignored: all text is sent as UTF-8, and a weight belongs to `Accept`.
    if (name === 'charset' || name === 'q') continue
    if (others.get(name)?.toLowerCase() !== value.toLowerCase()) return 3
    same++
  }
  return 4 + same
}

/**
 * The key of `content` for a body: the most specific match, of equals the first.
 *
 * @example
 * keyFor(['*\/*', 'application/json; charset=utf-8'], 'application/json')
 * //=> 'application/json; charset=utf-8'
 */
export function keyFor(keys: Iterable<string>, type: string): string | undefined {
  let found: string | undefined
  let best = 0
  for (const key of keys) {
    const rank = rangeRank(key, type)
    if (rank <= best) continue
    best = rank
    found = key
  }
  return found
}

/**
 * A concrete media type for each range, for answers documented under a range, which cannot be sent (RFC 9110 section
 * 8.3).
 */
const USUAL: Readonly<Record<string, string>> = {
  'text/*': 'text/plain',
  'image/*': 'image/png',
  'audio/*': 'audio/mpeg',
  'video/*': 'video/mp4',
  'font/*': 'font/woff2',
  'model/*': 'model/gltf-binary',
  'multipart/*': 'multipart/form-data',
}

/** The media type sent for a key of `content`: the key itself, or the usual media type of a range. */
export function concreteType(key: string, isBinary: boolean): string {
  if (!isRange(key)) return key
  const type = mediaTypeOf(key)!
  const known = USUAL[type] ?? (type.includes('/*+') ? type.replace('*+', '') : undefined)
  return known ?? (isBinary ? 'application/octet-stream' : 'application/json')
}

/** Splits at a separator outside quoted strings (RFC 9110 section 5.6.4). */
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
