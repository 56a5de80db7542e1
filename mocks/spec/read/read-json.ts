import { DEEPEST, endOfString, tooDeep, tooDeepAt } from './nesting.ts'
import { isRecord } from '../values/is-record.ts'
import { parseExactly } from '../values/exact-number.ts'
import type { Mistake, Reading } from './reading.ts'
import { checkYaml } from './read-yaml.ts'

/** Parses JSON with `JSON.parse`, but integers beyond 2^53 exactly. */
export function readJson(text: string): Reading {
  let data: unknown
  try {
    data = parseExactly(text)
  } catch {
    const deep = tooDeepAt(text)
    return { data: undefined, mistakes: deep === undefined ? findMistakes(text) : [tooDeep(deep)] }
  }
  const keys = countKeys(data, 0)
  if (keys === undefined) return { data: undefined, mistakes: [tooDeep(tooDeepAt(text) ?? 0)] }
  // `JSON.parse` drops repeated keys; comparing the number of keys is far cheaper than finding repeated ones.
  return { data, mistakes: countKeysIn(text) === keys ? [] : checkYaml(text) }
}

/** Counts strings before a colon. Searching for quotes only is several times faster than a pattern. */
function countKeysIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) {
    at = endOfString(text, at)
    let next = at + 1
    while (SPACES.has(text.charCodeAt(next))) next++
    if (text.charCodeAt(next) === COLON) count++
  }
  return count
}

const COLON = 0x3a
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

/** The keys of all maps; undefined where they are nested too deep. */
function countKeys(value: unknown, depth: number): number | undefined {
  if (typeof value !== 'object' || value === null) return 0
  if (depth >= DEEPEST) return undefined
  let count = isRecord(value) ? Object.keys(value).length : 0
  for (const entry of Object.values(value)) {
    if (typeof entry !== 'object' || entry === null) continue
    const inner = countKeys(entry, depth + 1)
    if (inner === undefined) return undefined
    count += inner
  }
  return count
}

/** Further mistakes are not searched for. */
const MOST_MISTAKES = 100

/**
 * Mistakes in a text that `JSON.parse` refused. Comments and wrong commas are repaired meanwhile, so that all of them
 * are found; another mistake ends the search.
 */
function findMistakes(text: string): Mistake[] {
  const mistakes: Mistake[] = []
  let mended = text
  for (let failure = failureOf(mended); failure && mistakes.length < MOST_MISTAKES; failure = failureOf(mended)) {
    const { said, offset } = failure
    const blank = (from: number, length: number): void => {
      mended = mended.slice(0, from) + ' '.repeat(length) + mended.slice(from + length)
    }
    const report = (message: string, at = offset): number => mistakes.push({ code: 'syntax', message, offset: at })
    const rest = mended.slice(offset)
    const before = mended.slice(0, offset).trimEnd()
    const [comment] = /^(?:(?:\/\/|#).*|\/\*[^]*?\*\/)/.exec(rest) ?? []
    if (comment !== undefined) {
      report('JSON has no comments. Remove it, or name the file .yaml and begin the comment with "#".')
      blank(offset, comment.length)
    } else if (/^[}\]]/.test(rest) && before.endsWith(',')) {
      report('JSON has no comma after the last entry. Remove it.', before.length - 1)
      blank(before.length - 1, 1)
    } else if (said.startsWith("Expected ',' or") && /^["{[\w-]/.test(rest) && before.length < offset) {
      report(`A comma is missing before ${quoteToken(rest)}.`)
      mended = `${before},${mended.slice(before.length + 1)}`
    } else {
      const end = text.trimEnd().length
      const [, closing] = /or '([\]}])'/.exec(said) ?? []
      const missing = closing === undefined ? 'a value' : `"${closing}"`
      if (said.startsWith('Unterminated') || said.startsWith('Bad control character'))
        report('This string is not closed. End it with " on the same line; a line break in it is \\n.')
      else if (offset >= end) report(`The text ends too early: ${missing} is missing.`, Math.max(0, end - 1))
      else {
        const isValue = said.startsWith('Unexpected token')
        // The error position is inside the token; go back to its start.
        const start = isValue ? offset - /[\w.+-]*$/.exec(mended.slice(0, offset))![0].length : offset
        const token = quoteToken(mended.slice(start))
        const isBare = /^[a-z']/i.test(mended.slice(start)) && (isValue || said.startsWith('Expected property'))
        const remedy = isBare ? ' Put text in double quotes.' : ''
        report(`${isValue ? 'Expected a value' : said}; got ${token}.${remedy}`, start)
      }
      break
    }
  }
  return mistakes
}

/** The message of `JSON.parse`, and the position. */
function failureOf(text: string): { readonly said: string; readonly offset: number } | undefined {
  const error = errorOf(text)
  if (error === undefined) return undefined
  const said = error.replace(/ in JSON(?: at position.*)?$|, .*$|^Unexpected non-whitespace.*/s, (end) =>
    end.startsWith('Unexpected') ? 'Nothing may follow the end of the document' : '',
  )
  const [, position] = /at position (\d+)/.exec(error) ?? []
  if (position !== undefined) return { said, offset: Number(position) }
  if (!isUnexpected(error)) return { said, offset: text.length }
  // The message has no position: the shortest prefix with the same error ends in the token.
  let low = 0
  let high = text.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (isUnexpected(errorOf(text.slice(0, middle)))) high = middle
    else low = middle
  }
  return { said, offset: low }
}

function errorOf(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return (error as SyntaxError).message
  }
}

function isUnexpected(message: string | undefined): boolean {
  return message?.startsWith('Unexpected token') ?? false
}

/** The first token of a text. */
function quoteToken(text: string): string {
  const [token = ''] = /^(?:"(?:[^"\\\n]|\\.)*"?|[^\s{}[\],:"]+|.)/.exec(text) ?? []
  const short = token.length > 30 ? `${token.slice(0, 29)}…` : token
  return short.startsWith('"') ? short : `"${short}"`
}
