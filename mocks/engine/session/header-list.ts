/** Header fields in their order, as they were written. */
export type HeaderList = ReadonlyArray<readonly [name: string, value: string]> & {
  /**
   * The value of a field, whatever the case of its name; the values joined where it came more than once; null where it did
   * not come. As `get` of the Fetch API's `Headers`.
   *
   * @example
   * exchange.response?.headers.get('retry-after')
   */
  readonly get: (name: string) => string | null
}

/** Makes header fields readable by name. What is compared or written as JSON stays a list of pairs. */
export function headerList(fields: ReadonlyArray<readonly [name: string, value: string]>): HeaderList {
  const list = [...fields]
  const get = (name: string): string | null => {
    const values = list.filter(([own]) => own.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
    return values.length === 0 ? null : values.join(', ')
  }
  // Not enumerable, so that it is no part of the list's content.
  return Object.defineProperty(list, 'get', { value: get }) as typeof list & Pick<HeaderList, 'get'>
}
