import { bothCases } from './letter-cases.ts'

interface Escape {
  readonly text: string
  /** The position after it. */
  readonly end: number
  /** The single character that it matches. */
  readonly code?: number
}

/** POSIX classes, as written inside a class. */
export const POSIX: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: String.raw`\s`,
  blank: String.raw`\t `,
  cntrl: String.raw`\x00-\x1f\x7f`,
  graph: '!-~',
  print: ' -~',
  xdigit: '0-9A-Fa-f',
  word: String.raw`\w`,
  punct: '!-\\/:-@\\[-`\\{-~',
  ascii: String.raw`\x00-\x7f`,
}

const ESCAPES: Readonly<Record<string, string>> = {
  A: '^',
  Z: '$',
  z: '$',
  e: String.raw`\x1b`,
  a: String.raw`\x07`,
  R: String.raw`(?:\r\n|[\n\v\f\r\x85\u2028\u2029])`,
}

const PROPERTY = /([pP])(?:\{\^?([^}]*)\}|([A-Z]))/y
const CODE = /(?:x\{([0-9a-fA-F]+)\}|u\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/y

/**
 * Reads an escape outside a class.
 *
 * @throws SyntaxError for what JavaScript does not have
 */
export function escapeOf(pattern: string, at: number, ignoresCase: boolean): Escape {
  const sign = pattern[at + 1] ?? ''
  const found = commonEscape(pattern, at, ignoresCase)
  if (found) return found.code !== undefined && ignoresCase ? { ...found, text: bothCased(found) } : found
  const text = ESCAPES[sign]
  if (text !== undefined) return { text, end: at + 2 }
  if (sign === 'b' || sign === 'B') return { text: `\\${sign}`, end: at + 2 }
  return literal(pattern, at)
}

/** Reads an escape inside a class. */
export function escapeInClass(pattern: string, at: number, ignoresCase: boolean): Escape {
  const sign = pattern[at + 1] ?? ''
  const found = commonEscape(pattern, at, ignoresCase)
  if (found) return found
  if (sign === 'e' || sign === 'a') return { text: ESCAPES[sign]!, end: at + 2 }
  if (sign === 'b') return { text: String.raw`\x08`, end: at + 2 }
  if (sign === '-') return { text: String.raw`\-`, end: at + 2 }
  return literal(pattern, at)
}

function bothCased({ text, code }: Escape): string {
  const both = bothCases(String.fromCodePoint(code!))
  return both.startsWith('[') && both.length > 1 ? both : text
}

function commonEscape(pattern: string, at: number, ignoresCase: boolean): Escape | undefined {
  const sign = pattern[at + 1] ?? ''
  if ('dDwWsSnrtfv0'.includes(sign) && sign !== '') return { text: `\\${sign}`, end: at + 2 }
  CODE.lastIndex = at + 1
  const code = CODE.exec(pattern)
  if (code) {
    const point = Number.parseInt(code.slice(1).find(Boolean)!, 16)
    if (point > 0x10_ff_ff) throw new SyntaxError(`\\${code[0]} is not a character`)
    const text = code[1] === undefined ? `\\${code[0]}` : `\\u{${code[1]}}`
    return { text, end: at + 1 + code[0].length, code: point }
  }
  PROPERTY.lastIndex = at + 1
  const property = PROPERTY.exec(pattern)
  if (!property) return undefined
  if (ignoresCase) throw new SyntaxError(`\\${property[0]} without regard to case has no counterpart in JavaScript`)
  const isNegated = (property[1] === 'P') !== property[0].includes('{^')
  return { text: propertyText(property[2] ?? property[3]!, isNegated), end: at + 1 + property[0].length }
}

/** A Unicode property by its JavaScript name: for scripts PCRE has `Han`, Java `IsHan`. */
function propertyText(name: string, isNegated: boolean): string {
  const letter = isNegated ? 'P' : 'p'
  const bare = name.replace(/^Is/, '')
  for (const known of [name, bare, `Script=${bare}`]) {
    try {
      return new RegExp(`\\${letter}{${known}}`, 'u').source
    } catch {
      // Try the next name.
    }
  }
  throw new SyntaxError(`\\${letter}{${name}} has no counterpart in JavaScript`)
}

/** A literal escaped character. Escaped letters have a meaning, so an unknown one is refused. */
function literal(pattern: string, at: number): Escape {
  const sign = String.fromCodePoint(pattern.codePointAt(at + 1) ?? 92)
  if (at + 1 >= pattern.length) throw new SyntaxError('a backslash is at the end')
  if (/[A-Za-z0-9]/.test(sign)) throw new SyntaxError(`\\${sign} has no counterpart in JavaScript`)
  const text = /[\^$\\.*+?()[\]{}|/]/.test(sign) ? `\\${sign}` : sign
  return { text, end: at + 1 + sign.length, code: sign.codePointAt(0)! }
}
