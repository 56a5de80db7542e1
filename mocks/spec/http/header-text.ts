import { asText } from '../values/scalar.ts'

/**
 * A value as a header can carry it (RFC 9110 section 5.5): no value from a request may end the header, start another or
 * be unsendable.
 */
export function headerText(value: unknown): string {
  const text = asText(value)
  return PLAIN.test(text) ? text : text.replaceAll(CONTROLS, ' ').replaceAll(BEYOND_LATIN, '?')
}

const PLAIN = /^[\t -~\u00a0-\u00ff]*$/
const CONTROLS = /[^\t\P{Cc}]+/gu
const BEYOND_LATIN = /[\u{100}-\u{10ffff}]/gu
