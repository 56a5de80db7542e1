const known = new Map<string, string>()

/**
 * A property's name in snake case.
 *
 * @example
 * snake('firstName')
 * //=> 'first_name'
 */
export function snake(name: string): string {
  let result = known.get(name)
  if (result === undefined) {
    result = name
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
      .replaceAll(/[^A-Za-z0-9]+/g, '_')
      .replaceAll(/^_|_$/g, '')
      .toLowerCase()
    known.set(name, result)
  }
  return result
}
