import { formatMember } from './format-path.ts'
import { selectNodes } from './select.ts'
import { parseJsonPath } from './parse-path.ts'
import type { Node, Query } from './path-types.ts'
import { didYouMean, nearest } from '../nearest.ts'

/** A JSONPath (RFC 9535), read and ready to be asked. */
export interface JsonPath {
  readonly text: string
  readonly query: Query
  /** Every node that it leads to, in the order of the document. */
  readonly select: (document: unknown) => readonly Node[]
}

/**
 * Reads a JSONPath of RFC 9535: names, wildcards, indices, slices, descendants, filters with the functions of the
 * standard. Nothing of it is run as code.
 *
 * @throws {SyntaxError} that says at which character it ends to be one, and what to write
 * @example
 * jsonPath("$.paths['/jobs'].post").select(document) //=> [{ path: ['paths', '/jobs', 'post'], value: {…} }]
 */
export function jsonPath(text: string): JsonPath {
  const query = parseJsonPath(text)
  return { text, query, select: (document) => selectNodes(query, document) }
}

/**
 * Says where a path that leads nowhere breaks off, and the nearest one that leads somewhere. A sentence or two.
 *
 * @example
 * explainMiss(jsonPath("$.paths['/jbos'].post"), document)
 * //=> `"$.paths" has no "/jbos". Did you mean "$.paths['/jobs'].post"?`
 */
export function explainMiss(path: JsonPath, document: unknown): string {
  const { segments } = path.query
  let depth = 0
  while (depth < segments.length && selectNodes(upTo(path.query, depth + 1), document).length > 0) depth++
  const before = path.text.slice(0, depth === 0 ? 1 : segments[depth - 1]!.end)
  const broken = segments[depth]!
  const rest = path.text.slice(broken.end)
  const [selector] = broken.selectors
  if (broken.kind !== 'child' || broken.selectors.length !== 1 || selector?.kind !== 'name') {
    return `"${before}" is there, and nothing in it fits "${path.text.slice(broken.start, broken.end)}".`
  }
  const parents = selectNodes(upTo(path.query, depth), document)
  const names = [...new Set(parents.flatMap(({ value }) => keysOf(value)))]
  const absent = `"${before}" has no "${selector.name}".`
  if (names.length === 0) return `${absent} Nothing stands in it.`
  const written = (name: string, after: string): string => before + formatMember(name) + after
  // A renamed path is most likely one that still has the same method, and as many segments and parameters.
  const fitting = names.filter((name) => jsonPath(written(name, rest)).select(document).length > 0)
  const alike = fitting.filter((name) => outline(name) === outline(selector.name))
  const near =
    nearest(selector.name, alike) ??
    (alike.length === 1 && (rest !== '' || alike[0]!.startsWith('/')) ? alike[0] : nearest(selector.name, fitting))
  if (near !== undefined) return `${absent} Did you mean "${written(near, rest)}"?`
  const other = nearest(selector.name, names)
  if (other !== undefined) return `${absent} Did you mean "${written(other, '')}"?`
  return absent + didYouMean(selector.name, names)
}

/** `/x/{}` for `/jobs/{id}`. */
function outline(name: string): string {
  return name.startsWith('/') ? name.replaceAll(/[^/]+/g, (segment) => (segment.startsWith('{') ? '{}' : 'x')) : ''
}

function upTo(query: Query, depth: number): Query {
  return { segments: query.segments.slice(0, depth) }
}

function keysOf(value: unknown): string[] {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : []
}
