import { sourceOf, withoutMark } from './json-source.ts'
import { readJson } from './json-text.ts'
import type { Finding, Problem } from './problem.ts'
import { readYaml } from './yaml-text.ts'

/** One file that a user wrote, read: its data, what is wrong with its text, and where things stand in it. */
export interface Source {
  /** As it is shown in messages; relative `$ref`s are read from its folder. */
  readonly file: string
  /** `undefined` when the text has syntax errors. Maps may hold any own key, even `__proto__`. */
  readonly data: unknown
  /** Syntax errors, repeated keys, an empty file. */
  readonly problems: readonly Problem[]
  /** The place of the key or list entry a JSON Pointer leads to, else of its nearest ancestor. Never throws. */
  locate(pointer: string): Place
  /** Gives a finding its place in this file. */
  problem(finding: Finding): Problem
}

/** Both from 1, in UTF-16 units. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** What a reader of one notation gives back; offsets count from the start of the text. */
export interface Reading {
  readonly data: unknown
  readonly mistakes: readonly Mistake[]
  /** Offset of the deepest place along the segments that exists. */
  readonly offsetOf: (segments: readonly string[]) => number
}

export interface Mistake {
  readonly code: 'syntax' | 'duplicate-key' | 'unknown-tag' | 'empty' | 'too-deep'
  readonly severity?: Problem['severity']
  readonly message: string
  readonly offset: number
}

/**
 * Reads the text of a YAML 1.2 or JSON file. Never throws: what is wrong is in `problems`, all of it at once. Positions
 * cost nothing until the first `locate`.
 *
 * @param known - what this very text was read to before, to save reading it again
 * @example
 * const source = parseSource('limits:\n  - name: burst\n', 'acme.yaml')
 * source.locate('/limits/0/name') //=> { line: 2, column: 5 }
 */
export function parseSource(text: string, file: string, known?: unknown): Source {
  const content = withoutMark(text)
  return sourceOf(content, file, content.trim() === '' ? nothing : read(content, file, known))
}

const nothing: Reading = {
  data: undefined,
  mistakes: [{ code: 'empty', message: 'The file is empty. Write a document in it, or remove it.', offset: 0 }],
  offsetOf: () => 0,
}

function read(content: string, file: string, known: unknown): Reading {
  if (file.toLowerCase().endsWith('.json')) return readJson(content)
  // JSON is YAML too, and far faster to read.
  if (content.trimStart().startsWith('{')) {
    const reading = readJson(content)
    if (reading.data !== undefined || reading.mistakes.some(({ code }) => code === 'too-deep')) return reading
  }
  return readYaml(content, known)
}
