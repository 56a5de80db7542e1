import { LONG_NUMBER, parseExactly } from '../values/exact-number.ts'

/**
 * Maximum nesting of lists and maps in bodies, documents and scenarios. Later code recurses once for each level, and
 * must not overflow the stack.
 */
export const DEEPEST = 500

/**
 * The offset where JSON nests deeper than that; undefined where it does not. Only counts brackets, and skips texts too
 * short to nest so deep.
 */
export function tooDeepAt(json: string): number | undefined {
  if (json.length <= 2 * DEEPEST) return undefined
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) at = endOfString(json, at)
    else if (code === LIST || code === MAP) {
      if (++depth > DEEPEST) return at
    } else if (code === LIST_END || code === MAP_END) depth--
  }
  return undefined
}

const QUOTE = 0x22
const LIST = 0x5b
const LIST_END = 0x5d
const MAP = 0x7b
const MAP_END = 0x7d

/** The quote that closes a string; the end of the text where none does. */
export function endOfString(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let slashes = 0
    while (json.charCodeAt(at - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return at
  }
  return json.length
}

/** Thrown for JSON whose lists and maps are nested too deep. */
export class TooDeep extends SyntaxError {
  override name = 'TooDeep' as const

  constructor() {
    super(`nested deeper than ${DEEPEST} levels`)
  }
}

/**
 * Parses a client's JSON; integers that JavaScript cannot hold are kept exactly.
 *
 * @throws {@link TooDeep}
 * @throws SyntaxError for invalid JSON
 */
export function parseJsonText(json: string): unknown {
  if (tooDeepAt(json) !== undefined) throw new TooDeep()
  return LONG_NUMBER.test(json) ? parseExactly(json) : JSON.parse(json)
}

/** The path to a place that is nested too deep; undefined where there is none. */
export function tooDeepIn(value: unknown, depth = 0): string[] | undefined {
  if (value === null || typeof value !== 'object') return undefined
  if (depth >= DEEPEST) return []
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const path = tooDeepIn(value[index], depth + 1)
      if (path) return [String(index), ...path]
    }
    return undefined
  }
  for (const key of Object.keys(value)) {
    const path = tooDeepIn((value as Record<string, unknown>)[key], depth + 1)
    if (path) return [key, ...path]
  }
  return undefined
}

/** The error for a place that is nested too deep in a file. */
export function tooDeep(offset: number): {
  readonly code: 'too-deep'
  readonly message: string
  readonly offset: number
} {
  const message = `Lists and maps are nested more than ${DEEPEST} levels deep here. Make it flatter, or refer to a part of it.`
  return { code: 'too-deep', message, offset }
}
