/**
 * Writes the JSONPath of one place, by names and indices.
 *
 * @example
 * formatPath(['paths', '/jobs', 'post', 'tags', 0]) //=> "$.paths['/jobs'].post.tags[0]"
 */
export function formatPath(segments: ReadonlyArray<string | number>): string {
  return `$${segments.map((segment) => (typeof segment === 'number' ? `[${segment}]` : formatMember(segment))).join('')}`
}

/** `.get`, or `['/jobs']` for a name that needs quotes. */
export function formatMember(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
}
