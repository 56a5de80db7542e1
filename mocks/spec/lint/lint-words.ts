/** `a, b and c`. */
export function joined(names: readonly string[], word = 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)!}`
}

/** Names as far as anybody reads them: `a, b, c and 9 more`. */
export function some(names: readonly string[], most = 3): string {
  return names.length <= most + 1 ? joined(names) : `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
