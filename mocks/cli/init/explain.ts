import { formatPlace } from '../../spec/problems/problem.ts'
import { formatPointer } from '../../spec/references/pointer.ts'
import type { Source } from '../../spec/read/source.ts'
import type { Guess } from './sketch.ts'

/** The sentence that a guess is based on, and its place. */
export function explanation({ why, at, says }: Guess, source: Source): readonly string[] {
  const place = formatPlace(source.problem({ code: 'place', message: '', pointer: formatPointer(at) }))
  return [why, ...(says === undefined ? [`at ${place}`] : [`"${sentenceWith(says, '')}"`, `at ${place}`])]
}

/**
 * Finds the sentence of a text that contains these words, and puts it on one line.
 *
 * @example
 * sentenceWith('It is fast. At most 5 calls per minute pass. Enjoy.', '5 calls per minute')
 * //=> 'At most 5 calls per minute pass.'
 */
export function sentenceWith(text: string, words: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim()
  const at = Math.max(0, flat.indexOf(words))
  const before = flat.slice(0, at)
  const start = Math.max(...[...before.matchAll(/[.!?:]\s/g)].map(({ index }) => index + 2), 0)
  const rest = flat.slice(at + words.length)
  const end = /[.!?](?=\s|$)/.exec(rest)
  const sentence = flat.slice(start, end ? at + words.length + end.index + 1 : undefined)
  return sentence.length <= MOST ? sentence : `${sentence.slice(0, MOST - 1)}…`
}

const MOST = 200
