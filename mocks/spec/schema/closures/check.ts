import type { ErrorObject } from 'ajv/dist/2020.js'
import type { SchemaObject } from '../schema-object.ts'

/** What is gathered while one value is judged. */
export interface Run {
  readonly errors: ErrorObject[]
  /** The name that is judged in place of a value. */
  property: string | undefined
}

/** What the schemas beside an `unevaluatedProperties` or `unevaluatedItems` have looked at. */
export interface Seen {
  properties: Set<string> | true
  items: number | true
}

/**
 * Judges a value and adds what is wrong with it.
 *
 * @param seen - where to note what was looked at; undefined when nobody asks
 */
export type Check = (value: unknown, path: string, run: Run, seen: Seen | undefined) => void

/** Makes the check of a schema; undefined for one that everything fits. */
export type CompileSub = (schema: unknown, at: string) => Check | undefined

/** Makes the check of one keyword; `at` is the pointer of the schema that holds it. */
export type Keyword = (value: never, at: string, compile: CompileSub, parent: SchemaObject) => Check | undefined

export function startRun(): Run {
  return { errors: [], property: undefined }
}

export function seesNothing(): Seen {
  return { properties: new Set(), items: 0 }
}

/** Whether a value fits, when what is wrong with it does not matter. */
export function fits(check: Check, value: unknown, path: string, seen: Seen | undefined): boolean {
  const run = startRun()
  check(value, path, run, seen)
  return run.errors.length === 0
}

export function fail(
  run: Run,
  keyword: string,
  path: string,
  at: string,
  params: Readonly<Record<string, unknown>> = {},
): void {
  const { property } = run
  run.errors.push({
    keyword,
    instancePath: path,
    schemaPath: `${at}/${keyword}`,
    params,
    ...(property !== undefined && { propertyName: property }),
  })
}

export function seeProperties(seen: Seen | undefined, names: Iterable<string>): void {
  if (!seen || seen.properties === true) return
  for (const name of names) seen.properties.add(name)
}

export function seeItems(seen: Seen | undefined, items: number | true): void {
  if (seen && seen.items !== true) seen.items = items === true ? true : Math.max(seen.items, items)
}

export function merge(seen: Seen | undefined, more: Seen | undefined): void {
  if (!seen || !more) return
  if (more.properties === true) seen.properties = true
  else seeProperties(seen, more.properties)
  seeItems(seen, more.items)
}
