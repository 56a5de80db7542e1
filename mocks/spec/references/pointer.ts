/**
 * Splits a JSON Pointer (RFC 6901) into its unescaped segments; `''` is the whole document and has none.
 *
 * @throws {SyntaxError} when the pointer is neither empty nor begins with `/`.
 * @example
 * parsePointer('/paths/~1v1~1me/get')
 * //=> ['paths', '/v1/me', 'get']
 */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return []
  if (pointer.charCodeAt(0) !== 47) {
    throw new SyntaxError(`Failed to parse the JSON Pointer "${pointer}": it must be empty or begin with "/".`)
  }
  const segments = pointer.slice(1).split('/')
  return pointer.includes('~') ? segments.map(unescapeSegment) : segments
}

/**
 * Joins segments to a JSON Pointer; the inverse of {@link parsePointer}.
 *
 * @example
 * formatPointer(['paths', '/v1/me', 0])
 * //=> '/paths/~1v1~1me/0'
 */
export function formatPointer(segments: Iterable<string | number>): string {
  let pointer = ''
  for (const segment of segments) pointer += `/${escapeSegment(String(segment))}`
  return pointer
}

/**
 * Reads the value at a pointer, by own properties only; `undefined` where there is none. Pass parsed segments for a
 * pointer that is read often.
 *
 * @throws {SyntaxError} when the pointer is neither empty nor begins with `/`.
 * @example
 * getPointer({ limits: [{ name: 'burst' }] }, '/limits/0/name')
 * //=> 'burst'
 */
export function getPointer(value: unknown, pointer: string | readonly string[]): unknown {
  let current = value
  for (const segment of typeof pointer === 'string' ? parsePointer(pointer) : pointer) {
    current = child(current, segment)
    if (current === undefined) return undefined
  }
  return current
}

function child(value: unknown, segment: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return arrayIndex.test(segment) ? value[Number(segment)] : undefined
  return Object.hasOwn(value, segment) ? (value as Record<string, unknown>)[segment] : undefined
}

// `01` and `-` are not indices of existing entries.
const arrayIndex = /^(?:0|[1-9]\d*)$/

/** Escapes one segment for a pointer: `/v1` is `~1v1`. */
export function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The inverse of {@link escapeSegment}. */
export function unescapeSegment(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}
