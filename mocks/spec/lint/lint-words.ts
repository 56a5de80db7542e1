/** `a, b and c`. */
export function joinNames(names: readonly string[], word = 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)!}`
}

/** The first names, and how many more there are: `a, b, c and 9 more`. */
export function someNames(names: readonly string[], most = 3): string {
  return names.length <= most + 1
    ? joinNames(names)
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
