/**
 * Whether a value has to be awaited. An available value is used at once, since each `await` lets other code run first.
 *
 * @example
 * const bytes = isPromise(body) ? await body : body
 */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function'
}

/**
 * Refuses a promise where a value is needed at once; how the promise settles has no effect.
 *
 * @param problem - what is wrong, in words
 * @throws TypeError always
 */
export function refusePromise(promise: Promise<unknown>, problem: string): never {
  promise.catch(() => undefined)
  throw new TypeError(problem)
}
