import { fail, type Reader, readInteger, readName, readString, skipBlank, take } from './path-reader.ts'
import { parseFilter } from './parse-filter.ts'
import type { Query, Segment, Selector } from './path-types.ts'

/** @throws {SyntaxError} */
export function parseJsonPath(text: string): Query {
  const reader: Reader = { text, at: 0 }
  if (!take(reader, '$')) fail(reader, 'it begins with "$", the whole document')
  const query = parseSegments(reader)
  if (reader.at < text.length) fail(reader, hint(reader))
  return query
}

/** Reads segments as far as there are any. */
function parseSegments(reader: Reader): Query {
  const segments: Segment[] = []
  for (;;) {
    const back = reader.at
    skipBlank(reader)
    const start = reader.at
    const kind = take(reader, '..') ? 'descendant' : 'child'
    if (take(reader, '[')) segments.push({ kind, selectors: parseBrackets(reader), start, end: reader.at })
    else if (kind === 'descendant' || take(reader, '.')) {
      segments.push({ kind, selectors: [parseShorthand(reader)], start, end: reader.at })
    } else {
      reader.at = back
      return { segments }
    }
  }
}

function parseShorthand(reader: Reader): Selector {
  if (take(reader, '*')) return { kind: 'wildcard' }
  const name = readName(reader)
  if (name === undefined) fail(reader, hint(reader))
  return { kind: 'name', name }
}

function parseBrackets(reader: Reader): Selector[] {
  const selectors: Selector[] = []
  do {
    skipBlank(reader)
    selectors.push(parseSelector(reader))
    skipBlank(reader)
  } while (take(reader, ','))
  if (!take(reader, ']')) fail(reader, 'a "]" is missing')
  return selectors
}

function parseSelector(reader: Reader): Selector {
  const name = readString(reader)
  if (name !== undefined) return { kind: 'name', name }
  if (take(reader, '*')) return { kind: 'wildcard' }
  if (take(reader, '?')) {
    skipBlank(reader)
    return { kind: 'filter', test: parseFilter(reader, parseSegments) }
  }
  const from = readInteger(reader)
  skipBlank(reader)
  if (!take(reader, ':')) {
    if (from === undefined) fail(reader, "a name stands in quotes, as in ['get'], an index without, as in [0]")
    return { kind: 'index', index: from }
  }
  skipBlank(reader)
  const to = readInteger(reader)
  skipBlank(reader)
  let step = 1
  if (take(reader, ':')) {
    skipBlank(reader)
    step = readInteger(reader) ?? 1
  }
  return { kind: 'slice', from, to, step }
}

function hint({ text, at }: Reader): string {
  const rest = /^\.?([^.[\]]*)/.exec(text.slice(at))?.[1] ?? ''
  // A name that begins like one: all of it has to be in quotes.
  const name = rest === '' ? '' : (/[\w\u{80}-\u{10FFFF}]*$/u.exec(text.slice(0, at))?.[0] ?? '') + rest
  return name === '' ? 'a name, "*" or "[" has to follow' : `write the name as ['${name}']`
}
