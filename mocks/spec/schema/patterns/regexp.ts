/**
 * A vendor's pattern as a regular expression. Vendors write for many engines: what the strict `u` mode refuses may still
 * be one without it.
 *
 * @throws SyntaxError when it is none at all
 */
export function toRegExp(pattern: string): RegExp {
  const source = sourceOf(pattern)
  return strict(source) ?? new RegExp(source)
}

/**
 * A pattern as JavaScript writes it. What only other engines know (`\A`, `\Z`, `\z`, `(?P<name>…)`, `[:alpha:]`) is
 * written as here; without the `u` mode JavaScript would take it for letters.
 *
 * @example
 * sourceOf('\\A[[:digit:]]+\\z') //=> '^[0-9]+$'
 */
export function sourceOf(pattern: string): string {
  if (strict(pattern)) return pattern
  return pattern
    .replaceAll(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole)
    .replaceAll(/\(\?P(<\w+>)/g, '(?$1')
    .replaceAll(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replaceAll(/\\([\s\S])/g, (whole, sign: string) => ESCAPES[sign] ?? whole)
}

const ESCAPES: Readonly<Record<string, string>> = { A: '^', Z: '$', z: '$' }

const POSIX: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
  punct: '!-\\/:-@\\[-`{-~',
}

function strict(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return undefined
  }
}
