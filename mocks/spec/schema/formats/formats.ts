import { isEmail, isHostname, isIdnEmail, isIdnHostname, isIpv4, isIpv6 } from './hosts.ts'
import { asUri, BAD_PERCENT, isReference, isUri, SCHEME } from './uris.ts'

type Test<T> = (value: T) => boolean

/**
 * The formats of JSON Schema and OpenAPI for texts and numbers; unknown formats are ignored. Each takes time linear in
 * the length of the text. Only email and web addresses need a stack that grows with it.
 */
export const formats: {
  readonly string: ReadonlyMap<string, Test<string>>
  /** Integers that JavaScript cannot hold arrive as `bigint`. */
  readonly number: ReadonlyMap<string, Test<number | bigint>>
} = {
  string: new Map<string, Test<string>>([
    ['date', isDate],
    ['time', isZonedTime],
    ['date-time', (text) => isDateTime(text, isZonedTime)],
    ['iso-time', isTime],
    ['iso-date-time', (text) => isDateTime(text, isTime)],
    ['iso-8601', (text) => isDate(text) || isDateTime(text, isTime) || isMinute(text)],
    ['duration', isDuration],
    ['email', isEmail],
    ['idn-email', isIdnEmail],
    ['hostname', isHostname],
    ['idn-hostname', isIdnHostname],
    ['ipv4', isIpv4],
    ['ipv6', isIpv6],
    ['uri', isUri],
    ['uri-reference', isReference],
    ['iri', (text) => isUri(asUri(text))],
    ['iri-reference', (text) => isReference(asUri(text))],
    ['uri-template', isUriTemplate],
    ['url', isUrl],
    ['uuid', (text) => UUID.test(text)],
    ['json-pointer', isPointer],
    ['json-pointer-uri-fragment', isPointerFragment],
    ['relative-json-pointer', isRelativePointer],
    ['regex', isRegex],
    ['byte', isBase64],
  ]),
  number: new Map<string, Test<number | bigint>>([
    ['int32', (value) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31],
    [
      'int64',
      (value) => (typeof value === 'bigint' ? value >= -(2n ** 63n) && value < 2n ** 63n : Number.isInteger(value)),
    ],
  ]),
}

/* Dates and times: RFC 3339 */

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDate(text: string): boolean {
  const match = DATE.exec(text)
  if (!match) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
  return day >= 1 && day <= days
}

const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d)(?::?(\d\d))?)?$/i

function isTime(text: string): boolean {
  const match = TIME.exec(text)
  if (!match) return false
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [zoneHour, zoneMinute] = [Number(match[5] ?? 0), Number(match[6] ?? 0)]
  if (hour > 23 || minute > 59 || zoneHour > 23 || zoneMinute > 59) return false
  if (second < 60) return true
  // A leap second falls at the end of a UTC day.
  const offset = (zoneHour * 60 + zoneMinute) * (match[4] === '-' ? -1 : 1)
  return second === 60 && (hour * 60 + minute - offset + 1440) % 1440 === 1439
}

const ZONE = /(?:z|[+-]\d\d(?::?\d\d)?)$/i

function isZonedTime(text: string): boolean {
  return isTime(text) && ZONE.test(text)
}

/** Days that every month has, without leap seconds: one match decides nearly all instants. */
const COMMON =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])[t\s](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i

function isDateTime(text: string, isTimePart: Test<string>): boolean {
  return COMMON.test(text) || isUncommonDateTime(text, isTimePart)
}

function isUncommonDateTime(text: string, isTimePart: Test<string>): boolean {
  return /^[t\s]$/i.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTimePart(text.slice(11))
}

/** A date with only hours and minutes: `2026-03-16T10:00`, `2026-03-16T10:00Z`. */
function isMinute(text: string): boolean {
  const match = /^(.{10}t\d\d:\d\d)(.*)$/i.exec(text)
  return match !== null && isDateTime(`${match[1]}:00${match[2]}`, isTime)
}

const DURATION = /^P(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/

function isDuration(text: string): boolean {
  return text !== 'P' && DURATION.test(text)
}

/* Web addresses: RFC 6570, the URL standard */

const EXPRESSION =
  /\{[+#./;?&=,!@|]?(?:[a-z0-9_]|%[0-9a-f]{2})+(?::[1-9]\d{0,3}|\*)?(?:,(?:[a-z0-9_]|%[0-9a-f]{2})+(?::[1-9]\d{0,3}|\*)?)*\}/gi

function isUriTemplate(text: string): boolean {
  const literals = text.replace(EXPRESSION, '/')
  return !/[^!#$%&()*+,\-./0-9:;=?@A-Z[\]_a-z~\u{7f}-\u{ffff}]/iu.test(literals) && !BAD_PERCENT.test(literals)
}

/** `host:port` is not a URL, though the host looks like a scheme. */
const PORT_ALONE = /^[^:]*:\d+(?:[/?#]|$)/

/**
 * Anything that the URL standard can parse: OpenAPI does not define this format, so local hosts and all schemes pass.
 */
function isUrl(text: string): boolean {
  return SCHEME.test(text) && !/\s/.test(text) && !PORT_ALONE.test(text) && URL.canParse(text)
}

/* Names, pointers, bytes */

const UUID = /^(?:urn:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const BAD_TILDE = /~(?![01])/

function isPointer(text: string): boolean {
  return (text === '' || text.startsWith('/')) && !BAD_TILDE.test(text)
}

function isPointerFragment(text: string): boolean {
  return /^#(?:\/[a-z0-9_\-.!$&'()*+,;:=@%~/]*)?$/i.test(text) && !BAD_PERCENT.test(text) && !BAD_TILDE.test(text)
}

function isRelativePointer(text: string): boolean {
  const number = /^(?:0|[1-9]\d*)/.exec(text)?.[0]
  if (number === undefined) return false
  const rest = text.slice(number.length)
  return rest === '#' || isPointer(rest)
}

function isRegex(text: string): boolean {
  // `\Z` belongs to other engines; JavaScript would read it as a letter.
  if (/[^\\]\\Z/.test(text)) return false
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}

/** Line breaks are allowed, as in MIME. */
function isBase64(text: string): boolean {
  const letters = /[\r\n]/.test(text) ? text.replaceAll(/[\r\n]/g, '') : text
  return letters.length % 4 === 0 && /^[a-z0-9+/]*={0,2}$/i.test(letters)
}
