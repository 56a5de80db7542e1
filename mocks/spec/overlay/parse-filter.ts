import { fail, type Reader, readString, skipBlank, take, takeMatch } from './path-reader.ts'
import type { Call, Comparable, Filter, FunctionName, Operator, Query } from './path-types.ts'

/** How many arguments each takes, and whether it judges or gives a value. */
const FUNCTIONS = {
  length: { takes: 1, judges: false },
  count: { takes: 1, judges: false },
  value: { takes: 1, judges: false },
  match: { takes: 2, judges: true },
  search: { takes: 2, judges: true },
} as const satisfies Readonly<Record<FunctionName, object>>

/** Reads the segments of a path that stands in a filter. */
type ParseSegments = (reader: Reader) => Query

/** @throws {SyntaxError} */
export function parseFilter(reader: Reader, segments: ParseSegments): Filter {
  return parseList(reader, 'or', '||', () => parseList(reader, 'and', '&&', () => parseTerm(reader, segments)))
}

function parseList(reader: Reader, kind: 'or' | 'and', sign: string, parse: () => Filter): Filter {
  const parts = [parse()]
  skipBlank(reader)
  while (take(reader, sign)) {
    skipBlank(reader)
    parts.push(parse())
    skipBlank(reader)
  }
  return parts.length === 1 ? parts[0]! : { kind, parts }
}

function parseTerm(reader: Reader, segments: ParseSegments): Filter {
  if (reader.text[reader.at] === '!' && take(reader, '!')) {
    skipBlank(reader)
    return { kind: 'not', part: parseTerm(reader, segments) }
  }
  if (take(reader, '(')) {
    skipBlank(reader)
    const inner = parseFilter(reader, segments)
    skipBlank(reader)
    if (!take(reader, ')')) fail(reader, 'a ")" is missing')
    return inner
  }
  const left = parseComparable(reader, segments)
  skipBlank(reader)
  const operator = OPERATORS.find((sign) => take(reader, sign))
  if (operator !== undefined) {
    skipBlank(reader)
    return {
      kind: 'compare',
      operator,
      left: single(reader, left),
      right: single(reader, parseComparable(reader, segments)),
    }
  }
  if (left.kind === 'query') return { kind: 'exists', query: left.query }
  if (left.kind === 'call' && FUNCTIONS[left.call.name].judges) return { kind: 'call', call: left.call }
  return fail(reader, "a comparison has to follow, as in == 'get'")
}

const OPERATORS: readonly Operator[] = ['==', '!=', '<=', '>=', '<', '>']

/** What is compared must be one value. */
function single(reader: Reader, side: Comparable): Comparable {
  const isJudging = side.kind === 'call' && FUNCTIONS[side.call.name].judges
  const isMany =
    side.kind === 'query' &&
    side.query.segments.some(
      ({ kind, selectors }) =>
        kind === 'descendant' || selectors.length > 1 || !['name', 'index'].includes(selectors[0]!.kind),
    )
  if (isJudging) fail(reader, `${side.call.name}() is true or false already; it is not compared`)
  if (isMany) fail(reader, 'only one value can be compared: leave out "*", "..", slices and filters there')
  return side
}

function parseComparable(reader: Reader, segments: ParseSegments): Comparable {
  const text = readString(reader)
  if (text !== undefined) return { kind: 'literal', value: text }
  const from = (['$', '@'] as const).find((sign) => take(reader, sign))
  if (from !== undefined) return { kind: 'query', query: { from, ...segments(reader) } }
  const number = takeMatch(reader, /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[-+]?\d+)?/iy)
  if (number !== undefined) return { kind: 'literal', value: Number(number) }
  const word = takeMatch(reader, /[a-z][a-z_\d]*/y)
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' }
  if (word === 'null') return { kind: 'literal', value: null }
  if (word !== undefined && take(reader, '(')) return { kind: 'call', call: parseCall(reader, word, segments) }
  return fail(reader, 'a filter compares places like @.name with texts in quotes, numbers, true, false or null')
}

function parseCall(reader: Reader, name: string, segments: ParseSegments): Call {
  if (!isFunction(name)) return fail(reader, `"${name}" is not a function; known: ${Object.keys(FUNCTIONS).join(', ')}`)
  const given: Comparable[] = []
  skipBlank(reader)
  while (!take(reader, ')')) {
    if (given.length > 0 && !take(reader, ',')) fail(reader, 'a ")" is missing')
    skipBlank(reader)
    given.push(parseComparable(reader, segments))
    skipBlank(reader)
  }
  const { takes } = FUNCTIONS[name]
  if (given.length !== takes) fail(reader, `${name}() takes ${takes === 1 ? 'one argument' : `${takes} arguments`}`)
  if ((name === 'count' || name === 'value') && given[0]!.kind !== 'query') fail(reader, `${name}() takes a path`)
  return { name, arguments: given }
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name)
}
