import { toRegExp } from '../../spec/schema/regexp.ts'
import { MOST_CHARACTERS, spendText } from './budget.ts'
import { chance, nothing, tooMuch, type Make, type MakeText } from './context.ts'
import type { Flat } from './flat.ts'
import { base64, formatText } from './formats.ts'
import { meaningOf } from './meanings.ts'
import { parsePattern, shortest } from './pattern.ts'
import { patternText } from './pattern-text.ts'
import type { Scene } from './scene.ts'
import { letters, twoWords } from './words.ts'

const attempts = 9

/** Makes strings: by format, else by what the name means, else by pattern, else two plain words. */
export function makeText(flat: Flat, name: string, scene: Scene): Make {
  const [pattern] = flat.patterns
  const least = Math.max(flat.minLength, pattern === undefined ? 0 : shortest(parsePattern(pattern)))
  if (least > MOST_CHARACTERS) return tooMuch(`needs ${least} characters or more, and ${MOST_CHARACTERS} are the most`)
  const make = textMaker(flat, name, scene)
  return (context, path, subject) => {
    const text = make(context, path, subject)
    if (typeof text === 'string') spendText(context.budget, path, text.length)
    return text
  }
}

function textMaker(flat: Flat, name: string, scene: Scene): Make {
  const { minLength, maxLength } = flat
  const tests = flat.patterns.map(toRegExp)
  const isBound = minLength > 0 || maxLength < Infinity || tests.length > 0
  const fits = (text: string): boolean =>
    text.length >= minLength && text.length <= maxLength && tests.every((test) => test.test(text))
  const byFormat = flat.format === undefined ? encoded(flat) : formatText(flat.format, name)
  const named = byFormat ?? meaningOf(name, scene)
  if (!isBound) return (context, path, subject) => (named ?? plain)(context, path, subject, 0)

  const [pattern] = flat.patterns
  const fromPattern = pattern === undefined ? undefined : patternText(pattern, minLength, maxLength, fits)
  return (context, path, subject) => {
    // Without a pattern a few forms are worth trying; with one, what the name means seldom fits.
    for (let attempt = 0; attempt < attempts; attempt++) {
      const text = named?.(context, path, subject, attempt)
      if (text === undefined) break
      if (fits(text)) return text
      const longer = lengthen(text, minLength, flat.format)
      if (longer !== undefined && fits(longer)) return longer
    }
    if (fromPattern) return fromPattern((attempt) => chance(context, path, attempt)) ?? nothing
    // A format that no attempt could fit into the length has no such text.
    if (byFormat && named === byFormat) return byFormat(context, path, subject, 0)
    return ofLength(
      plain(context, path, subject, 0),
      minLength,
      maxLength,
      letters(chance(context, path, 1), minLength),
    )
  }
}

const plain: MakeText = (context, path, _subject, attempt) => twoWords(chance(context, path, attempt))

function encoded(flat: Flat): MakeText | undefined {
  if (flat.encoding !== 'base64' && flat.encoding !== 'base64url') return undefined
  return (context, path, _subject, attempt) => base64(letters(chance(context, path, attempt), 12))
}

/** A text of the same kind with more characters, for the formats that have a place for them. */
function lengthen(text: string, length: number, format: string | undefined): string | undefined {
  const missing = length - text.length
  if (missing <= 0) return undefined
  if (format === undefined || ['password', 'binary'].includes(format)) return text + 'a'.repeat(missing)
  if (/^(?:uri|url|iri)/.test(format)) return `${text}/${'a'.repeat(missing)}`
  if (format.endsWith('email')) return 'a'.repeat(missing) + text
  if (format.endsWith('hostname')) return `${'a.'.repeat(Math.ceil(missing / 2))}${text}`
  if (format === 'byte') return text + 'YWFh'.repeat(Math.ceil(missing / 4))
  return undefined
}

function ofLength(text: string, min: number, max: number, filling: string): string {
  if (text.length < min) return `${text} ${filling}`.slice(0, Math.max(min, Math.min(max, min)))
  return text.length > max ? text.replaceAll(' ', '').slice(0, max) : text
}
