/**
 * Whether a value has yet to come. What is there already is used at once: each `await` lets everything else run first.
 *
 * @example
 * const bytes = isPromise(body) ? await body : body
 */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function'
}
