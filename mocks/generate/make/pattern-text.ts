import type { Random } from '../../state/hash.ts'
import { toRegExp } from '../../spec/schema/regexp.ts'
import { MOST_CHARACTERS } from '../budget.ts'
import { parsePattern, type Pattern, type Ranges } from './pattern.ts'

/** Makes a text for a pattern; `undefined` when none was found. */
export type MakeFromPattern = (chanceOf: (attempt: number) => Random) => string | undefined

/**
 * Prepares texts that match a pattern and have a length between two bounds.
 *
 * @param fits - what else the text must be
 */
export function patternText(
  source: string,
  minLength: number,
  maxLength: number,
  fits: (text: string) => boolean,
): MakeFromPattern {
  const pattern = parsePattern(source)
  const test = toRegExp(source)
  // How much longer than it must an open repetition may become; the length bounds tell which to try.
  const reaches = minLength > 0 ? [minLength, 4, 1, 0, minLength * 2] : [4, 8, 2, 1, 0]
  return (chanceOf) => {
    let sampled = 0
    for (let attempt = 0; attempt < 40 && sampled <= MOST_CHARACTERS; attempt++) {
      const random = chanceOf(attempt)
      let text = sample(pattern, random, reaches[attempt % reaches.length]!, new Map())
      sampled += text.length
      // A pattern without anchors says nothing about what stands before and after it.
      if (text.length < minLength && attempt % 2 === 1) text += 'a'.repeat(minLength - text.length)
      if (text.length > maxLength && attempt % 2 === 1) text = text.slice(0, maxLength)
      if (text.length <= maxLength && text.length >= minLength && test.test(text) && fits(text)) return text
    }
    return undefined
  }
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
      // A long text is asked for by a reach at least as long.
      const times = reach > 8 ? most : random.int(pattern.min, most)
      let text = ''
      for (let index = 0; index < times && text.length <= MOST_CHARACTERS; index++) {
        const more = sample(pattern.part, random, Math.min(reach, 4), groups)
        // What may be nothing may be nothing from here on.
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

/** Letters and digits where the ranges have some: a text that people can read. */
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
