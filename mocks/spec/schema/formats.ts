type Test<T> = (value: T) => boolean

/**
 * The formats of JSON Schema and OpenAPI, for texts and for numbers; a name that is not here says nothing of a value.
 * Each takes time in proportion to the length of a text. Only mail and web addresses need a stack that grows with it.
 */
export const formats: {
  readonly string: ReadonlyMap<string, Test<string>>
  readonly number: ReadonlyMap<string, Test<number>>
} = {
  string: new Map<string, Test<string>>([
    ['date', isDate],
    ['time', isZonedTime],
    ['date-time', (text) => isDateTime(text, isZonedTime)],
    ['iso-time', isTime],
    ['iso-date-time', (text) => isDateTime(text, isTime)],
    ['iso-8601', (text) => isDate(text) || isDateTime(text, isTime) || isMinute(text)],
    ['duration', isDuration],
    ['email', (text) => EMAIL.test(text)],
    ['idn-email', (text) => IDN_EMAIL.test(text)],
    ['hostname', (text) => HOSTNAME.test(text)],
    ['idn-hostname', isIdnHostname],
    ['ipv4', (text) => IPV4.test(text)],
    ['ipv6', (text) => isIpv6(text, IPV4)],
    ['uri', (text) => isUri(text)],
    ['uri-reference', (text) => isReference(text)],
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
  number: new Map<string, Test<number>>([
    ['int32', (value) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31],
    // Integers of JavaScript that JSON can tell apart fit 64 bits.
    ['int64', Number.isInteger],
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
  // A leap second ends a day of UTC.
  const offset = (zoneHour * 60 + zoneMinute) * (match[4] === '-' ? -1 : 1)
  return second === 60 && (hour * 60 + minute - offset + 1440) % 1440 === 1439
}

const ZONE = /(?:z|[+-]\d\d(?::?\d\d)?)$/i

function isZonedTime(text: string): boolean {
  return isTime(text) && ZONE.test(text)
}

/** Days that every month has, and no leap second: one match decides all but a few instants. */
const COMMON =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])[t\s](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i

function isDateTime(text: string, isTimePart: Test<string>): boolean {
  return COMMON.test(text) || isUncommonDateTime(text, isTimePart)
}

function isUncommonDateTime(text: string, isTimePart: Test<string>): boolean {
  return /^[t\s]$/i.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTimePart(text.slice(11))
}

/** A date with hours and minutes alone: `2026-03-16T10:00`, `2026-03-16T10:00Z`. */
function isMinute(text: string): boolean {
  const match = /^(.{10}t\d\d:\d\d)(.*)$/i.exec(text)
  return match !== null && isDateTime(`${match[1]}:00${match[2]}`, isTime)
}

const DURATION = /^P(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/

function isDuration(text: string): boolean {
  return text !== 'P' && DURATION.test(text)
}

/* Mail and hosts: RFC 5321 (a domain may be one label, as localhost is), RFC 1123, RFC 6531, RFC 5890 */

const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i
const IDN_EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/iu
const HOSTNAME = /^(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i
const IDN_LABEL =
  /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}\p{Join_Control}\u{b7}\u{375}\u{30fb}-]*[\p{L}\p{M}\p{N}\u{5f3}\u{5f4}\u{30fb}])?$/u

function isIdnHostname(text: string): boolean {
  const labels = text.replace(/[.\u3002\uff0e\uff61]$/, '').split(/[.\u3002\uff0e\uff61]/)
  return text.length <= 254 && labels.every((label) => label.length <= 63 && IDN_LABEL.test(label))
}

/* Addresses: RFC 2673, RFC 4291 */

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
/** As the grammar of URIs is read: with zeros in front. */
const LOOSE_IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|[01]?\d\d?)(?:\.(?!$)|$)){4}$/
const HEX_GROUP = /^[0-9a-f]{1,4}$/i

function isIpv6(text: string, ipv4: RegExp): boolean {
  if (text.length > 45) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const all = groups.flat()
  const last = groups.at(-1)!.at(-1) ?? ''
  const endsInIpv4 = last.includes('.')
  if (endsInIpv4 && !ipv4.test(last)) return false
  if (!(endsInIpv4 ? all.slice(0, -1) : all).every((group) => HEX_GROUP.test(group))) return false
  const count = all.length + (endsInIpv4 ? 1 : 0)
  return halves.length === 2 ? count <= 7 : count === 8
}

/* URIs: RFC 3986, RFC 3987, RFC 6570 */

const BAD_PERCENT = /%(?![0-9a-f]{2})/i
const SCHEME = /^[a-z][a-z0-9+\-.]*:/i
const PATH = /^[a-z0-9\-._~!$&'"()*+,;=:@/%]*$/i
const QUERY = /^[a-z0-9\-._~!$&'"()*+,;=:@/?%]*$/i
/** With an address in brackets for its host; other hosts read like the begin of a path. */
const BRACKETS = /^\/?\/(?:[a-z0-9\-._~!$&'()*+,;=:%]*@)?\[([^\]]*)\](?::\d*)?(\/.*)?$/i
const FUTURE = /^v[0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+$/i

function isUri(text: string): boolean {
  const scheme = SCHEME.exec(text)?.[0]
  if (scheme === undefined) return false
  const rest = text.slice(scheme.length)
  return !/^(?:$|[?#])|"/.test(rest) && isRest(rest)
}

function isReference(text: string): boolean {
  return isRest(text) || isRest(text.replace(SCHEME, ''))
}

/** What may stand behind a scheme. */
function isRest(text: string): boolean {
  if (BAD_PERCENT.test(text)) return false
  const [beforeFragment, fragment] = cut(text, '#')
  const [path, query] = cut(beforeFragment, '?')
  return QUERY.test(query) && QUERY.test(fragment) && (PATH.test(path) || isBracketed(path))
}

function isBracketed(path: string): boolean {
  const [, address, rest = ''] = BRACKETS.exec(path) ?? []
  if (address === undefined || !PATH.test(rest)) return false
  return FUTURE.test(address) || isIpv6(address, LOOSE_IPV4)
}

/** A text before and after a sign. */
function cut(text: string, sign: string): readonly [before: string, after: string] {
  const at = text.indexOf(sign)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Letters of all scripts become ones that a URI may have. */
function asUri(text: string): string {
  return text.replace(
    /[\u{a0}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{ffef}\u{10000}-\u{1fffd}\u{20000}-\u{efffd}]/gu,
    'a',
  )
}

const EXPRESSION =
  /\{[+#./;?&=,!@|]?(?:[a-z0-9_]|%[0-9a-f]{2})+(?::[1-9]\d{0,3}|\*)?(?:,(?:[a-z0-9_]|%[0-9a-f]{2})+(?::[1-9]\d{0,3}|\*)?)*\}/gi

function isUriTemplate(text: string): boolean {
  const literals = text.replace(EXPRESSION, '/')
  return !/[^!#$%&()*+,\-./0-9:;=?@A-Z[\]_a-z~\u{7f}-\u{ffff}]/iu.test(literals) && !BAD_PERCENT.test(literals)
}

/** A host and a port are no URL, though the host reads like a scheme. */
const PORT_ALONE = /^[^:]*:\d+(?:[/?#]|$)/

/** What the URL standard can parse: OpenAPI does not define this format, so local hosts and all schemes are fine. */
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
  // \Z is of other engines; JavaScript would take it for a letter.
  if (/[^\\]\\Z/.test(text)) return false
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}

/** Lines may be broken, as MIME breaks them. */
function isBase64(text: string): boolean {
  const letters = /[\r\n]/.test(text) ? text.replaceAll(/[\r\n]/g, '') : text
  return letters.length % 4 === 0 && /^[a-z0-9+/]*={0,2}$/i.test(letters)
}
