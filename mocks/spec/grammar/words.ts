import { DURATION_PATTERN, durationHint } from '../values/duration.ts'
import type { JsonSchema } from './json-schema.ts'
import type { Failure, Step } from '../schema/closures/check.ts'
import type { Around, Level } from './place.ts'
import { joinNames } from '../problems/count.ts'
import { isOfType } from '../schema/closures/types.ts'

/** Wording for the parts of one file. */
export class Words {
  readonly #root: JsonSchema
  readonly #what: string

  /**
   * @param root - holds the `$defs` for references
   * @param what - name of the whole: `x-mock`, `a scenario`
   */
  constructor(root: JsonSchema, what: string) {
    this.#root = root
    this.#what = what
  }

  /** The name of a value: `"limits[0]"`, or the name of the whole. */
  label(path: readonly Step[]): string {
    const end = path.findLastIndex((step) => typeof step === 'string')
    const indices = path.slice(end + 1).map((step) => `[${step}]`)
    return end === -1 ? `${this.#what}${indices.join('')}` : `"${path[end]}${indices.join('')}"`
  }

  /** The name of a map in messages about its keywords. */
  thing(path: readonly Step[], { title }: Around): string {
    if (path.length === 0) return this.#what
    return title === undefined ? this.label(path) : article(title)
  }

  mustBe(path: readonly Step[], expected: string, value: unknown): string {
    return `${this.label(path)} must be ${expected}; got ${got(value)}.`
  }

  /** Words that a keyword is missing, with a line to paste where there is an example. */
  missing(key: string, from: string, example: unknown): string {
    const remedy = example === undefined ? '' : ` Write for example: ${key}: ${snippet(example)}`
    return `"${key}" is missing from ${from}.${remedy}`
  }

  /** A further hint for a text that fits none of these forms. */
  hint(forms: readonly JsonSchema[], value: unknown): string {
    const isDuration = typeof value === 'string' && forms.some(({ pattern }) => pattern === DURATION_PATTERN)
    return isDuration ? durationHint(value) : ''
  }

  /** What a schema expects: its `x-expected`, else derived. */
  expectation(schema: JsonSchema): string {
    if (schema['x-expected'] !== undefined) return schema['x-expected']
    if (schema.const !== undefined) return plain(schema.const)
    if (schema.enum) return alternatives(schema.enum.map(plain))
    if (schema.type === undefined) return 'something else'
    return alternatives([schema.type].flat().map((type) => typeNames[type] ?? type)) + rangeOf(schema)
  }

  /** The target of a local `$ref` or a chain of them; the schema itself without one. */
  definition(schema: JsonSchema): JsonSchema {
    let current = schema
    while (current.$ref !== undefined) current = this.#target(current.$ref) ?? {}
    return current
  }

  /** An example value for a keyword. */
  exampleOf(schema: JsonSchema | undefined): unknown {
    if (!schema) return undefined
    const example = schema.examples?.[0] ?? schema.const ?? schema.enum?.[0]
    return example ?? (schema.$ref === undefined ? undefined : this.exampleOf(this.#target(schema.$ref)))
  }

  #target(reference: string): JsonSchema | undefined {
    return this.#root.$defs?.[reference.slice('#/$defs/'.length)]
  }
}

/** The keywords that are not reserved. */
export function keywordsOf(properties: Readonly<Record<string, JsonSchema>>): string[] {
  return Object.keys(properties).filter((name) => properties[name]?.['x-not-yet'] === undefined)
}

export function alternatives(texts: readonly string[]): string {
  return joinNames([...new Set(texts)], 'or')
}

function article(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

/** Whether a value is of one of the types, as JSON Schema names them. */
export function typeFits(value: unknown, types: string | readonly string[]): boolean {
  return typeof types === 'string' ? isOfType(types, value) : types.some((type) => isOfType(type, value))
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'null',
}

function rangeOf({ minimum, maximum, exclusiveMinimum, minItems, minProperties }: JsonSchema): string {
  if (minItems !== undefined || minProperties !== undefined) return ' with at least one entry'
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `, ${minimum} or more`
  return exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`
}

function got(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value)
  if (typeof value !== 'object') return text.length > 60 ? `${text.slice(0, 59)}…` : text
  const kind = Array.isArray(value) ? 'list' : 'map'
  if (Object.keys(value).length === 0) return `an empty ${kind}`
  return text.length > 40 ? `a ${kind}` : `the ${kind} ${text}`
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A value as one line of YAML. */
function snippet(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z][^:#{}[\],&*"]*$|^\d+[a-z]+$/.test(value)
    ? value
    : JSON.stringify(value)
}

/** Collects findings about one value. */
export interface FindingCollector {
  readonly words: Words
  /** Adds a finding, unless it is already reported. */
  readonly add: (code: string, path: readonly Step[], message: string) => void
  /** Adds failures, without those that add nothing to others. */
  readonly addFailures: (failures: readonly Failure[], level?: Level) => void
}
