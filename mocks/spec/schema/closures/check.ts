import type { SchemaObject } from '../schema-object.ts'

export type Step = string | number

/**
 * Whether a value is valid.
 *
 * @param run - collects all failures; without it, the first failure decides
 * @param seen - collects what was evaluated; undefined if no keyword needs it
 */
export type Check = (value: unknown, run: Run | undefined, seen: Seen | undefined) => boolean

/** One keyword that a value breaks. */
export interface Failure {
  readonly keyword: string
  /** The keys that lead to the value. */
  readonly path: readonly Step[]
  /** The property concerned: missing, not allowed or wrongly named. */
  readonly key: string | undefined
  readonly value: unknown
  readonly params: Params
  /** The schema that has the keyword. */
  readonly schema: SchemaObject
  /** The chain of schemas that led to `schema` for the same value. */
  readonly frame: Frame | undefined
  /** For `anyOf` and `oneOf`: the failures of each branch; none for a branch that fits. */
  readonly branches: ReadonlyArray<readonly Failure[]> | undefined
}

export type Params = Readonly<Record<string, unknown>>

/** A schema that passes a value on to another: by a reference, by `allOf` or to a branch. */
export interface Frame {
  readonly schema: SchemaObject
  readonly outer: Frame | undefined
}

/** Collects failures while one value is explained. */
export class Run {
  failures: Failure[] = []
  readonly path: Step[] = []
  frame: Frame | undefined

  /** Limits the failures, so that a body with millions of invalid items is not read to its end. */
  get isFull(): boolean {
    return this.failures.length >= 1000
  }

  /** Validates a value on behalf of a schema that passes it on. */
  within(schema: SchemaObject, check: Check, value: unknown, seen: Seen | undefined): boolean {
    const { frame } = this
    this.frame = { schema, outer: frame }
    const isFine = check(value, this, seen)
    this.frame = frame
    return isFine
  }
}

/** What the schemas beside an `unevaluatedProperties` or `unevaluatedItems` have evaluated. */
export interface Seen {
  properties: Set<string> | true
  /** The number of leading items. */
  items: number | true
  /** Indices of items that matched `contains`. */
  readonly contained: Set<number>
}

/** All failures of a value; empty for a valid one. */
export function failuresOf(check: Check, value: unknown): readonly Failure[] {
  if (check(value, undefined, undefined)) return []
  const run = new Run()
  check(value, run, undefined)
  return run.failures
}

interface Broken {
  readonly schema: SchemaObject
  readonly keyword: string
  readonly key?: string
  readonly params?: Params
  readonly branches?: ReadonlyArray<readonly Failure[]>
}

/** Records a failed keyword. */
export function fail(
  run: Run | undefined,
  value: unknown,
  { schema, keyword, key, params = none, branches }: Broken,
): false {
  run?.failures.push({ keyword, path: [...run.path], key, value, params, schema, frame: run.frame, branches })
  return false
}

const none = {}

/** Validates the child of a value under a key or an index. */
export function checkBelow(check: Check, value: unknown, step: Step, run: Run | undefined): boolean {
  if (!run) return check(value, undefined, undefined)
  const { frame } = run
  run.frame = undefined
  run.path.push(step)
  const isFine = check(value, run, undefined)
  run.path.pop()
  run.frame = frame
  return isFine
}

/** One check for several; undefined for none. */
export function all(checks: readonly Check[]): Check | undefined {
  const [first, second] = checks
  if (!first || !second) return first
  if (checks.length === 2) {
    return (value, run, seen) => {
      const isFine = first(value, run, seen)
      if (!isFine && !run) return false
      return second(value, run, seen) && isFine
    }
  }
  return (value, run, seen) => {
    let isFine = true
    for (const check of checks) {
      if (check(value, run, seen)) continue
      if (!run) return false
      isFine = false
    }
    return isFine
  }
}

export function nothingSeen(): Seen {
  return { properties: new Set(), items: 0, contained: new Set() }
}

export function seeProperties(seen: Seen | undefined, names: Iterable<string>): void {
  if (!seen || seen.properties === true) return
  for (const name of names) seen.properties.add(name)
}

export function seeItems(seen: Seen | undefined, items: number | true): void {
  if (seen && seen.items !== true) seen.items = items === true ? true : Math.max(seen.items, items)
}

export function mergeSeen(seen: Seen, more: Seen): void {
  if (more.properties === true) seen.properties = true
  else seeProperties(seen, more.properties)
  seeItems(seen, more.items)
  for (const index of more.contained) seen.contained.add(index)
}

/** Evaluations of a schema count only when the value is valid. */
export function whenValid(check: Check, value: unknown, run: Run | undefined, seen: Seen | undefined): boolean {
  if (!seen) return check(value, run, undefined)
  const own = nothingSeen()
  const isFine = check(value, run, own)
  if (isFine) mergeSeen(seen, own)
  return isFine
}
