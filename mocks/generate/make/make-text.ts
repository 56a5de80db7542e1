import type { Random } from '../../state/hash.ts'
import { toMatcher } from '../../spec/schema/patterns/matcher.ts'
import { MOST_CHARACTERS, spendText } from '../budget.ts'
import { chance, isAgain, nothing, tooMuch, type Make, type MakeText } from '../context.ts'
import type { Flat } from '../flat.ts'
import { base64, formatText } from '../words/formats.ts'
import { meaningOf } from '../words/meanings.ts'
import { parsePattern, shortestLength } from './pattern.ts'
import { patternText } from './pattern-text.ts'
import type { Scene } from '../words/scene.ts'
import { letters, topic } from '../words/words.ts'

const attempts = 9

/** Generates strings: by format, else by the meaning of the name, else by pattern, else two plain words. */
export function makeText(flat: Flat, name: string, scene: Scene, isValid: (text: string) => boolean): Make {
  const [pattern] = flat.patterns
  const least = Math.max(flat.minLength, pattern === undefined ? 0 : shortestLength(parsePattern(pattern)))
  if (least > MOST_CHARACTERS) return tooMuch(`needs ${least} characters or more, and ${MOST_CHARACTERS} are the most`)
  const make = textMaker(flat, name, scene, isValid)
  return (context, path, subject) => {
    const text = make(context, path, subject)
    if (typeof text === 'string') spendText(context.budget, path, text.length)
    return text
  }
}

function textMaker(flat: Flat, name: string, scene: Scene, isValid: (text: string) => boolean): Make {
  const { minLength, maxLength } = flat
  const tests = flat.patterns.map(toMatcher)
  const isBound = minLength > 0 || maxLength < Infinity || tests.length > 0
  const fits = (text: string): boolean =>
    text.length >= minLength && text.length <= maxLength && tests.every((test) => test.test(text))
  const byFormat = flat.format === undefined ? encoded(flat) : formatText(flat.format, name)
  const named = byFormat ?? meaningOf(name, scene)
  if (!isBound) return (context, path, subject) => (named ?? plain)(context, path, subject, 0)

  const byPattern = flat.patterns.length > 0
  const fromPattern = byPattern ? patternText(flat.patterns, minLength, maxLength, fits) : undefined
  // With both a pattern and a format, the first text that matches both.
  const fromBoth = byPattern && byFormat ? patternText(flat.patterns, minLength, maxLength, isValid) : undefined
  return (context, path, subject) => {
    // Without a pattern a few forms are worth trying; with one, a text by the name's meaning seldom matches.
    for (let attempt = 0; attempt < attempts; attempt++) {
      const text = named?.(context, path, subject, attempt)
      if (text === undefined) break
      if (fits(text)) return text
      if (flat.format === undefined && text.includes(' ') && text.length < minLength) {
        const several = sentences(text, minLength, (more) => named!(context, path, subject, more))
        if (fits(several)) return several
      }
      const longer = lengthen(text, minLength, flat.format)
      if (longer !== undefined && fits(longer)) return longer
    }
    if (fromPattern) {
      const chanceOf = (attempt: number): Random => chance(context, path, attempt)
      const text = fromPattern(chanceOf) ?? nothing
      if (!byFormat || !fromBoth || text === nothing) return text
      const formed = byFormat(context, path, subject, 0)
      return joined(text, formed).find((both) => fits(both) && isValid(both)) ?? fromBoth(chanceOf) ?? text
    }
    // Where no attempt has the right length, the format has no such text.
    if (byFormat && named === byFormat) return byFormat(context, path, subject, 0)
    return ofLength((named ?? plain)(context, path, subject, 0), minLength, maxLength)
  }
}

/** Candidates for a pattern with a format, combined from a text that matches and one with the format. */
function joined(text: string, formed: string): readonly string[] {
  return [
    text,
    text + formed.slice(text.length),
    formed.slice(0, -text.length) + text,
    `${text}example`,
    `${text}example.example`,
    formed.slice(0, formed.indexOf('@') + 1) + text,
    formed.slice(0, formed.indexOf('@')) + text,
    text + formed,
    formed + text,
    ...Array.from(formed, (_, at) => text + formed.slice(at)),
  ]
}

const plain: MakeText = (context, path, _subject, attempt) => {
  const stream = chance(context, path, attempt)
  const text = topic(context.people.fakerOn(stream), stream).toLowerCase()
  // Topics are few, and lists of unique items need many.
  return isAgain(path) ? `${text} ${stream.int(2, 9999)}` : text
}

function encoded(flat: Flat): MakeText | undefined {
  if (flat.encoding !== 'base64' && flat.encoding !== 'base64url') return undefined
  return (context, path, _subject, attempt) => base64(letters(chance(context, path, attempt), 12))
}

/** A longer text of the same kind, for formats that can be extended. */
function lengthen(text: string, length: number, format: string | undefined): string | undefined {
  const missing = length - text.length
  if (missing <= 0) return undefined
  if (format === undefined) return longer(text, length)
  if (['password', 'binary'].includes(format)) return text + 'a'.repeat(missing)
  if (/^(?:uri|url|iri)/.test(format)) return `${text}/${'details-'.repeat(missing / 8 + 1).slice(0, missing)}`
  if (format.endsWith('email')) return 'mail.'.repeat(missing / 5 + 1).slice(0, missing) + text
  if (format.endsWith('hostname')) return `${'a.'.repeat(Math.ceil(missing / 2))}${text}`
  if (format.endsWith('time')) return text.replace(/(?=[zZ]$)/, `.${'0'.repeat(Math.max(1, missing - 1))}`)
  if (format === 'byte') return text + 'YWFh'.repeat(Math.ceil(missing / 4))
  return undefined
}

/** The text with others of its kind, until it is long enough. */
function sentences(text: string, length: number, make: (attempt: number) => string): string {
  let all = text
  for (let attempt = 1; all.length < length && attempt < attempts - 2; attempt++) all += ` ${make(attempt)}`
  return all
}

/** The text repeated as often as needed, without a trailing space. */
function longer(text: string, length: number): string {
  // A code has no spaces and gets none.
  const again = text.includes(' ') ? `${text} ` : text
  const long = again.repeat(Math.ceil(length / text.length)).slice(0, length)
  return long.endsWith(' ') ? `${long.slice(0, -1)}.` : long
}

/** As many whole words as fit. */
function ofLength(text: string, min: number, max: number): string {
  if (text.length < min) return longer(text, min)
  if (text.length <= max) return text
  const space = text.lastIndexOf(' ', max)
  return text
    .slice(0, space >= Math.max(min, 1) ? space : max)
    .trimEnd()
    .padEnd(min, '-')
}
