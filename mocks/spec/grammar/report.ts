import type { GrammarOptions, JsonSchema } from './json-schema.ts'
import { nearest } from '../problems/nearest.ts'
import { formatPointer } from '../references/pointer.ts'
import type { Finding } from '../problems/problem.ts'
import type { Failure, Step } from '../schema/closures/check.ts'
import { reportChoice } from './choice.ts'
import { reportMap } from './map.ts'
import { aroundOf, type Level, withoutConsequences } from './place.ts'
import { type FindingCollector, Words } from './words.ts'

/**
 * Reports errors in a value of our languages, in document order.
 *
 * @param failures - of the value under `root`
 * @param root - holds the `$defs` for references
 */
export function report(
  failures: readonly Failure[],
  value: unknown,
  root: JsonSchema,
  options: GrammarOptions,
): Finding[] {
  if (failures.length === 0) return []
  const collector = new Report(value, new Words(root, options.what))
  collector.addFailures(failures)
  return collector.inOrder().map(({ code, path, message }) => {
    return { code, pointer: (options.at ?? '') + formatPointer(path), message }
  })
}

interface Placed {
  readonly code: string
  readonly path: readonly Step[]
  readonly message: string
}

/** Collects findings about one value. */
class Report implements FindingCollector {
  readonly words: Words
  readonly #value: unknown
  readonly #findings = new Map<string, Placed>()

  constructor(value: unknown, words: Words) {
    this.#value = value
    this.words = words
  }

  /** Adds a finding, unless it is already reported. */
  add(code: string, path: readonly Step[], message: string): void {
    this.#findings.set(`${formatPointer(path)} ${message}`, { code, path, message })
  }

  /** Reports failures, without those that add nothing to others. */
  addFailures(failures: readonly Failure[], level?: Level): void {
    const badNames = failures.filter(({ keyword }) => keyword === 'propertyNames').map(placeOf)
    const { required = [], others = [] } = Object.groupBy(withoutConsequences(failures), ({ keyword }) =>
      keyword === 'required' ? 'required' : 'others',
    )
    // Within a map, keywords that every form requires are reported first.
    for (const failure of [...required, ...others]) {
      const place = formatPointer(failure.keyword === 'additionalProperties' ? placeOf(failure) : failure.path)
      const isOfBadName = badNames.some((name) => `${place}/`.startsWith(`${formatPointer(name)}/`))
      if (!isOfBadName && !this.#reportUnquoted(failure.path)) this.#reportOne(failure, failures, level)
    }
  }

  #reportOne(failure: Failure, failures: readonly Failure[], level: Level | undefined): void {
    const { words } = this
    const { keyword, path, value } = failure
    const schema: JsonSchema = failure.schema
    const around = aroundOf(failure, level)
    const mustBe = (): string => words.mustBe(path, around.expected ?? words.expectation(schema), value)
    switch (keyword) {
      case 'required':
      case 'additionalProperties':
      case 'propertyNames':
        return reportMap(this, failure, failures, around)
      case 'anyOf':
      case 'oneOf':
        return reportChoice(this, failure, around)
      case 'not':
        return this.#reportNot(schema, path)
      case 'enum':
      case 'const': {
        const names = (schema.enum ?? [schema.const]).filter((each) => typeof each === 'string')
        const near = typeof value === 'string' ? nearest(value, names) : undefined
        return this.add('unknown-value', path, mustBe() + (near === undefined ? '' : ` Did you mean "${near}"?`))
      }
      case 'type':
      case 'minItems':
      case 'minProperties':
      case 'maxProperties':
        return this.add('wrong-type', path, mustBe())
      default:
        return this.add('bad-format', path, mustBe() + words.hint([schema], value))
    }
  }

  #reportNot(schema: JsonSchema, path: readonly Step[]): void {
    const label = this.words.label(path)
    const later = schema['x-not-yet']
    if (later !== undefined)
      return this.add('not-yet', path, `${label} is reserved and not supported yet: ${later}. Leave it out.`)
    this.add('refused-value', path, `${label} is refused: ${schema['x-refused'] ?? 'it is not allowed'}.`)
  }

  /** For an unquoted expression, only the missing quotes are reported. */
  #reportUnquoted(path: readonly Step[]): boolean {
    let value = this.#value
    for (let depth = 0; ; depth++) {
      if (isUnquoted(value)) {
        const text = `{${Object.keys(value)[0]}}`
        const place = path.slice(0, depth)
        this.add('unquoted-value', place, `${this.words.label(place)} is ${text} without quotes. Write "${text}".`)
        return true
      }
      if (depth === path.length) return false
      value = (value as Readonly<Record<Step, unknown>>)[path[depth]!]
    }
  }

  /** In document order; findings about a map follow those about its entries. */
  inOrder(): readonly Placed[] {
    const placed = [...this.#findings.values()].map((finding) => ({ finding, ranks: this.#ranksOf(finding.path) }))
    return placed.sort((left, right) => compare(left.ranks, right.ranks)).map(({ finding }) => finding)
  }

  #ranksOf(path: readonly Step[]): readonly number[] {
    let value = this.#value
    const ranks = path.map((step) => {
      const rank = typeof step === 'number' ? step : Object.keys(value as object).indexOf(step)
      value = (value as Readonly<Record<Step, unknown>>)[step]
      return rank
    })
    return [...ranks, typeof value === 'object' && !Array.isArray(value) ? Infinity : -1]
  }
}

/** The place of the property that a failure is about. */
function placeOf({ path, key }: Failure): readonly Step[] {
  return key === undefined ? path : [...path, key]
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((rank, index) => rank !== right[index])
  return at === -1 || left[at] === right[at] ? 0 : left[at]! < (right[at] ?? -1) ? -1 : 1
}

// YAML reads {$plan.burst} without quotes as a map with one key and no value.
function isUnquoted(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  for (const key in value) {
    return key.startsWith('$') && (value as Record<string, unknown>)[key] === null && Object.keys(value).length === 1
  }
  return false
}
