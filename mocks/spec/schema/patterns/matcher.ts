import { createAutomaton } from './automaton.ts'
import { effortOf, refersBack } from './effort.ts'
import { readExpression } from './regexp-tree.ts'
import { sourceOf, strict } from './translate.ts'

/** Judges texts by a pattern. */
export interface Matcher {
  /** @throws RangeError when the text is too long to be judged in time */
  readonly test: (text: string) => boolean
}

class EndlessPatternError extends SyntaxError {
  constructor(reason: string) {
    super(`may take forever to judge a text: ${reason}, and what is repeated can be divided in very many ways.`)
  }
}

/** Why a pattern cannot be used; undefined for one that can. */
export function patternFault(pattern: string): string | undefined {
  try {
    toMatcher(pattern)
    return undefined
  } catch (error) {
    const reason = error instanceof EndlessPatternError ? error.message : undefined
    return `${JSON.stringify(pattern)} ${reason ?? `is not a regular expression of JavaScript (${String(error)}).`}`
  }
}

/** Steps that the engine of JavaScript may take for one text: some hundredths of a second. */
const MOST_STEPS = 10_000_000

/**
 * A vendor's pattern as what judges texts by it. A pattern that the engine of JavaScript may need a long time for, since it
 * can divide a text in many ways, is judged by an automaton instead; the results are the same.
 *
 * @throws SyntaxError when it is no pattern at all, or one that nothing can judge in time
 * @example
 * toMatcher('^(a+)+$').test(`${'a'.repeat(100)}!`) //=> false, at once
 */
export function toMatcher(pattern: string): Matcher {
  const known = kept.get(pattern)
  if (known) return known
  const matcher = createMatcher(pattern)
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(pattern, matcher)
  return matcher
}

/** A document has one pattern in many places, and asks for each several times while it is loaded. */
const kept = new Map<string, Matcher>()
const MOST_KEPT = 1000

function createMatcher(pattern: string): Matcher {
  const source = sourceOf(pattern)
  const expression = strict(source) ?? new RegExp(source)
  const isUnicode = expression.unicode
  const tree = readExpression(source, isUnicode)
  const effort = effortOf(tree)
  if (effort <= 1) return expression
  const longest = MOST_STEPS ** (1 / effort)
  let automaton = effort === Infinity ? createAutomaton(tree, isUnicode) : undefined
  if (effort === Infinity && !automaton)
    throw new EndlessPatternError(refersBack(tree) ? 'it refers back to a group' : 'it repeats too much')
  return {
    test: (text) => {
      if (text.length <= longest) return expression.test(text)
      automaton ??= createAutomaton(tree, isUnicode)
      if (automaton) return automaton(text)
      if (text.length > longest * 3) throw new RangeError('the text is too long for its pattern')
      return expression.test(text)
    },
  }
}
