import { isRecord } from '../values/is-record.ts'
import { didYouMean, nearest } from '../problems/nearest.ts'
import { formatMember } from './format-path.ts'
import { type JsonPath, jsonPath } from './json-path.ts'

/**
 * Explains at which segment a path stops matching, and names the nearest path that matches, in a sentence or two.
 *
 * @example
 * explainMiss(jsonPath("$.paths['/jbos'].post"), document)
 * //=> `"$.paths" has no "/jbos". Did you mean "$.paths['/jobs'].post"?`
 */
export function explainMiss({ text, segments }: JsonPath, document: unknown): string {
  const depth = segments.findIndex(({ select }) => select(document).length === 0)
  const broken = segments[depth]!
  const before = depth === 0 ? '$' : text.slice(0, segments[depth - 1]!.end)
  const rest = text.slice(broken.end)
  const { name } = broken
  if (name === undefined) {
    return `"${before}" is there, and nothing in it fits "${text.slice(broken.start, broken.end)}".`
  }
  const parents = depth === 0 ? [{ value: document }] : segments[depth - 1]!.select(document)
  const names = [...new Set(parents.flatMap(({ value }) => (isRecord(value) ? Object.keys(value) : [])))]
  const absent = `"${before}" has no "${name}".`
  if (names.length === 0) return `${absent} It is empty.`
  const written = (other: string, after: string): string => before + formatMember(other) + after
  // A renamed path most likely still has the same method and as many segments and parameters.
  const fitting = names.filter((other) => jsonPath(written(other, rest)).select(document).length > 0)
  const alike = fitting.filter((other) => outline(other) === outline(name))
  const near =
    nearest(name, alike) ??
    (alike.length === 1 && (rest !== '' || alike[0]!.startsWith('/')) ? alike[0] : nearest(name, fitting))
  if (near !== undefined) return `${absent} Did you mean "${written(near, rest)}"?`
  const other = nearest(name, names)
  if (other !== undefined) return `${absent} Did you mean "${written(other, '')}"?`
  return absent + didYouMean(name, names)
}

/** `/x/{}` for `/jobs/{id}`. */
function outline(name: string): string {
  return name.startsWith('/') ? name.replaceAll(/[^/]+/g, (segment) => (segment.startsWith('{') ? '{}' : 'x')) : ''
}
