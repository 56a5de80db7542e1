import type { Mistake } from './source.ts'

const token = /[\s]*(?:(\/\/[^\n]*|\/\*[^]*?\*\/)|("(?:[^"\\\n]|\\.)*")|([{}[\],:])|([^\s{}[\],:"]+)|("[^\n]*)|$)/y
const literal = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/

/**
 * Finds what is wrong with a text that `JSON.parse` refused. Passes over comments and stray or missing commas, so that
 * these are all told at once; stops at the first mistake of another kind.
 */
export function findJsonMistakes(text: string): Mistake[] {
  const mistakes: Mistake[] = []
  const open: string[] = []
  let expect: 'value' | 'first' | 'key' | 'colon' | 'comma' | 'end' = 'value'
  let comma = 0

  function say(message: string, offset: number): Mistake[] {
    mistakes.push({ code: 'syntax', message, offset })
    return mistakes
  }

  function close(): void {
    open.pop()
    expect = open.length > 0 ? 'comma' : 'end'
  }

  token.lastIndex = 0
  for (;;) {
    const match = token.exec(text)
    if (!match) return say('This is not JSON.', 0)
    const [, comment, string, mark, word, unclosed] = match
    const seen = comment ?? string ?? mark ?? word ?? unclosed
    const at = token.lastIndex - (seen?.length ?? 0)
    if (comment !== undefined) {
      say('JSON has no comments. Remove it, or name the file .yaml and begin the comment with "#".', at)
      continue
    }
    if (unclosed !== undefined) return say('This string is not closed. End it with " on the same line.', at)
    if (seen === undefined) {
      if (expect === 'end') return mistakes.length > 0 ? mistakes : say('This is not JSON.', 0)
      const closing = open.at(-1) === '[' ? '"]"' : open.at(-1) === '{' ? '"}"' : 'a value'
      return say(`The text ends too early: ${closing} is missing.`, Math.max(0, text.trimEnd().length - 1))
    }
    if (expect === 'end') return say(`Nothing may follow the end of the document; got ${show(seen)}.`, at)
    if (string !== undefined && hasBadEscape(string)) {
      return say(`The string ${show(string)} has an escape or a control character that JSON does not know.`, at)
    }

    const top = open.at(-1)
    if (mark === '}' || mark === ']') {
      const fits = (mark === '}') === (top === '{') && top !== undefined
      const trailing = (expect === 'key' || expect === 'value') && comma > 0
      if (!fits || !(expect === 'comma' || expect === 'first' || trailing)) {
        return say(`Expected ${wanted(expect, top)}; got ${show(seen)}.`, at)
      }
      if (trailing) say(`JSON has no comma after the last entry. Remove it.`, comma - 1)
      close()
      comma = 0
      continue
    }
    if (expect === 'comma' && mark !== ',') {
      if (mark === ':') return say(`Expected ${wanted(expect, top)}; got ":".`, at)
      say(`A comma is missing before ${show(seen)}.`, at)
      expect = top === '{' ? 'key' : 'value'
    }
    if (expect === 'comma') {
      comma = at + 1
      expect = top === '{' ? 'key' : 'value'
      continue
    }
    if (expect === 'key' || (expect === 'first' && top === '{')) {
      if (string === undefined) return say(`Expected a key in double quotes; got ${show(seen)}.`, at)
      expect = 'colon'
    } else if (expect === 'colon') {
      if (mark !== ':') return say(`Expected ":" after the key; got ${show(seen)}.`, at)
      expect = 'value'
    } else if (mark === '{' || mark === '[') {
      open.push(mark)
      expect = 'first'
    } else if (string !== undefined || (word !== undefined && literal.test(word))) {
      expect = open.length > 0 ? 'comma' : 'end'
    } else return say(`Expected a value; got ${show(seen)}.${word ? ' Text stands in double quotes.' : ''}`, at)
    comma = 0
  }
}

function wanted(expect: string, top: string | undefined): string {
  if (expect === 'colon') return '":" after the key'
  if (expect === 'comma') return top === '{' ? '"," or "}"' : '"," or "]"'
  if (expect === 'first') return top === '{' ? 'a key or "}"' : 'a value or "]"'
  return expect === 'key' ? 'a key in double quotes' : 'a value'
}

function show(seen: string): string {
  const short = seen.length > 30 ? `${seen.slice(0, 29)}…` : seen
  return short.startsWith('"') ? short : `"${short}"`
}

function hasBadEscape(string: string): boolean {
  try {
    JSON.parse(string)
    return false
  } catch {
    return true
  }
}
