import { decodeText, encodeText } from './text.ts'

/** Makes text from clients, files and receivers safe for terminals, logs, headers and messages. */

/** Most characters shown of one text. */
const MOST = 2000

/** Control characters (C0, DEL, C1), line separators, lone surrogates, and changes of the writing direction. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A text on one line without characters that a terminal would interpret: these are escaped as in JSON.
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
 * A value as JSON that is safe to print and has the same meaning. Never throws.
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

/** A value for a message: its JSON, cut if it is long. */
export function printableValue(value: unknown): string {
  return printable(jsonText(value), 200)
}

/** Quotes a word of a command line that a message shows. */
export function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** A text as the beginning of a sentence. */
export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** The text of a thrown value. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message || error.name : String(error)
  } catch {
    return 'an error that cannot be shown'
  }
}

/** Copies the first characters of a text: a slice would keep the whole text in memory. */
export function copyOf(text: string, length: number): string {
  return decodeText(encodeText(text.slice(0, length)))
}

function escape(character: string): string {
  return SHORT[character] ?? jsonEscape(character)
}

function jsonEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
