import type { Finding, Problem } from '../problems/problem.ts'
import { parsePointer } from '../references/pointer.ts'
import { readJson } from './read-json.ts'
import { readYaml } from './read-yaml.ts'
import { createPlaces } from './yaml-places.ts'
import type { Reading } from './reading.ts'

/** One file that a user wrote, as parsed: its data, its syntax problems, and the places of its values. */
export interface Source {
  /** As shown in messages; relative `$ref`s are resolved against its folder. */
  readonly file: string
  /** `undefined` when the text has syntax errors. Maps may hold any own key, even `__proto__`. */
  readonly data: unknown
  /** The text of the file; undefined for data without one. */
  readonly text?: string | undefined
  /** Syntax errors, repeated keys, an empty file. */
  readonly problems: readonly Problem[]
  /** The file where the value at a JSON Pointer was written: this one, except for a bundled document. */
  fileOf(pointer: string): string
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

/**
 * Reads the text of a YAML 1.2 or JSON file. Never throws: `problems` has all errors. Positions cost nothing until the
 * first `locate`.
 *
 * @param known - the data of the same text from an earlier call, to skip parsing
 * @example
 * const source = parseSource('limits:\n  - name: burst\n', 'acme.yaml')
 * source.locate('/limits/0/name') //=> { line: 2, column: 5 }
 */
export function parseSource(text: string, file: string, known?: unknown): Source {
  const content = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text
  const { data, mistakes } = known === undefined ? read(content, file) : { data: known, mistakes: [] }
  const lineOf = lineFinder(content)
  let offsetOf: ReturnType<typeof createPlaces> | undefined
  const locate = (pointer: string): Place =>
    lineOf((offsetOf ??= createPlaces(content))(pointer.startsWith('/') ? parsePointer(pointer) : []))
  return {
    file,
    data,
    text: content,
    problems: mistakes.map(({ code, message, offset }) => ({
      code,
      severity: 'error',
      message,
      file,
      pointer: '',
      ...lineOf(offset),
    })),
    fileOf: () => file,
    locate,
    problem: ({ code, severity = 'error', message, pointer }) => ({
      code,
      severity,
      message,
      file,
      pointer,
      ...locate(pointer),
    }),
  }
}

const BYTE_ORDER_MARK = 0xfeff

function read(text: string, file: string): Reading {
  if (text.trim() === '') {
    const message = 'The file is empty. Write a document in it, or remove it.'
    return { data: undefined, mistakes: [{ code: 'empty', message, offset: 0 }] }
  }
  if (text.includes('\0')) {
    const message = 'The file is not text in UTF-8: it has null bytes, as UTF-16 has. Save it as UTF-8.'
    return { data: undefined, mistakes: [{ code: 'syntax', message, offset: 0 }] }
  }
  if (file.toLowerCase().endsWith('.json')) return readJson(text)
  // JSON is YAML too, but far faster to parse.
  if (text.trimStart().startsWith('{')) {
    const reading = readJson(text)
    if (reading.data !== undefined || reading.mistakes.some(({ code }) => code === 'too-deep')) return reading
  }
  return readYaml(text)
}

function lineFinder(text: string): (offset: number) => Place {
  let starts: number[] | undefined
  return (offset) => {
    if (!starts) {
      starts = [0]
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    }
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1 }
  }
}
