/* Email: RFC 5321 section 4.1.2, RFC 6531. A domain may be one label, such as localhost. */

const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i
const IDN_EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/iu

/** A quoted local part allows characters that a bare one does not. */
const QUOTED = /^"(?:[ !#-[\]-~]|\\[ -~])*"$/
const IDN_QUOTED = /^"(?:[ !#-[\]-~\u{80}-\u{10ffff}]|\\[ -~])*"$/u
const ADDRESS = /^\[(?:IPv6:([^\]]*)|([^\]:]*))\]$/i

export function isEmail(text: string): boolean {
  return EMAIL.test(text) || hasUnusualPart(text, EMAIL, QUOTED)
}

export function isIdnEmail(text: string): boolean {
  return IDN_EMAIL.test(text) || hasUnusualPart(text, IDN_EMAIL, IDN_QUOTED)
}

/** Whether a text is an email address with a quoted local part, or with an IP address as its domain. */
function hasUnusualPart(text: string, usual: RegExp, quoted: RegExp): boolean {
  const at = text.lastIndexOf('@')
  if (at < 1 || (text.charAt(0) !== '"' && text.at(-1) !== ']')) return false
  const [name, domain] = [text.slice(0, at), text.slice(at + 1)]
  const [, ipv6, ipv4] = ADDRESS.exec(domain) ?? []
  const isDomain = usual.test(`a@${domain}`) || (ipv6 === undefined ? isIpv4(ipv4 ?? '') : isIpv6(ipv6))
  return isDomain && (quoted.test(name) || usual.test(`${name}@a`))
}

/* Hosts: RFC 1123, RFC 5890 */

const HOSTNAME = /^(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i
const IDN_LABEL =
  /^[\p{L}\p{N}\u{6fd}\u{6fe}\u{f0b}\u{30fb}](?:[\p{L}\p{M}\p{N}\p{Join_Control}\u{6fd}\u{6fe}\u{b7}\u{375}\u{5f3}\u{5f4}\u{f0b}\u{30fb}-]*[\p{L}\p{M}\p{N}\u{6fd}\u{6fe}\u{5f3}\u{5f4}\u{f0b}\u{30fb}])?$/u

/** Viramas: signs that join letters in scripts of India and its neighbours. */
const VIRAMA =
  '\\u{94d}\\u{9cd}\\u{a4d}\\u{acd}\\u{b4d}\\u{bcd}\\u{c4d}\\u{ccd}\\u{d4d}\\u{dca}\\u{e3a}\\u{f84}\\u{1039}\\u{103a}\\u{17d2}\\u{1b44}'

/** Code points that no label allows (RFC 5892 section 2.6), and those in a wrong context (appendix A). */
const MISPLACED = new RegExp(
  [
    '[\\u{640}\\u{7fa}\\u{302e}\\u{302f}\\u{3031}-\\u{3035}\\u{303b}]',
    '(?<!l)\\u{b7}|\\u{b7}(?!l)',
    '\\u{375}(?!\\p{Script=Greek})',
    '(?<!\\p{Script=Hebrew})[\\u{5f3}\\u{5f4}]',
    `(?<![${VIRAMA}])\\u{200d}`,
    `(?<![${VIRAMA}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}])\\u{200c}`,
  ].join('|'),
  'u',
)
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u

export function isHostname(text: string): boolean {
  return HOSTNAME.test(text)
}

export function isIdnHostname(text: string): boolean {
  const labels = text.replace(/[.\u3002\uff0e\uff61]$/, '').split(/[.\u3002\uff0e\uff61]/)
  return text.length <= 254 && labels.every(isIdnLabel)
}

function isIdnLabel(label: string): boolean {
  if (label.length > 63 || !IDN_LABEL.test(label) || MISPLACED.test(label)) return false
  if (label.includes('\u{30fb}') && !JAPANESE.test(label)) return false
  return !/[\u{660}-\u{669}]/u.test(label) || !/[\u{6f0}-\u{6f9}]/u.test(label)
}

/* Addresses: RFC 2673, RFC 4291 */

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
/** As in URIs: leading zeros are allowed. */
const LOOSE_IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|[01]?\d\d?)(?:\.(?!$)|$)){4}$/
const HEX_GROUP = /^[0-9a-f]{1,4}$/i

export function isIpv4(text: string): boolean {
  return IPV4.test(text)
}

export function isIpv6(text: string): boolean {
  return isIpv6Around(text, IPV4)
}

/** Whether the text between the brackets of a URI is an address. */
export function isIpv6InUri(text: string): boolean {
  return isIpv6Around(text, LOOSE_IPV4)
}

function isIpv6Around(text: string, ipv4: RegExp): boolean {
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
