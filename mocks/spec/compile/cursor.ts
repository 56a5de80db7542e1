import type { Finding } from '../problems/problem.ts'
import { notOneOf } from '../problems/nearest.ts'
import { escapeSegment, parsePointer } from '../references/pointer.ts'
import { parseDuration } from '../values/duration.ts'
import { asRecord, isRecord, type Raw, asString } from '../values/is-record.ts'
import { type Compiling, compileValue, type Value } from '../values/value.ts'

/** The minimum that a cursor needs: a place to report problems. */
export interface Reporting {
  readonly report: (finding: Finding) => void
}

/**
 * A value of a document together with its place. Reads never trust the shape of the value, and each report carries the
 * place.
 *
 * @example
 * const limit = root.at('x-mock', 'limits', 0)
 * const error = limit.at('refuse').oneOf(errors, 'error')
 * //=> undefined, with the report 'unknown-error' at /x-mock/limits/0/refuse, where there is no such error
 */
export class Cursor<Context extends Reporting = Reporting> {
  readonly value: unknown
  /** What all steps of the compiler share. */
  readonly context: Context
  readonly #parent: Cursor<Context> | undefined
  readonly #key: string | number | undefined
  /** Computed on demand, since most pointers are never read. */
  #pointer: string | undefined

  /**
   * @param from - the cursor that leads here by the key, or the JSON Pointer of the value
   */
  constructor(value: unknown, from: Cursor<Context> | string, context: Context, key?: string | number) {
    this.value = value
    this.context = context
    this.#parent = typeof from === 'string' ? undefined : from
    this.#key = key
    this.#pointer = typeof from === 'string' ? from : undefined
  }

  /** JSON Pointer into the document. */
  get pointer(): string {
    return (this.#pointer ??= `${this.#parent!.pointer}/${escapeSegment(String(this.#key))}`)
  }

  /** The value under a key or a path of keys; a cursor with the value undefined where there is none. */
  at(key: string | number, ...more: ReadonlyArray<string | number>): Cursor<Context> {
    const found = this.#member(key, memberOf(this.value, key))
    return more.length === 0 ? found : more.reduce<Cursor<Context>>((parent, next) => parent.at(next), found)
  }

  /** The value under a key; undefined where there is none. */
  optional(key: string): Cursor<Context> | undefined {
    const found = this.at(key)
    return found.value === undefined ? undefined : found
  }

  /** Whether a map has the key. */
  has(key: string): boolean {
    return isRecord(this.value) && Object.hasOwn(this.value, key)
  }

  /** The value as a map; an empty one for anything else. */
  record(): Raw {
    return asRecord(this.value)
  }

  /** The members of a map, by name. */
  entries(): Array<[string, Cursor<Context>]> {
    return Object.entries(this.record()).map(([key, value]) => [key, this.#member(key, value)])
  }

  /** The entries of a list; none for anything else. */
  list(): Array<Cursor<Context>> {
    return Array.isArray(this.value) ? this.value.map((entry, index) => this.#member(index, entry)) : []
  }

  /** The entries of a list; any other value counts as one entry. */
  listOrOne(): Array<Cursor<Context>> {
    return Array.isArray(this.value) ? this.list() : [this]
  }

  /** The texts and numbers of a list, as texts. */
  texts(): string[] {
    return Array.isArray(this.value) ? this.value.flatMap((entry) => nameIn(entry) ?? []) : []
  }

  /** The value when it is a text. */
  text(): string | undefined {
    return asString(this.value)
  }

  /** The value when it is a number. */
  number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined
  }

  /** ms of a duration such as `10s`. */
  duration(): number | undefined {
    return parseDuration(String(this.value))
  }

  /** A cursor to the value's own key, at the same place. */
  get key(): Cursor<Context> {
    const key = this.#key ?? parsePointer(this.pointer).at(-1)
    return this.with(key === undefined ? undefined : String(key))
  }

  /** A cursor to another value at the same place, as for the default of an absent keyword. */
  with(value: unknown): Cursor<Context> {
    return new Cursor<Context>(value, this.pointer, this.context)
  }

  /** The same value with other readable roots. */
  withRoots(roots: ReadonlySet<string> | undefined): Cursor<Context> {
    return new Cursor<Context>(this.value, this.pointer, { ...this.context, roots })
  }

  /** Compiles the value with the expressions in it. */
  compile(this: Cursor<Compiling>): Value {
    return compileValue(this.value, this.pointer, this.context)
  }

  /**
   * Looks up the value as a name; reports an unknown name. Ignores values that are not texts, since the grammar reports
   * those.
   *
   * @param what - `limit`, for the code `unknown-limit`
   * @param place - what the name should have been, as `a limit of seek`
   */
  oneOf<Entry>(known: ReadonlyMap<string, Entry>, what: string, place?: string): Entry | undefined {
    return this.isOneOf(known.keys(), what, place) ? known.get(nameIn(this.value)!) : undefined
  }

  /** Whether the value is one of the names; reports any other name. */
  isOneOf(known: Iterable<string>, what: string, place?: string): boolean {
    const name = nameIn(this.value)
    if (name === undefined) return false
    const names = [...known]
    if (names.includes(name)) return true
    this.reportUnknown(name, names, what, place)
    return false
  }

  /** Reports a name that is unknown, with the nearest known name. */
  reportUnknown(name: string, known: Iterable<string>, what: string, place = `one of the ${what}s`): void {
    this.report(`unknown-${what}`, notOneOf(name, place, known))
  }

  /**
   * Reports that the value cannot be used.
   *
   * @param problem - what is wrong, with the value seen
   * @param remedy - what to write instead, where `problem` does not say it
   */
  report(code: string, problem: string, remedy?: string): void {
    this.context.report({ code, pointer: this.pointer, message: withRemedy(problem, remedy) })
  }

  /** Warns of a value that is doubtful but usable. */
  warn(code: string, problem: string, remedy: string): void {
    this.context.report({ code, severity: 'warning', pointer: this.pointer, message: withRemedy(problem, remedy) })
  }

  #member(key: string | number, value: unknown): Cursor<Context> {
    return new Cursor(value, this, this.context, key)
  }
}

/** Reads a document from its root and collects the reports. */
export function findingsIn(document: unknown, read: (root: Cursor) => void): Finding[] {
  const findings: Finding[] = []
  read(new Cursor(document, '', { report: (finding) => findings.push(finding) }))
  return findings
}

/** An own member, never one of the prototype. */
function memberOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)]
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}

function withRemedy(problem: string, remedy = ''): string {
  return remedy === '' ? problem : `${problem} ${remedy}`
}
