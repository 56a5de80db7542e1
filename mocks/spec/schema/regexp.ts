/**
 * A vendor's pattern as a regular expression. Vendors write for many engines: what the strict `u` mode refuses may still
 * be one without it.
 *
 * @throws SyntaxError when it is none at all
 */
export function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return new RegExp(pattern)
  }
}
