/** The methods that are fixed keys of a path item (OpenAPI 3.2.0 section 4.8), in lower case. */
export const METHODS: ReadonlySet<string> = new Set([
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
])

/** The key that holds operations with other methods, by the method as sent. */
export const OTHERS = 'additionalOperations'

/**
 * The path of keys to an operation in the document.
 *
 * @example
 * operationPath({ path: '/things', method: 'GET' }) //=> ['paths', '/things', 'get']
 */
export function operationPath({
  path,
  method,
}: {
  readonly path: string
  readonly method: string
}): readonly [string, ...string[]] {
  const key = method.toLowerCase()
  return METHODS.has(key) ? ['paths', path, key] : ['paths', path, OTHERS, method]
}
