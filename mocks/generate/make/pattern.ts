import { sourceOf } from '../../spec/schema/patterns/regexp.ts'

/** Characters, as ranges of code points, both ends included. */
export type Ranges = ReadonlyArray<readonly [from: number, to: number]>

/** A regular expression as far as a matching text can be made from it. */
export type Pattern =
  | { readonly kind: 'characters'; readonly ranges: Ranges }
  | { readonly kind: 'all'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'either'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number }
  | { readonly kind: 'group'; readonly part: Pattern; readonly keys: readonly string[] }
  | { readonly kind: 'same'; readonly key: string }

/**
 * Reads a regular expression. Anchors, word boundaries and lookarounds are passed over: whether a text fits them is for
 * the expression itself to say.
 *
 * @param ahead - gets what positive lookaheads ask for
 */
export function parsePattern(pattern: string, ahead: Pattern[] = []): Pattern {
  const source = sourceOf(pattern)
  let at = 0
  let groups = 0
  const eat = (text: string): boolean => {
    if (!source.startsWith(text, at)) return false
    at += text.length
    return true
  }

  const either = (): Pattern => {
    const parts = [all()]
    while (eat('|')) parts.push(all())
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts }
  }

  const all = (): Pattern => {
    const parts: Pattern[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const part = atom()
      const repeated = quantified(part ?? empty)
      if (part) parts.push(repeated)
    }
    return parts.length === 1 ? parts[0]! : { kind: 'all', parts }
  }

  /** Absent for what has no width. */
  const atom = (): Pattern | undefined => {
    if (eat('^') || eat('$') || eat('\\b') || eat('\\B')) return undefined
    if (eat('(')) return group()
    if (eat('[')) return characters(classRanges())
    if (eat('.')) return characters(printable)
    if (eat('\\')) return escape()
    return characters([single()])
  }

  const group = (): Pattern | undefined => {
    const isAhead = eat('?=')
    const isLook = isAhead || ['?!', '?<=', '?<!'].some(eat)
    const name = isLook ? undefined : /^\?<([^>]+)>/.exec(source.slice(at))
    const isCapture = !isLook && (name !== null || source[at] !== '?')
    if (name) at += name[0].length
    else if (!isLook && !isCapture) at = source.indexOf(':', at) + 1
    const keys = isCapture ? [String(++groups), ...(name ? [name[1]!] : [])] : []
    const part = either()
    eat(')')
    if (isAhead) ahead.push(part)
    if (isLook) return undefined
    return keys.length > 0 ? { kind: 'group', part, keys } : part
  }

  const quantified = (part: Pattern): Pattern => {
    const counted = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(source.slice(at))
    if (!counted) return part
    at += counted[0].length
    eat('?')
    const [sign, low, comma, high] = counted
    if (low === undefined) return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity }
    const max = comma === '' ? Number(low) : high === '' ? Infinity : Number(high)
    return { kind: 'repeat', part, min: Number(low), max }
  }

  const escape = (): Pattern => {
    const reference = /^(?:([1-9]\d?)|k<([^>]+)>)/.exec(source.slice(at))
    if (reference) {
      at += reference[0].length
      return { kind: 'same', key: (reference[1] ?? reference[2])! }
    }
    return characters(escaped())
  }

  /** What follows a backslash, in a class or outside. */
  const escaped = (): Ranges => {
    const property = /^([pP])\{([^}]*)\}/.exec(source.slice(at))
    if (property) {
      at += property[0].length
      return byProperty(property[2]!, property[1] === 'P')
    }
    const code = /^(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(source.slice(at))
    if (code) {
      at += code[0].length
      const point = Number.parseInt((code[1] ?? code[2] ?? code[3])!, 16)
      return [[point, point]]
    }
    const letter = source[at] ?? '\\'
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

  const single = (): readonly [number, number] => {
    const point = source.codePointAt(at) ?? 0
    at += String.fromCodePoint(point).length
    return [point, point]
  }

  const classRanges = (): Ranges => {
    const isNegated = eat('^')
    const ranges: Array<readonly [number, number]> = []
    while (at < source.length && source[at] !== ']') {
      const from = eat('\\') ? escaped() : [single()]
      const isSpan = source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length && from.length === 1
      if (!isSpan) {
        ranges.push(...from)
        continue
      }
      at++
      const to = eat('\\') ? escaped() : [single()]
      ranges.push([from[0]![0], to[0]![1]])
    }
    eat(']')
    return isNegated ? complement(ranges) : ranges
  }

  return either()
}

/** Characters of the shortest text that matches; of a reference back, which may be to nothing, none. */
export function shortest(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'characters':
      return 1
    case 'all':
      return pattern.parts.reduce((sum, part) => sum + shortest(part), 0)
    case 'either':
      return Math.min(...pattern.parts.map(shortest))
    case 'repeat':
      return pattern.min === 0 ? 0 : pattern.min * shortest(pattern.part)
    case 'group':
      return shortest(pattern.part)
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

function characters(ranges: Ranges): Pattern {
  return { kind: 'characters', ranges }
}

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
