import { Scanner } from './scanner.ts'

/** A JavaScript regular expression as a tree. */
export type Expression =
  /** One character of a set: `a`, `.`, `\d`, `[a-z]`. */
  | { readonly kind: 'set'; readonly text: string }
  | { readonly kind: 'all'; readonly parts: readonly Expression[] }
  | { readonly kind: 'either'; readonly parts: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly part: Expression; readonly min: number; readonly max: number }
  | { readonly kind: 'group'; readonly part: Expression; readonly keys: readonly string[] }
  /** A backreference to a group. */
  | { readonly kind: 'same'; readonly key: string }
  | { readonly kind: 'edge'; readonly text: Edge }
  | { readonly kind: 'look'; readonly part: Expression; readonly isBehind: boolean; readonly isNegated: boolean }

export type Edge = '^' | '$' | '\\b' | '\\B'

const LOOKS: Readonly<Record<string, readonly [isBehind: boolean, isNegated: boolean]>> = {
  '(?=': [false, false],
  '(?!': [false, true],
  '(?<=': [true, false],
  '(?<!': [true, true],
}
const QUANTIFIER = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y
const CLASS = /\[(?:\\[\s\S]|[^\]\\])*\]/y
const CAPTURE = /\((?:\?<([^>=!]+)>|(?!\?))/y
/** In `u` mode a surrogate pair is one character. */
const STRICT_ESCAPE =
  /\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[1-9]\d*|[\s\S])/y
const LOOSE_ESCAPE = /\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[0-3]?[0-7]{1,2}|[1-9]\d*|[\s\S])/y

/**
 * Parses a regular expression that JavaScript accepts.
 *
 * @param isUnicode - whether it has the `u` flag
 */
export function readExpression(source: string, isUnicode: boolean): Expression {
  const captures = source.replaceAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/g, '').match(/\((?:\?<[^>=!]+>|(?!\?))/g) ?? []
  const hasNames = captures.some((text) => text !== '(')
  const scan = new Scanner(source)
  let groups = 0

  const either = (): Expression => {
    const parts = [all()]
    while (scan.eat('|')) parts.push(all())
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts }
  }

  const all = (): Expression => {
    const parts: Expression[] = []
    while (scan.at < source.length && source[scan.at] !== '|' && source[scan.at] !== ')') parts.push(quantified(atom()))
    return parts.length === 1 ? parts[0]! : { kind: 'all', parts }
  }

  const quantified = (part: Expression): Expression => {
    const found = scan.take(QUANTIFIER)
    if (!found) return part
    const [sign, low, comma, high] = found
    if (low === undefined) {
      return { kind: 'repeat', part, min: sign.startsWith('+') ? 1 : 0, max: sign.startsWith('?') ? 1 : Infinity }
    }
    return {
      kind: 'repeat',
      part,
      min: Number(low),
      max: comma === '' ? Number(low) : high === '' ? Infinity : Number(high),
    }
  }

  const atom = (): Expression => {
    for (const text of ['^', '$', '\\b', '\\B'] as const) if (scan.eat(text)) return { kind: 'edge', text }
    if (source[scan.at] === '(') return group()
    const text = scan.take(CLASS)?.[0]
    if (text !== undefined) return { kind: 'set', text }
    if (source[scan.at] === '\\') return escape()
    const sign = isUnicode ? String.fromCodePoint(source.codePointAt(scan.at)!) : source[scan.at]!
    scan.at += sign.length
    return { kind: 'set', text: sign }
  }

  const group = (): Expression => {
    for (const [text, [isBehind, isNegated]] of Object.entries(LOOKS)) {
      if (scan.eat(text)) return { kind: 'look', part: closed(), isBehind, isNegated }
    }
    const capture = scan.take(CAPTURE)
    if (!capture) {
      scan.eat('(?:')
      return closed()
    }
    const number = String(++groups)
    const keys = capture[1] === undefined ? [number] : [number, capture[1]]
    return { kind: 'group', part: closed(), keys }
  }

  const closed = (): Expression => {
    const part = either()
    scan.eat(')')
    return part
  }

  const escape = (): Expression => {
    const name = isUnicode || hasNames ? scan.take(/\\k<([^>]+)>/y)?.[1] : undefined
    if (name !== undefined) return { kind: 'same', key: name }
    const number = /^\\([1-9]\d*)/.exec(source.slice(scan.at, scan.at + 5))?.[1]
    if (number !== undefined && Number(number) <= captures.length) {
      scan.at += number.length + 1
      return { kind: 'same', key: number }
    }
    return { kind: 'set', text: scan.take(isUnicode ? STRICT_ESCAPE : LOOSE_ESCAPE)![0] }
  }

  return either()
}
