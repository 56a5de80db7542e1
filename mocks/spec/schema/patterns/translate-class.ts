import { otherCases } from './letter-cases.ts'
import { escapeInClass, POSIX } from './translate-escape.ts'

interface ReadClass {
  readonly text: string
  /** The position after it. */
  readonly end: number
}

const WIDE: Readonly<Record<string, string>> = { digit: String.raw`\D`, space: String.raw`\S`, word: String.raw`\W` }

/**
 * Creates a reader for the character classes of a pattern.
 *
 * @throws SyntaxError, from the returned function, for a class that JavaScript cannot express
 */
export function createClassReader(pattern: string): (start: number, ignoresCase: boolean) => ReadClass {
  return (start, ignoresCase) => {
    let at = start + 1
    let text = '['
    if (pattern[at] === '^') {
      text += '^'
      at++
    }
    // In other engines a leading bracket is an ordinary character.
    if (pattern[at] === ']' && pattern.includes(']', at + 1)) {
      text += String.raw`\]`
      at++
    }
    while (at < pattern.length && pattern[at] !== ']') {
      const posix = readPosix(at)
      if (posix) {
        text += posix.text
        at = posix.end
        continue
      }
      if (pattern.startsWith('&&', at))
        throw new SyntaxError('classes that intersect have no counterpart in JavaScript')
      const from = one(at, ignoresCase)
      const isSpan =
        from.code !== undefined && pattern[from.end] === '-' && ![']', undefined].includes(pattern[from.end + 1])
      const to = isSpan ? one(from.end + 1, ignoresCase) : undefined
      if (from.code === undefined || to?.code === undefined) {
        text += from.text + (ignoresCase && from.code !== undefined ? otherCases([from.code, from.code]) : '')
        at = from.end
        continue
      }
      text += `${from.text}-${to.text}`
      if (ignoresCase && to.code >= from.code) text += otherCases([from.code, to.code])
      at = to.end
    }
    if (at >= pattern.length) throw new SyntaxError('a class is not closed')
    return { text: `${text}]`, end: at + 1 }
  }

  function readPosix(at: number): ReadClass | undefined {
    const found = /^\[:(\^?)(\w+):\]/.exec(pattern.slice(at, at + 20))
    if (!found) return undefined
    const [whole, negation, name = ''] = found
    const inside = negation === '' ? POSIX[name] : WIDE[name]
    if (inside === undefined) throw new SyntaxError(`${whole} has no counterpart in JavaScript`)
    return { text: inside, end: at + whole.length }
  }

  function one(at: number, ignoresCase: boolean): ReadClass & { readonly code?: number } {
    if (pattern[at] === '\\') return escapeInClass(pattern, at, ignoresCase)
    const code = pattern.codePointAt(at)!
    const sign = String.fromCodePoint(code)
    return { text: sign === '[' ? String.raw`\[` : sign, end: at + sign.length, code }
  }
}
