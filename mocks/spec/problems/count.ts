/**
 * A number with its noun.
 *
 * @example
 * count(2, 'spec') //=> '2 specs'
 */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/**
 * The first names, and the number of others.
 *
 * @example
 * listNames(['a', 'b', 'c'], 2) //=> 'a, b and 1 more'
 */
export function listNames(names: readonly string[], most = 12): string {
  const rest = names.length - most
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/**
 * All names, as a sentence lists them.
 *
 * @example
 * joinNames(['a', 'b', 'c'], 'or') //=> 'a, b or c'
 */
export function joinNames(names: readonly string[], word = 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)!}`
}
