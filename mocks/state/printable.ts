import { decodeText, encodeText } from './text.ts'

/**
 * Text of a client, a file or a receiver on its way to a terminal, a log, a header or a message.
 */

/** Characters of one text that are shown. */
const MOST = 2000

/** Control characters (C0, DEL, C1), line separators, lone surrogates, and what turns the direction of writing round. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A text on one line, with nothing in it that a terminal would obey: such characters are escaped as JSON writes them.
 *
 * @param most - characters that are shown; default 2,000
 * @example
 * printable('red: \u001b[31m')
 * //=> 'red: \\u001b[31m'
 */
export function printable(text: string, most = MOST): string {
  const whole = text.length <= most
  const shown = (whole ? text : copyOf(text, most)).replace(UNSAFE, escape)
  return whole ? shown : `${shown}… (${text.length} characters)`
}

/**
 * A value as JSON that is safe to print; the JSON means the same. Never throws, whatever the value is.
 *
 * @example
 * jsonText({ name: '\u009b31m' })
 * //=> '{"name":"\\u009b31m"}'
 */
export function jsonText(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).replace(UNSAFE, jsonEscape)
  } catch (error) {
    return JSON.stringify(`(cannot be shown: ${messageOf(error)})`)
  }
}

/** A value in a message: its JSON, cut where it is long. */
export function printableValue(value: unknown): string {
  return printable(jsonText(value), 200)
}

/** What was thrown, as a text. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message || error.name : String(error)
  } catch {
    return 'an error that cannot be shown'
  }
}

/** The first characters of a text as a text of its own: a slice would keep the whole in memory. */
export function copyOf(text: string, length: number): string {
  return decodeText(encodeText(text.slice(0, length)))
}

function escape(character: string): string {
  return SHORT[character] ?? jsonEscape(character)
}

function jsonEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
