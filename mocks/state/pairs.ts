/**
 * Converts a flat list, in which each value follows its name, into pairs.
 *
 * @example
 * pairsOf(['a', '1', 'b', '2']) //=> [['a', '1'], ['b', '2']]
 */
export function pairsOf(flat: readonly string[]): Array<readonly [name: string, value: string]> {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]!] as const] : []))
}
