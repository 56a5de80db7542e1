/** Header fields in their order and spelling as sent. */
export type HeaderList = ReadonlyArray<readonly [name: string, value: string]> & {
  /**
   * The value of a field by its name in any case, several values joined, null if the field is missing. Like `get` of
   * the Fetch API's `Headers`.
   *
   * @example
   * exchange.response?.headers.get('retry-after')
   */
  readonly get: (name: string) => string | null
}

/** Adds `get` to a list of header fields. Comparisons and JSON still see a list of pairs. */
export function headerList(fields: ReadonlyArray<readonly [name: string, value: string]>): HeaderList {
  const list = [...fields]
  const get = (name: string): string | null => {
    const values = list.filter(([own]) => own.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
    return values.length === 0 ? null : values.join(', ')
  }
  // Not enumerable, so that comparisons and JSON ignore it.
  return Object.defineProperty(list, 'get', { value: get }) as typeof list & Pick<HeaderList, 'get'>
}
