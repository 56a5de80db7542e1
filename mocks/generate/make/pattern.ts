import { type Expression, readExpression } from '../../spec/schema/patterns/regexp-tree.ts'
import { sourceOf, strict } from '../../spec/schema/patterns/translate.ts'

/** Characters, as ranges of code points, both ends included. */
export type Ranges = ReadonlyArray<readonly [from: number, to: number]>

/** A regular expression in a form that texts can be generated from. */
export type Pattern =
  | { readonly kind: 'characters'; readonly ranges: Ranges }
  | { readonly kind: 'all'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'either'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number }
  | { readonly kind: 'group'; readonly part: Pattern; readonly keys: readonly string[] }
  | { readonly kind: 'same'; readonly key: string }

/**
 * Parses a regular expression. Anchors, word boundaries and lookarounds are skipped: the expression itself checks them
 * in the result.
 *
 * @param ahead - collects the patterns of positive lookaheads
 */
export function parsePattern(pattern: string, ahead: Pattern[] = []): Pattern {
  const source = sourceOf(pattern)
  return made(readExpression(source, strict(source) !== undefined), ahead)
}

function made(expression: Expression, ahead: Pattern[]): Pattern {
  switch (expression.kind) {
    case 'set':
      return { kind: 'characters', ranges: rangesOf(expression.text) }
    case 'all':
      return { kind: 'all', parts: withoutRepeats(expression.parts).map((part) => made(part, ahead)) }
    case 'either':
      return { kind: 'either', parts: expression.parts.map((part) => made(part, ahead)) }
    case 'repeat':
      return { ...expression, part: made(expression.part, ahead) }
    case 'group':
      return { ...expression, part: made(expression.part, ahead) }
    case 'same':
      return expression
    case 'look':
      if (!expression.isBehind && !expression.isNegated) ahead.push(made(expression.part, ahead))
      return empty
    case 'edge':
      return empty
  }
}

/** A lookahead with a backreference to all of it is an atomic group. */
function withoutRepeats(parts: readonly Expression[]): readonly Expression[] {
  const group = (part: Expression | undefined): (Expression & { kind: 'group' }) | undefined =>
    part?.kind === 'look' && !part.isBehind && !part.isNegated && part.part.kind === 'group' ? part.part : undefined
  const isRepeat = (part: Expression, before: Expression | undefined): boolean =>
    part.kind === 'same' && group(before)?.keys.includes(part.key) === true
  return parts.flatMap((part, index) => {
    if (isRepeat(part, parts[index - 1])) return []
    const next = parts[index + 1]
    return next && isRepeat(next, part) ? group(part)! : part
  })
}

/** The characters that a set allows: `a`, `.`, `\\d`, `[a-z]`. */
function rangesOf(text: string): Ranges {
  let at = 0
  const eat = (sign: string): boolean => {
    if (text[at] !== sign) return false
    at++
    return true
  }
  const single = (): readonly [number, number] => {
    const point = text.codePointAt(at) ?? 0
    at += String.fromCodePoint(point).length
    return [point, point]
  }
  /** Reads an escape. */
  const escaped = (): Ranges => {
    const property = /^([pP])\{([^}]*)\}/.exec(text.slice(at))
    if (property) {
      at += property[0].length
      return byProperty(property[2]!, property[1] === 'P')
    }
    const code = /^(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(text.slice(at))
    if (code) {
      at += code[0].length
      const point = Number.parseInt((code[1] ?? code[2] ?? code[3])!, 16)
      return [[point, point]]
    }
    const letter = text[at] ?? '\\'
    const set = classes[letter]
    if (set) {
      at++
      return set
    }
    const control = controls[letter]
    if (control === undefined) return [single()]
    at++
    return [[control, control]]
  }
  if (text === '.') return printable
  if (text.length === 1 || !/^[[\\]/.test(text)) return [single()]
  if (eat('\\')) return escaped()
  eat('[')
  const isNegated = eat('^')
  const ranges: Array<readonly [number, number]> = []
  while (at < text.length - 1) {
    const from = eat('\\') ? escaped() : [single()]
    const isSpan = text[at] === '-' && at < text.length - 2 && from.length === 1
    if (!isSpan) {
      ranges.push(...from)
      continue
    }
    at++
    const to = eat('\\') ? escaped() : [single()]
    ranges.push([from[0]![0], to[0]![1]])
  }
  return isNegated ? complement(ranges) : ranges
}

/** Length of the shortest match; 0 for a backreference, which may be empty. */
export function shortestLength(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'characters':
      return 1
    case 'all':
      return pattern.parts.reduce((sum, part) => sum + shortestLength(part), 0)
    case 'either':
      return Math.min(...pattern.parts.map(shortestLength))
    case 'repeat':
      return pattern.min === 0 ? 0 : pattern.min * shortestLength(pattern.part)
    case 'group':
      return shortestLength(pattern.part)
    case 'same':
      return 0
  }
}

const empty: Pattern = { kind: 'all', parts: [] }
const printable: Ranges = [[32, 126]]
const digits: Ranges = [[48, 57]]
const wordLike: Ranges = [
  [97, 122],
  [65, 90],
  [48, 57],
  [95, 95],
]
const spaces: Ranges = [[32, 32]]
const classes: Readonly<Record<string, Ranges>> = {
  d: digits,
  w: wordLike,
  s: spaces,
  D: complement(digits),
  W: complement(wordLike),
  S: complement(spaces),
}
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 }

/** Every printable character that is not in the ranges. */
function complement(ranges: Ranges): Ranges {
  const rest: Array<readonly [number, number]> = []
  for (let point = 32; point <= 126; point++) {
    if (!ranges.some(([from, to]) => point >= from && point <= to)) rest.push([point, point])
  }
  return rest
}

function byProperty(name: string, isNegated: boolean): Ranges {
  const last = name.slice(name.indexOf('=') + 1)
  const ranges: Ranges = /^(?:Lu|Uppercase)/.test(last)
    ? [[65, 90]]
    : last.startsWith('N')
      ? digits
      : /^(?:P|S)/.test(last)
        ? [[45, 46]]
        : last.startsWith('Z')
          ? spaces
          : [[97, 122]]
  return isNegated ? complement(ranges) : ranges
}
