/**
 * Whether a value has yet to come. What is there already is used at once: each `await` lets everything else run first.
 *
 * @example
 * const bytes = isPromise(body) ? await body : body
 */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function'
}

/**
 * Refuses a promise where a value must be there at once; how the promise ends has no effect.
 *
 * @param problem - what is wrong, in words
 * @throws TypeError always
 */
export function refusePromise(promise: Promise<unknown>, problem: string): never {
  promise.catch(() => undefined)
  throw new TypeError(problem)
}
