import { escapeSegment, unescapeSegment } from '../references/pointer.ts'
import { parseDuration } from './duration.ts'
import { ExpressionError, errorReason, UnknownRoot } from './expression.ts'
import { formatInstant, INSTANT_FORMATS, type InstantFormat } from './instants.ts'
import type { Finding } from '../problems/problem.ts'
import { asText } from './scalar.ts'

/**
 * Values of the spec language: literals with `{$root.path}` in them, and objects with one explicit key (`cel`,
 * `generate`, `list`). They are compiled at load; at request time a value is a function of the scope alone.
 */

/** What a value can see. */
export interface Scope {
  /** The value of a root, without `$`: `request`, `limit`, or the name of a resolved item. */
  readonly read: (root: string) => unknown
  /** Generates a value for a JSON Schema, always the same for the same place in the same item. */
  readonly generate: (schema: unknown, place: string) => unknown
  /** The items of a collection that the caller may see. */
  readonly list: (collection: string, where: readonly Condition[]) => readonly unknown[]
  /**
   * Receives errors of expressions, which then have no value. Without it, as outside of a request, the expression
   * throws.
   */
  readonly failed?: ((error: ExpressionError) => void) | undefined
}

export type Value = (scope: Scope) => unknown

/** A root whose members are computed only when they are read. */
export interface Root {
  readonly [ROOT]: (name: string) => unknown
  /** All of it as plain data. */
  readonly toJSON: () => Readonly<Record<string, unknown>>
  /** Whether its members never change while it exists. */
  readonly isSteady?: true
}

export const ROOT: unique symbol = Symbol('root')

const CONDITIONS = ['equals', 'contains', 'atLeast', 'atMost'] as const

/** One condition on an item; it also holds when its value is undefined (an absent query parameter). */
export interface Condition {
  /** JSON Pointers into the item; one of them must match. */
  readonly fields: readonly string[]
  readonly kind: (typeof CONDITIONS)[number]
  readonly value: Value
}

/**
 * Compiles an expression that may read these roots; all, where none are given.
 *
 * @throws {UnknownRoot} for a name that is not a root
 * @throws {Error} for an invalid expression, or one whose types never match
 */
export type Cel = (expression: string, roots?: ReadonlySet<string>) => Value

/** Collects errors while a spec or scenario is compiled. */
export interface Compiling {
  readonly report: (finding: Finding) => void
  readonly cel: () => Cel
  /** Roots that may be read here, without `$`; undefined allows all. */
  readonly roots?: ReadonlySet<string> | undefined
  /** The place of a JSON Pointer as `file:line:column`, for errors after the file was compiled. */
  readonly place?: ((pointer: string) => string) | undefined
}

const EXPRESSION =
  /\{\$([A-Za-z][\w-]*)((?:\.[^.{}#|\s]+)*)(#[^{}|\s]*)?(?:\s+([+-])\s+(\d[\w.]*))?(?:\s*\|\s*([\w-]+))?\s*\}/g
const constants = new WeakMap<Value, { readonly value: unknown }>()
const reads = new WeakMap<Value, ReadonlySet<string>>()
/** The expressions of a text with more than one. */
const texts = new WeakMap<Value, readonly Value[]>()
/** The values that consist of one member of one root. */
const members = new WeakMap<Value, { readonly root: string; readonly name: string }>()
/** The members of maps with expressions in them. */
const maps = new WeakMap<Value, Members>()
const NOTHING: ReadonlySet<string> = new Set()
const ANYTHING: ReadonlySet<string> = new Set(['*'])

/** Wraps a literal. */
export function constant(value: unknown): Value {
  const compiled: Value = () => value
  constants.set(compiled, { value })
  return compiled
}

/** The literal of a value that does not depend on the request, so that callers can use it at load. */
export function constantOf(value: Value): { readonly value: unknown } | undefined {
  return constants.get(value)
}

/**
 * What a value reads of the scope: `account.plan`, `now.`; `*` where that is unknown at load. A body that reads nothing
 * request-specific is cached.
 */
export function readsOf(value: Value): ReadonlySet<string> {
  return constants.has(value) ? NOTHING : (reads.get(value) ?? ANYTHING)
}

/** Whether a value reads only account settings, which stay the same as long as the scenario does. */
export function isDeterministic(value: Value): boolean {
  for (const read of readsOf(value)) if (!STEADY.test(read)) return false
  return true
}

const STEADY = /^(?:account\.(?!id$|credits$|webhookSecret$|$)|plan\.)/

/**
 * The name in `{$root.name}`, so that a caller with the root need not look it up; undefined for any other value.
 *
 * @example
 * memberOf(compileValue('{$job.status}', '/x', compiling), 'job')
 * //=> 'status'
 */
export function memberOf(value: Value, root: string): string | undefined {
  const member = members.get(value)
  return member?.root === root ? member.name : undefined
}

/** The members of a map with expressions in it, in order; undefined for any other value. */
export function membersOf(value: Value): Members | undefined {
  return maps.get(value)
}

function reading(value: Value, parts: ReadonlyArray<Value | string>): Value {
  const all = new Set<string>()
  for (const part of parts) for (const read of typeof part === 'string' ? NOTHING : readsOf(part)) all.add(read)
  reads.set(value, all)
  return value
}

/**
 * Compiles a literal with expressions in it, of any depth.
 *
 * @example
 * compileValue('job.{$job.status}', '/x', compiling)(scope)
 * //=> 'job.completed'
 */
export function compileValue(raw: unknown, pointer: string, compiling: Compiling): Value {
  if (typeof raw === 'string') return compileText(raw, pointer, compiling)
  if (raw === null || typeof raw !== 'object') return constant(raw)
  if (Array.isArray(raw)) {
    const entries = raw.map((entry, index) => compileValue(entry, `${pointer}/${index}`, compiling))
    if (entries.every((entry) => constants.has(entry))) return constant(raw)
    return reading((scope) => entries.map((entry) => entry(scope)), entries)
  }
  const explicit = compileExplicit(raw as Record<string, unknown>, pointer, compiling)
  if (explicit) return explicit
  const members: Members = Object.entries(raw).map(
    ([key, entry]) => [key, compileValue(entry, `${pointer}/${escapeSegment(key)}`, compiling)] as const,
  )
  if (members.every(([, entry]) => constants.has(entry))) return constant(raw)
  const made = objectOf(members)
  maps.set(made, members)
  return reading(
    made,
    members.map(([, entry]) => entry),
  )
}

type Members = ReadonlyArray<readonly [key: string, entry: Value]>

/** Assigned member by member, which takes a seventh of the time of `Object.fromEntries`. */
function objectOf(members: Members): Value {
  // Assigned, it would be the prototype.
  if (members.some(([key]) => key === '__proto__'))
    return (scope) => Object.fromEntries(members.map(([key, entry]) => [key, entry(scope)]))
  return (scope) => {
    const made: Record<string, unknown> = {}
    for (const [key, entry] of members) made[key] = entry(scope)
    return made
  }
}

/** The first result that is not undefined, null or the empty text. */
export function firstGiven(values: readonly Value[], scope: Scope): unknown {
  for (const value of values) {
    const given = value(scope)
    if (given !== undefined && given !== null && given !== '') return given
  }
  return undefined
}

/**
 * The result of a value; undefined also for a text in which an expression has no value.
 *
 * @example
 * wholeValue(compileValue('The session is {$session.status}.', '/x', compiling), scope)
 * //=> undefined, where there is no session
 */
export function wholeValue(value: Value, scope: Scope): unknown {
  const hasHole = texts.get(value)?.some((part) => {
    const given = part(scope)
    return given === undefined || given === null
  })
  return hasHole ? undefined : value(scope)
}

/** Compiles conditions on items: `[{ field: /category, equals: "{$request.query.category}" }]`. */
export function compileConditions(raw: unknown, pointer: string, compiling: Compiling): readonly Condition[] {
  if (!Array.isArray(raw)) return []
  return raw.map((entry: Record<string, unknown>, index): Condition => {
    const kind = CONDITIONS.find((name) => name in entry) ?? 'equals'
    const fields = (entry['fields'] ?? [entry['field']]) as string[]
    return {
      kind,
      fields: fields.map((field) => (field.startsWith('/') ? field : `/${field}`)),
      value: compileValue(entry[kind], `${pointer}/${index}/${kind}`, compiling),
    }
  })
}

function compileText(raw: string, pointer: string, compiling: Compiling): Value {
  if (!raw.includes('{$')) return constant(raw)
  const parts: Array<string | Value> = []
  let end = 0
  for (const match of raw.matchAll(EXPRESSION)) {
    if (match.index > end) parts.push(raw.slice(end, match.index))
    parts.push(compileExpression(match, pointer, compiling))
    end = match.index + match[0].length
  }
  if (end < raw.length) parts.push(raw.slice(end))
  const stray = parts.find((part) => typeof part === 'string' && part.includes('{$')) as string | undefined
  if (stray !== undefined) {
    compiling.report({
      code: 'bad-value',
      pointer,
      message: `"${raw}" holds an expression that cannot be read at "${stray}". Write {$root.name}, as {$request.query.page} or {$now | iso-seconds}.`,
    })
    return constant(raw)
  }
  if (parts.length === 1) return parts[0] as Value
  const joined: Value = (scope) => parts.map((part) => (typeof part === 'string' ? part : asText(part(scope)))).join('')
  texts.set(
    joined,
    parts.filter((part) => typeof part !== 'string'),
  )
  return reading(joined, parts)
}

function compileExpression(match: RegExpExecArray, pointer: string, compiling: Compiling): Value {
  const root = match[1]!
  const path = match[2] ? match[2].slice(1).split('.') : []
  const inside = match[3]?.slice(1)
  const format = match[6]
  const shift = compileShift(match[4], match[5], pointer, compiling)
  if (compiling.roots && !compiling.roots.has(root)) reportRoot(root, '$', pointer, compiling)
  if (format !== undefined && !INSTANT_FORMATS.includes(format as InstantFormat)) {
    compiling.report({
      code: 'unknown-format',
      pointer,
      message: `"${format}" is not a format of instants. Known: ${INSTANT_FORMATS.join(', ')}.`,
    })
  }
  if (inside !== undefined && inside !== '' && !inside.startsWith('/')) {
    compiling.report({
      code: 'bad-value',
      pointer,
      message: `"${match[0]}" has "#${inside}", which is not a JSON Pointer. Write #/${inside}.`,
    })
  }
  const segments = inside === undefined ? path : [...path, ...splitPointer(inside)]
  const read: Value = (scope) => {
    let value = scope.read(root)
    for (const segment of segments) value = member(value, segment)
    // As JSON they would be a map of indices.
    return value instanceof Uint8Array ? asText(value) : value
  }
  const what = new Set([`${root}.${segments[0] ?? ''}`])
  reads.set(read, what)
  if (format === undefined && shift === 0) {
    if (segments.length === 1) members.set(read, { root, name: segments[0]! })
    return read
  }
  const formatted: Value = (scope) => {
    const at = read(scope)
    if (typeof at !== 'number' || Number.isNaN(at)) return at
    return format === undefined ? at + shift : formatInstant(at + shift, format as InstantFormat)
  }
  reads.set(formatted, what)
  return formatted
}

/** The ms in `{$now + 5m}`. */
function compileShift(
  sign: string | undefined,
  duration: string | undefined,
  pointer: string,
  compiling: Compiling,
): number {
  if (duration === undefined) return 0
  const ms = parseDuration(duration)
  if (ms === undefined) {
    compiling.report({
      code: 'bad-value',
      pointer,
      message: `"${duration}" is not a duration. Write it like {$now ${sign} 5m}.`,
    })
    return 0
  }
  return sign === '-' ? -ms : ms
}

function compileExplicit(raw: Record<string, unknown>, pointer: string, compiling: Compiling): Value | undefined {
  const keys = Object.keys(raw)
  if (keys.length === 1 && typeof raw['cel'] === 'string') {
    return compileCel(raw['cel'], `${pointer}/cel`, compiling)
  }
  if (keys.length === 1 && 'generate' in raw) {
    const schema = compileValue(raw['generate'], `${pointer}/generate`, compiling)
    return (scope) => scope.generate(schema(scope), pointer)
  }
  if (typeof raw['list'] === 'string' && keys.every((key) => key === 'list' || key === 'where')) {
    const where = compileConditions(raw['where'], `${pointer}/where`, compiling)
    const collection = raw['list']
    return (scope) => scope.list(collection, where)
  }
  return undefined
}

function compileCel(expression: string, pointer: string, compiling: Compiling): Value {
  try {
    const run = compiling.cel()(expression, compiling.roots)
    return (scope) => {
      try {
        return run(scope)
      } catch (error) {
        const failure = new ExpressionError(expression, compiling.place?.(pointer) ?? pointer, error)
        if (!scope.failed) throw failure
        scope.failed(failure)
        return undefined
      }
    }
  } catch (error) {
    if (error instanceof UnknownRoot) reportRoot(error.root, '', pointer, compiling)
    else {
      const message = `"${expression}" is not an expression of CEL: ${errorReason(error)}`
      compiling.report({ code: 'bad-cel', pointer, message })
    }
    return constant(null)
  }
}

/** @param mark - the prefix of a root where it is read */
function reportRoot(root: string, mark: '$' | '', pointer: string, compiling: Compiling): void {
  const known = [...compiling.roots!].map((name) => `${mark}${name}`).join(', ')
  const message = `"${mark}${root}" is not a value that can be read here. Known: ${known}.`
  compiling.report({ code: 'unknown-root', pointer, message })
}

/** An own member, never one of the prototype. */
function member(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object') return undefined
  if (ROOT in value) return (value as Root)[ROOT](name)
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

function splitPointer(pointer: string): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map(unescapeSegment)
}
