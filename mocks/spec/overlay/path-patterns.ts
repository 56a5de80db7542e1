import type { jsonpath, JSONPathEnvironment } from 'json-p3'
import { type Matcher, toMatcher } from '../schema/patterns/matcher.ts'

/**
 * Makes `match` and `search` of RFC 9535 (sections 2.4.6 and 2.4.7) use the pattern engine of schemas, in bounded time.
 * The library decides which texts are patterns (RFC 9485); other texts give false.
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

/** Patterns may come from the document, so their number is unlimited. */
const MOST_KEPT = 1000

function isPattern(strict: { readonly call: (text: string, pattern: string) => boolean }, pattern: string): boolean {
  try {
    strict.call('', pattern)
    return true
  } catch {
    return false
  }
}

/** @throws RangeError where nothing can match the pattern in time */
function compile(pattern: string, isWhole: boolean): Matcher {
  const source = dotted(pattern)
  const isAnchored = pattern.startsWith('^') || pattern.endsWith('$')
  try {
    return toMatcher(isWhole && !isAnchored ? `^(?:${source})$` : source)
  } catch (error) {
    throw new RangeError((error as Error).message)
  }
}

/** The dot of RFC 9485 matches all but the ASCII line ends. */
function dotted(pattern: string): string {
  return pattern.replaceAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\./g, (part) =>
    part === '.' ? String.raw`[^\r\n]` : part,
  )
}
