/**
 * A value that comes later, handed on at once when it is there. On the way of a request promises would cost more than
 * the work between them: each lets everything else run first.
 *
 * It has one listener; `await` takes it like a promise.
 *
 * @example
 * const body = new Later<string>()
 * body.then((text) => console.log(text.length))
 * body.resolve('four')
 * //=> logs 4 before resolve returns
 */
export class Later<T> implements PromiseLike<T> {
  #settled: { readonly value: T } | { readonly error: unknown } | undefined
  #listener: { readonly done: (value: T) => void; readonly failed: (error: unknown) => void } | undefined

  resolve(value: T): void {
    if (this.#settled) return
    this.#settled = { value }
    this.#listener?.done(value)
  }

  reject(error: unknown): void {
    if (this.#settled) return
    this.#settled = { error }
    this.#listener?.failed(error)
  }

  then<Done = T, Failed = never>(
    onDone?: ((value: T) => Done | PromiseLike<Done>) | null,
    onFailed?: ((error: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Later<Done | Failed> {
    if (this.#listener) throw new Error('Failed to wait: somebody does already, and this value has one listener.')
    const next = new Later<Done | Failed>()
    const done = (value: T): void => (onDone ? next.#follow(onDone, value) : next.resolve(value as unknown as Done))
    const failed = (error: unknown): void => (onFailed ? next.#follow(onFailed, error) : next.reject(error))
    this.#listener = { done, failed }
    if (this.#settled) {
      if ('error' in this.#settled) failed(this.#settled.error)
      else done(this.#settled.value)
    }
    return next
  }

  #follow<In>(call: (value: In) => T | PromiseLike<T>, value: In): void {
    let result: T | PromiseLike<T>
    try {
      result = call(value)
    } catch (error) {
      this.reject(error)
      return
    }
    if (isLater(result)) {
      result.then(
        (later) => this.resolve(later),
        (error: unknown) => this.reject(error),
      )
    } else this.resolve(result)
  }
}

/** Whether a value has yet to come, as a promise or otherwise. */
export function isLater<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function'
}
