/** The methods that a path has as keys of its own (OpenAPI 3.2.0 section 4.8), in lower case. */
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

/** Where the operations with other methods stand, by the method as it is sent. */
export const OTHERS = 'additionalOperations'

/**
 * The way to an operation in the document, from its root.
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
