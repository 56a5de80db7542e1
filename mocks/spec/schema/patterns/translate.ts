import { Scanner } from './scanner.ts'
import { createClassReader } from './translate-class.ts'
import { escapeOf } from './translate-escape.ts'
import { bothCases } from './letter-cases.ts'

/**
 * Translates a pattern to JavaScript. Syntax of other engines (`(?i)`, `\A`, `\Z`, `(?P<name>…)`, `[[:alpha:]]`, `a++`,
 * `(?>a)`) becomes equivalent syntax that every version of JavaScript accepts.
 *
 * @throws SyntaxError for syntax without a counterpart, such as `\G` or `(?R)`
 * @example
 * sourceOf('(?i)\\A[[:digit:]]+x\\z') //=> '^[0-9]+[xX]$'
 */
export function sourceOf(pattern: string): string {
  // Inline group flags are new in JavaScript: not all engines accept them.
  if (strict(pattern) && !/\(\?[a-z-]+:/.test(pattern)) return pattern
  const source = translate(pattern)
  // Without `u` mode these would be read as letters.
  if (!strict(source) && /\\(?:[pP]\{|u\{|k<)/.test(source)) return new RegExp(source, 'u').source
  return source
}

export function strict(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return undefined
  }
}

/** Flags that apply to the rest of a group. */
export interface Flags {
  readonly ignoresCase: boolean
  readonly isMultiline: boolean
  readonly takesNewlines: boolean
  /** Whether spaces and comments in the pattern are ignored. */
  readonly isSpaced: boolean
}

const NO_FLAGS: Flags = { ignoresCase: false, isMultiline: false, takesNewlines: false, isSpaced: false }
const FLAGS: Readonly<Record<string, keyof Flags | undefined>> = {
  i: 'ignoresCase',
  m: 'isMultiline',
  s: 'takesNewlines',
  x: 'isSpaced',
}

/** A text, or a group and its references, which are numbered at the end. */
type Piece = string | { readonly opens: number } | { readonly refers: number }

const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})/y

function translate(pattern: string): string {
  const scan = new Scanner(pattern)
  let groups = 0
  /** Groups added to make lookaheads atomic; they shift the numbers of the pattern's own groups. */
  let added = 0
  const readClass = createClassReader(pattern)

  const sequence = (outer: Flags): Piece[] => {
    let flags = outer
    const pieces: Piece[] = []
    while (scan.at < pattern.length && pattern[scan.at] !== ')') {
      if (skip(flags)) continue
      if (scan.eat('|')) {
        pieces.push('|')
        continue
      }
      const inline = scan.take(/\(\?(?!#)(\^?[a-zA-Z]*(?:-[a-zA-Z]+)?)\)/y)
      if (inline) flags = changed(flags, inline[1]!)
      else pieces.push(...quantified(atom(flags), flags))
    }
    return pieces
  }

  /** Skips comments, and spaces where they are ignored. */
  const skip = (flags: Flags): boolean =>
    scan.take(/\(\?#[^)]*\)/y) !== undefined || (flags.isSpaced && scan.take(/\s+|#[^\n]*/y) !== undefined)

  const quantified = (pieces: Piece[], flags: Flags): Piece[] => {
    while (skip(flags));
    const sign = scan.take(QUANTIFIER)?.[0].replace('{,', '{0,')
    if (sign === undefined) return pieces
    if (scan.eat('+')) return atomic([...pieces, sign])
    return [...pieces, sign, scan.eat('?') ? '?' : '']
  }

  /** Emulates an atomic group: a lookahead captures the text without backtracking, and a backreference consumes it. */
  const atomic = (pieces: Piece[]): Piece[] => {
    const id = --added
    return ['(?:(?=', { opens: id }, ...pieces, '))', { refers: id }, ')']
  }

  const atom = (flags: Flags): Piece[] => {
    if (pattern[scan.at] === '(') return group(flags)
    if (pattern[scan.at] === '[') {
      const { text, end } = readClass(scan.at, flags.ignoresCase)
      scan.at = end
      return [text]
    }
    if (pattern[scan.at] === '\\') return escape(flags)
    const sign = String.fromCodePoint(pattern.codePointAt(scan.at)!)
    scan.at += sign.length
    if (sign === '.') return [flags.takesNewlines ? String.raw`[\s\S]` : '.']
    if (sign === '^') return [flags.isMultiline ? String.raw`(?<![^\n])` : '^']
    if (sign === '$') return [flags.isMultiline ? String.raw`(?![^\n])` : '$']
    return [flags.ignoresCase ? bothCases(sign) : sign]
  }

  const group = (flags: Flags): Piece[] => {
    if (scan.eat('(?>')) return atomic(closed(flags))
    const reference = scan.take(/\(\?P=(\w+)\)/y)
    if (reference) return refer(`\\k<${reference[1]}>`, flags)
    const capture = scan.take(/\(\?(?:P?<([^>=!]+)>|'([^']+)')|\((?![?*])/y)
    if (capture) {
      const [, name = capture[2]] = capture
      const opens = { opens: ++groups }
      return [opens, ...(name === undefined ? [] : [`?<${name}>`]), ...closed(flags), ')']
    }
    const plain = scan.take(/\(\?(?:[:=!]|<[=!])/y)
    if (plain) return [plain[0], ...closed(flags), ')']
    const own = scan.take(/\(\?(\^?[a-zA-Z]*(?:-[a-zA-Z]+)?):/y)
    if (own) return ['(?:', ...closed(changed(flags, own[1]!)), ')']
    throw new SyntaxError(`${pattern.slice(scan.at, scan.at + 4)} has no counterpart in JavaScript`)
  }

  const closed = (flags: Flags): Piece[] => {
    const pieces = sequence(flags)
    if (!scan.eat(')')) throw new SyntaxError('a group is not closed')
    return pieces
  }

  const escape = (flags: Flags): Piece[] => {
    const quoted = scan.take(/\\Q([\s\S]*?)(?:\\E|$)/y)
    if (quoted) {
      const signs = [...quoted[1]!]
      return [signs.map((sign) => (flags.ignoresCase ? bothCases(sign) : quote(sign))).join('')]
    }
    const name = scan.take(/\\(?:k(?:<(\w+)>|'(\w+)'|\{(\w+)\})|g\{([A-Za-z_]\w*)\})/y)
    if (name) return refer(`\\k<${name.slice(1).find(Boolean)}>`, flags)
    const number = scan.take(/\\(?:g\{?(-?\d+)\}?|([1-9]\d?))/y)
    if (number) {
      const given = Number(number[1] ?? number[2])
      return refer({ refers: given < 0 ? groups + 1 + given : given }, flags)
    }
    const { text, end } = escapeOf(pattern, scan.at, flags.ignoresCase)
    scan.at = end
    return [text]
  }

  const refer = (piece: Piece, { ignoresCase }: Flags): Piece[] => {
    if (ignoresCase) throw new SyntaxError('a reference back that ignores case has no counterpart in JavaScript')
    return [piece]
  }

  const pieces = sequence(NO_FLAGS)
  if (scan.at < pattern.length) throw new SyntaxError('a parenthesis closes no group')
  return numbered(pieces)
}

function changed(flags: Flags, text: string): Flags {
  const [on = '', off = ''] = text.split('-')
  let next = on.startsWith('^') ? NO_FLAGS : flags
  for (const [letters, value] of [
    [on.replace('^', ''), true],
    [off, false],
  ] as const) {
    for (const letter of letters) {
      const flag = FLAGS[letter]
      // These flags affect what a letter or a lazy repetition means, not which texts match.
      if (flag === undefined && !'auU'.includes(letter))
        throw new SyntaxError(`the flag ${letter} has no counterpart in JavaScript`)
      if (flag) next = { ...next, [flag]: value }
    }
  }
  return next
}

function numbered(pieces: readonly Piece[]): string {
  const numbers = new Map<number, number>()
  for (const piece of pieces)
    if (typeof piece !== 'string' && 'opens' in piece) numbers.set(piece.opens, numbers.size + 1)
  return pieces
    .map((piece, index) => {
      if (typeof piece === 'string') return piece
      if ('opens' in piece) return '('
      // An octal escape in JavaScript stays one, as long as no group is added.
      const number = numbers.get(piece.refers) ?? (numbers.has(-1) ? undefined : piece.refers)
      if (number === undefined) throw new SyntaxError(`there is no group ${piece.refers}`)
      const next = pieces[index + 1]
      // A following digit would be read as part of the number.
      return typeof next === 'string' && /^\d/.test(next) ? `(?:\\${number})` : `\\${number}`
    })
    .join('')
}

function quote(sign: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(sign) ? `\\${sign}` : sign
}
