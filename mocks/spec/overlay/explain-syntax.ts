/** The library's error: the token at which it stopped, with its place. */
interface Failure extends Error {
  readonly token?: { readonly index: number; readonly value: string }
}

const FUNCTIONS = 'length, count, value, match, search'

/** Names with a hyphen must be quoted, though the library accepts them without. */
export function refuseHyphens(text: string): void {
  const bare = text.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, (quoted) => ' '.repeat(quoted.length))
  const [, name] = /\.([a-z_\u{80}-\u{10FFFF}][\w\u{80}-\u{10FFFF}]*-[^.[\]]*)/iu.exec(bare) ?? []
  if (name !== undefined) throw failure(text, bare.indexOf(`.${name}`) + 1 + name.indexOf('-'), quote(name))
}

/** Explains why a text is not a JSONPath: at which character, and what to write. */
export function explainSyntax(text: string, error: unknown): SyntaxError {
  const { message, token, name } = error as Failure
  // The stack overflowed; the error may come from another realm.
  if (name === 'RangeError') return failure(text, 0, 'it is nested too deep')
  if (!token) throw error
  // The library appends its own position.
  const said = message.replace(/ \('[^]*':\d+\)$/, '')
  const [, opening] = /^unclosed string starting at index (\d+)/.exec(said) ?? []
  if (opening !== undefined) {
    const at = Number(opening) - 1
    return failure(text, at, `the quote ${text[at] ?? ''} is never closed`)
  }
  return failure(text, token.index, remedy(text, said, name, token))
}

function remedy(text: string, said: string, kind: string, { index, value }: { index: number; value: string }): string {
  if (!text.startsWith('$')) return 'it begins with "$", the whole document'
  if (kind === 'UndefinedFilterFunctionError') return `"${value}" is not a function; known: ${FUNCTIONS}`
  if (said.startsWith('non-singular'))
    return 'only one value can be compared: leave out "*", "..", slices and filters there'
  const [, judge] = /^result of (\w+\(\)) is not comparable/.exec(said) ?? []
  if (judge !== undefined) return `${judge} is true or false already; it is not compared`
  if (said.endsWith('must be compared')) return "a comparison has to follow, as in == 'get'"
  if (kind === 'JSONPathTypeError' || said.startsWith('leading zero')) return said
  if (said.includes('escape')) return 'this is not an escape; write "\\\\" for a backslash'
  if (said.startsWith('unclosed') || said.startsWith('unbalanced')) {
    return opens(text, '(') > opens(text, ')') ? 'a ")" is missing' : 'a "]" is missing'
  }
  if (/\[\s*\?[^[\]]*$/.test(text.slice(0, index)))
    return 'a filter compares places like @.name with texts in quotes, numbers, true, false or null'
  if (/\[[^\]]*$/.test(text.slice(0, index + 1)))
    return "write a name in quotes, as in ['get'], and an index without, as in [0]"
  const rest = /^\.?([^.[\]]*)/.exec(text.slice(index))?.[1] ?? ''
  // The whole name must be quoted, including what precedes the hyphen.
  const before = /[\w\u{80}-\u{10FFFF}]*$/u.exec(text.slice(0, index))?.[0] ?? ''
  return rest === '' ? 'a name, "*" or "[" has to follow' : quote(before + rest)
}

function quote(name: string): string {
  return `write the name as ['${name}']`
}

function opens(text: string, bracket: string): number {
  return text.split(bracket).length
}

function failure(text: string, at: number, what: string): SyntaxError {
  const excerpt = text.length > 200 ? `${text.slice(0, 199)}…` : text
  return new SyntaxError(`"${excerpt}" is not a JSONPath${at === 0 ? '' : ` from character ${at + 1} on`}: ${what}.`)
}
