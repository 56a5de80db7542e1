/** How far a text has been read. */
export interface Reader {
  readonly text: string
  at: number
}

/** @throws {SyntaxError} that says where the text stops to be a JSONPath, and the remedy */
export function fail(reader: Reader, remedy: string): never {
  throw new SyntaxError(
    `"${reader.text}" is not a JSONPath${reader.at === 0 ? '' : ` from character ${reader.at + 1} on`}: ${remedy}.`,
  )
}

export function skipBlank(reader: Reader): void {
  while (' \n\r\t'.includes(reader.text[reader.at] ?? 'x')) reader.at++
}

/** Reads exactly this, when it stands here. */
export function take(reader: Reader, what: string): boolean {
  if (!reader.text.startsWith(what, reader.at)) return false
  reader.at += what.length
  return true
}

/** Reads what the pattern, which must be sticky, finds here. */
export function takeMatch(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const [found] = pattern.exec(reader.text) ?? []
  if (found !== undefined) reader.at += found.length
  return found
}

/** A name without quotes: letters, digits, `_`, and all beyond ASCII. */
export function readName(reader: Reader): string | undefined {
  return takeMatch(reader, /[A-Za-z_\u{80}-\u{10FFFF}][\w\u{80}-\u{10FFFF}]*/uy)
}

export function readInteger(reader: Reader): number | undefined {
  const digits = takeMatch(reader, /0|-?[1-9]\d*/y)
  return digits === undefined ? undefined : Number(digits)
}

/** A text in single or double quotes, with the escapes of JSON. */
export function readString(reader: Reader): string | undefined {
  const quote = reader.text[reader.at]
  if (quote !== "'" && quote !== '"') return undefined
  let text = ''
  for (let at = reader.at + 1; at < reader.text.length; at++) {
    const char = reader.text[at]!
    if (char === quote) {
      reader.at = at + 1
      return text
    }
    if (char !== '\\') {
      text += char
      continue
    }
    const next = reader.text[++at] ?? ''
    if (next === 'u' && /^[\da-f]{4}$/i.test(reader.text.slice(at + 1, at + 5))) {
      text += String.fromCharCode(Number.parseInt(reader.text.slice(at + 1, at + 5), 16))
      at += 4
    } else if (next === quote) text += quote
    else if (Object.hasOwn(ESCAPES, next)) text += ESCAPES[next]
    else {
      reader.at = at - 1
      fail(reader, `"\\${next}" is no escape; write "\\\\" for a backslash`)
    }
  }
  return fail(reader, `the quote ${quote} is never closed`)
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '/': '/',
  '\\': '\\',
}
