import type { jsonpath, JSONPathEnvironment } from 'json-p3'
import { type Matcher, toMatcher } from '../schema/patterns/matcher.ts'

/**
 * Lets `match` and `search` of RFC 9535 (sections 2.4.6 and 2.4.7) judge by patterns as schemas do, in time that is bounded. The
 * library says which texts are patterns (RFC 9485); with any other text the result is false.
 */
export function judgeInTime({ functionRegister }: JSONPathEnvironment, { Match }: typeof jsonpath.functions): void {
  const strict = new Match({ throwErrors: true, cacheSize: 0 })
  for (const name of ['match', 'search']) {
    const { argTypes, returnType } = functionRegister.get(name)!
    const known = new Map<string, Matcher | undefined>()
    const matcherOf = (pattern: string): Matcher | undefined => {
      if (known.has(pattern)) return known.get(pattern)
      const matcher = isPattern(strict, pattern) ? compile(pattern, name === 'match') : undefined
      if (known.size >= MOST_KEPT) known.clear()
      known.set(pattern, matcher)
      return matcher
    }
    const call = (text: unknown, pattern: unknown): boolean =>
      typeof text === 'string' && typeof pattern === 'string' && matcherOf(pattern)?.test(text) === true
    functionRegister.set(name, { argTypes, returnType, call })
  }
}

/** A pattern may come out of the document: there may be many. */
const MOST_KEPT = 1000

function isPattern(strict: { readonly call: (text: string, pattern: string) => boolean }, pattern: string): boolean {
  try {
    strict.call('', pattern)
    return true
  } catch {
    return false
  }
}

/** @throws RangeError where nothing can judge by the pattern in time */
function compile(pattern: string, isWhole: boolean): Matcher {
  const source = dotted(pattern)
  const isAnchored = pattern.startsWith('^') || pattern.endsWith('$')
  try {
    return toMatcher(isWhole && !isAnchored ? `^(?:${source})$` : source)
  } catch (error) {
    throw new RangeError((error as Error).message)
  }
}

/** The dot of RFC 9485 is all but the ends of lines that ASCII has. */
function dotted(pattern: string): string {
  return pattern.replaceAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\./g, (part) =>
    part === '.' ? String.raw`[^\r\n]` : part,
  )
}
