import type { Random } from '../../state/hash.ts'
import { toMatcher } from '../../spec/schema/patterns/matcher.ts'
import { MOST_CHARACTERS } from '../budget.ts'
import { parsePattern, type Pattern, type Ranges } from './pattern.ts'

/** Generates a text for a pattern; `undefined` when none is found. */
export type MakeFromPattern = (chanceOf: (attempt: number) => Random) => string | undefined

/**
 * Prepares texts that match all given patterns, with a length within bounds.
 *
 * @param sources - the patterns, at least one
 * @param fits - a further test of the text
 */
export function patternText(
  sources: readonly string[],
  minLength: number,
  maxLength: number,
  fits: (text: string) => boolean,
): MakeFromPattern {
  const ahead: Pattern[] = []
  const patterns = sources.map((source) => parsePattern(source, ahead))
  const tests = sources.map(toMatcher)
  const isGood = (text: string): boolean =>
    text.length <= maxLength && text.length >= minLength && tests.every((test) => test.test(text)) && fits(text)
  // Maximum extra repetitions where unbounded; the length bounds determine which to try.
  const reaches = minLength > 0 ? [minLength, 4, 1, 0, minLength * 2] : [4, 8, 2, 1, 0]
  return (chanceOf) => {
    let sampled = 0
    for (let attempt = 0; attempt < 40 && sampled <= MOST_CHARACTERS; attempt++) {
      const random = chanceOf(attempt)
      const main = patterns[attempt % patterns.length]!
      let text = sample(main, random, reaches[attempt % reaches.length]!, new Map())
      sampled += text.length
      const whole = text
      // A pattern without anchors allows any prefix and suffix.
      if (text.length < minLength && attempt % 2 === 1) text += 'a'.repeat(minLength - text.length)
      if (text.length > maxLength && attempt % 2 === 1) text = text.slice(0, maxLength)
      if (isGood(text)) return text
      const others = [...patterns.filter((pattern) => pattern !== main), ...ahead]
      const pieces = others.map((other) => sample(other, random, 0, new Map())).join('')
      if (whole.length + pieces.length > MOST_CHARACTERS) continue
      const mixed = mixes(whole, pieces)
        .flatMap((mix) => padded(mix, minLength))
        .find(isGood)
      if (mixed !== undefined) return mixed
    }
    return undefined
  }
}

/** Candidates for several patterns, combined from a text that matches the first and pieces that match the others. */
function mixes(text: string, pieces: string): readonly string[] {
  if (pieces === '') return [text]
  return [
    text + pieces,
    pieces + text,
    pieces + text.slice(pieces.length),
    text.slice(0, Math.max(0, text.length - pieces.length)) + pieces,
  ]
}

/** A text with padded forms if it is too short: a pattern without anchors allows any prefix and suffix. */
function padded(text: string, minLength: number): readonly string[] {
  const missing = minLength - text.length
  if (missing <= 0) return [text]
  const more = 'a'.repeat(missing)
  return [text + more, more + text, `${text} ${more.slice(1)}`, `${more.slice(1)} ${text}`]
}

function sample(pattern: Pattern, random: Random, reach: number, groups: Map<string, string>): string {
  switch (pattern.kind) {
    case 'characters':
      return character(pattern.ranges, random)
    case 'all':
      return pattern.parts.map((part) => sample(part, random, reach, groups)).join('')
    case 'either':
      return sample(random.pick(pattern.parts), random, reach, groups)
    case 'repeat': {
      const most = Math.min(pattern.max, pattern.min + reach)
      // A long text needs at least as many repetitions.
      const times = reach > 8 ? most : random.int(pattern.min, most)
      let text = ''
      for (let index = 0; index < times && text.length <= MOST_CHARACTERS; index++) {
        const more = sample(pattern.part, random, Math.min(reach, 4), groups)
        // If one repetition is empty, all further ones may be.
        if (more === '') break
        text += more
      }
      return text
    }
    case 'group': {
      const text = sample(pattern.part, random, reach, groups)
      for (const key of pattern.keys) groups.set(key, text)
      return text
    }
    case 'same':
      return groups.get(pattern.key) ?? ''
  }
}

const plainParts = new WeakMap<Ranges, Ranges>()

/** Letters and digits where the ranges contain any, for readable texts. */
function plainOf(ranges: Ranges): Ranges {
  let from = plainParts.get(ranges)
  if (!from) {
    const plain = ranges.flatMap((range) =>
      readable.map((other) => overlap(range, other)).filter((both) => both !== undefined),
    )
    plainParts.set(ranges, (from = plain.length > 0 ? plain : ranges))
  }
  return from
}

function character(ranges: Ranges, random: Random): string {
  const from = plainOf(ranges)
  const size = from.reduce((sum, [low, high]) => sum + high - low + 1, 0)
  if (size <= 0) return ''
  let index = random.int(0, size - 1)
  for (const [low, high] of from) {
    if (index <= high - low) return String.fromCodePoint(low + index)
    index -= high - low + 1
  }
  return ''
}

const readable: Ranges = [
  [97, 122],
  [65, 90],
  [48, 57],
]

function overlap([low, high]: Ranges[number], [from, to]: Ranges[number]): Ranges[number] | undefined {
  return Math.max(low, from) <= Math.min(high, to) ? [Math.max(low, from), Math.min(high, to)] : undefined
}
