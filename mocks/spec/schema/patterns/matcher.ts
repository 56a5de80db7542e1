import { createAutomaton } from './automaton.ts'
import { effortOf, refersBack } from './effort.ts'
import { readExpression } from './regexp-tree.ts'
import { sourceOf, strict } from './translate.ts'

/** Tests texts against a pattern. */
export interface Matcher {
  /** @throws RangeError when the text is too long to be tested in time */
  readonly test: (text: string) => boolean
}

class EndlessPatternError extends SyntaxError {
  constructor(reason: string) {
    super(`may take forever to judge a text: ${reason}, and what is repeated can be divided in very many ways.`)
  }
}

/** Why a pattern is unusable; undefined for a usable one. */
export function patternFault(pattern: string): string | undefined {
  try {
    toMatcher(pattern)
    return undefined
  } catch (error) {
    const reason = error instanceof EndlessPatternError ? error.message : undefined
    return `${JSON.stringify(pattern)} ${reason ?? `is not a regular expression of JavaScript (${String(error)}).`}`
  }
}

/** Steps that JavaScript's engine may take for one text: some hundredths of a second. */
const MOST_STEPS = 10_000_000

/**
 * Compiles a vendor's pattern. A pattern on which JavaScript's engine may backtrack for long runs on an automaton
 * instead, with the same results.
 *
 * @throws SyntaxError when it is not a pattern, or one that nothing can match in time
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

/** Cached: a document repeats a pattern in many places, and loading asks for each several times. */
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
