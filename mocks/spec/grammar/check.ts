import type { GrammarOptions, JsonSchema } from '../grammar.ts'
import type { Finding } from '../problem.ts'
import { formatPointer } from '../pointer.ts'

/** What the steps of one check share. */
export interface Check {
  /** Holds the `$defs` that references lead to. */
  readonly root: JsonSchema
  readonly options: GrammarOptions
  /** Undefined while a form is only tried: then findings are counted, not told. */
  readonly findings: Finding[] | undefined
  readonly patterns: Map<string, RegExp>
  count: number
  /** Checks one value of any kind; the steps for maps and choices come back to it. */
  readonly visit: Visit
}

export type Visit = (check: Check, value: unknown, schema: JsonSchema, path: Path | undefined, around: Around) => void

/** Where a value stands; made into text only when something is wrong with it. */
export interface Path {
  readonly parent: Path | undefined
  readonly key: string | number
}

/** What encloses a schema and has the say in messages about it. */
export interface Around {
  readonly expected?: string | undefined
  readonly title?: string | undefined
  /** The other forms the value could have had. */
  readonly rivals?: readonly JsonSchema[] | undefined
}

export const alone: Around = {}

/** Adds a finding; its message is made only when somebody will read it. */
export function say(check: Check, code: string, path: Path | undefined, message: () => string): void {
  check.count++
  check.findings?.push({ code, pointer: (check.options.at ?? '') + pointerOf(path), message: message() })
}

/** Whether a value has no findings under a schema. */
export function fits(check: Check, value: unknown, schema: JsonSchema): boolean {
  const trial = quiet(check)
  check.visit(trial, value, schema, undefined, alone)
  return trial.count === 0
}

/** The same check for a trial, which counts its findings only. */
export function quiet({ root, options, patterns, visit }: Check): Check {
  return { root, options, patterns, visit, findings: undefined, count: 0 }
}

/** The schema that a local `$ref`, or a chain of them, leads to; the schema itself without one. */
export function definition(check: Check, schema: JsonSchema): JsonSchema {
  let current = schema
  while (current.$ref !== undefined) {
    const next = check.root.$defs?.[current.$ref.slice('#/$defs/'.length)]
    if (!next) throw new Error(`Failed to check ${check.options.what}: the schema has no "${current.$ref}".`)
    current = next
  }
  return current
}

export function patternOf(check: Check, pattern: string): RegExp {
  let known = check.patterns.get(pattern)
  if (!known) check.patterns.set(pattern, (known = new RegExp(pattern, 'u')))
  return known
}

function pointerOf(path: Path | undefined): string {
  const keys: Array<string | number> = []
  for (let at = path; at; at = at.parent) keys.unshift(at.key)
  return formatPointer(keys)
}
