import { isRecord } from '../values/is-record.ts'
import { printable, printableValue } from '../../state/printable.ts'
import { nearest } from './nearest.ts'

/** Thrown when a public function gets invalid arguments; holds all errors. */
export class InvalidArgumentError extends TypeError {
  override name = 'InvalidArgumentError' as const
  readonly code = 'invalid-argument'
  /** The error of each argument: the value seen, and what to write instead. */
  readonly problems: readonly string[]

  constructor(what: string, problems: readonly string[]) {
    super(`Failed to ${what}:${problems.map((each) => (problems.length === 1 ? ` ${each}` : `\n  ${each}`)).join('')}`)
    this.problems = problems
  }
}

/** A kind of value, with its validation. */
export interface Kind {
  /** The problems of a value, empty if it is valid; `path` is its name in messages. */
  readonly problems: (value: unknown, path: string) => readonly string[]
  /** Whether it may be left out. */
  readonly optional: boolean
  /**
   * Shows the place of an option in a value of this kind, as `{ frozen: … }`; undefined where there is no such option.
   */
  readonly home?: (option: string) => string | undefined
}

/** One argument of a call. */
export type Parameter = readonly [name: string, kind: Kind]

/** Options by name. */
export type Shape = Readonly<Record<string, Kind>>

/** A kind for each option of an interface, so that none is missing. */
export type ShapeOf<Options> = { readonly [Name in keyof Required<Options>]: Kind }

/**
 * A kind of values that pass a test.
 *
 * @param write - what to write instead, as `a whole number`
 */
export function kind(write: string, fits: (value: unknown) => boolean): Kind {
  return {
    optional: true,
    problems: (value, path) => (fits(value) ? [] : [refusal(value, path, write)]),
  }
}

export const anything = kind('any value', () => true)
export const text = textAs('a text')
export const flag = kind('true or false', (value) => typeof value === 'boolean')
export const map = kind('an object', isRecord)
export const instant = kind('2026-03-16T10:00:00Z, a Date, or ms since 1970', isInstant)
export const duration = kind("'250ms', '10s', '5m' or a number of ms", isTextOrNumber)

/** A text that messages never show. */
export const secret: Kind = {
  optional: true,
  problems: (value, path) =>
    typeof value === 'string' && value !== '' ? [] : [`"${path}" is not a string; write a string.`],
}

/** A non-empty text. */
export function textAs(write: string): Kind {
  return kind(write, (value) => typeof value === 'string' && value !== '')
}

/** A function. */
export function callback(write: string): Kind {
  return kind(write, (value) => typeof value === 'function')
}

export function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER): Kind {
  const range = to === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${to}`
  return kind(`a whole number ${range}`, (value) => Number.isSafeInteger(value) && isWithin(value, from, to))
}

export function positiveNumber(): Kind {
  return kind('a number above 0', (value) => Number.isFinite(value) && isWithin(value, Number.MIN_VALUE, Infinity))
}

export function listOf(item: Kind, write: string): Kind {
  return {
    optional: true,
    problems: (value, path) =>
      Array.isArray(value)
        ? value.flatMap((each, index) => item.problems(each, `${path}[${index}]`))
        : [refusal(value, path, write)],
  }
}

/** A map with user-defined names. */
export function mapOf(item: Kind, write: string): Kind {
  return {
    optional: true,
    home: (option) => {
      const inside = item.home?.(option)
      return inside === undefined ? undefined : `{ <name>: ${inside} }`
    },
    problems: (value, path) =>
      isRecord(value)
        ? Object.entries(value).flatMap(([name, each]) => item.problems(each, `${path}.${name}`))
        : [refusal(value, path, write)],
  }
}

/** One of several kinds. If none fits, the error says what to write, or what is wrong inside the value. */
export function oneOf(write: string, ...kinds: readonly Kind[]): Kind {
  return {
    optional: true,
    home: (option) => kinds.map((each) => each.home?.(option)).find((inside) => inside !== undefined),
    problems: (value, path) => {
      const found = kinds.map((each) => each.problems(value, path))
      if (found.some((problems) => problems.length === 0)) return []
      const inside = found.find((problems) => problems.every((problem) => !problem.startsWith(`"${path}" is `)))
      return inside ?? [refusal(value, path, write)]
    },
  }
}

/** An object with these options and no others. */
export function options(fields: Shape, write = 'an object'): Kind {
  return {
    optional: true,
    home: (option) => (Object.hasOwn(fields, option) ? `{ ${option}: … }` : undefined),
    problems: (value, path) =>
      isRecord(value) ? problemsOfFields(value, fields, `${path}.`) : [refusal(value, path, write)],
  }
}

/** The same kind, made mandatory. */
export function required(given: Kind, missing?: string): Kind {
  return {
    ...given,
    optional: false,
    problems: (value, path) => (value === undefined && missing !== undefined ? [missing] : given.problems(value, path)),
  }
}

/**
 * Checks an object of options.
 *
 * @param what - what fails, as in `Failed to create a mock: …`
 * @throws {@link InvalidArgumentError}
 */
export function checkOptions(what: string, given: unknown, fields: Shape): void {
  const value = given ?? {}
  throwIfAny(
    what,
    isRecord(value) ? problemsOfFields(value, fields, '') : [`its options are ${show(value)}; write an object.`],
  )
}

/**
 * Checks the arguments of a call, in order.
 *
 * @throws {@link InvalidArgumentError}
 */
export function checkArguments(what: string, given: readonly unknown[], parameters: readonly Parameter[]): void {
  const problems = parameters.flatMap(([name, parameter], index) => problemsOf(given[index], name, parameter))
  throwIfAny(what, problems)
}

function throwIfAny(what: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new InvalidArgumentError(what, problems)
}

function problemsOf(value: unknown, path: string, expected: Kind): readonly string[] {
  return value === undefined && expected.optional ? [] : expected.problems(value, path)
}

function problemsOfFields(value: Readonly<Record<string, unknown>>, fields: Shape, prefix: string): readonly string[] {
  return [
    ...Object.keys(value)
      .filter((name) => !Object.hasOwn(fields, name))
      .map((name) => unknownOption(name, fields, prefix)),
    ...Object.entries(fields).flatMap(([name, expected]) => problemsOf(value[name], prefix + name, expected)),
  ]
}

function unknownOption(name: string, fields: Shape, prefix: string): string {
  const failed = `"${prefix}${printable(name, 100)}" is not an option.`
  for (const [other, { home }] of Object.entries(fields)) {
    const inside = home?.(name)
    if (inside !== undefined) return `${failed} It belongs under "${prefix}${other}": { ${other}: ${inside} }.`
  }
  const near = nearest(name, Object.keys(fields))
  if (near !== undefined) return `${failed} Did you mean "${prefix}${near}"?`
  return `${failed} Known: ${Object.keys(fields).join(', ')}.`
}

function refusal(value: unknown, path: string, write: string): string {
  return value === undefined ? `"${path}" is missing; write ${write}.` : `"${path}" is ${show(value)}; write ${write}.`
}

/** A value as messages show it; values outside JSON are named. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date && Number.isNaN(value.getTime())) return 'an invalid Date'
  return typeof value === 'number' || typeof value === 'symbol' ? String(value) : printableValue(value)
}

function isInstant(value: unknown): boolean {
  return value instanceof Date || isTextOrNumber(value)
}

function isTextOrNumber(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}

function isWithin(value: unknown, from: number, to: number): boolean {
  return typeof value === 'number' && value >= from && value <= to
}
