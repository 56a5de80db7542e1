import { type Cursor, findingsIn } from '../spec/compile/cursor.ts'
import type { Finding } from '../spec/problems/problem.ts'
import type { Scope } from '../spec/values/value.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { canonical } from '../state/hash.ts'
import { compileTests } from './compile/compile-when.ts'
import { asRecord, type Raw } from './raw.ts'
import type { FieldTest } from './situation.ts'

/**
 * Reports courses that no job can take: nothing starts the job, an earlier case already matches the input, or no input
 * has the field.
 *
 * @param raw - the scenario's part for the vendor, with its parents merged
 */
export function lintCourses(vendor: Vendor, raw: Raw): Finding[] {
  return findingsIn(raw, (root) => {
    for (const [name, node] of root.at('jobs').entries()) {
      if (!vendor.jobs.has(name)) continue
      const starting = [...vendor.operations.values()].filter(
        ({ job }) => job?.kind === 'start' && job.job.name === name,
      )
      if (starting.length > 0) lintCases(node.at('where'), starting, raw)
      else
        for (const key of ['nth', 'where'].filter((word) => node.has(word)))
          warnNever(node.at(key), `no operation of ${vendor.name} starts the job "${name}"`)
    }
  })
}

/** Checks the cases of one job, of which the first match counts. */
function lintCases(where: Cursor, starting: readonly Operation[], raw: Raw): void {
  const inputs = where.list().map((entry) => entry.at('input'))
  const cases = inputs.map((input) => compileTests(input.value))
  for (const [index, tests] of cases.entries()) {
    const before = cases.slice(0, index).findIndex((earlier) => coversTests(earlier, tests))
    if (before !== -1) {
      const which = before === 0 ? 'the first case' : `case ${before + 1}`
      warnNever(where.at(index), `every input that matches it also matches ${which}, and the first match applies`)
      continue
    }
    for (const { field, segments } of tests) {
      const reason = absent(raw, starting, segments[0] ?? '')
      if (reason !== undefined) warnNever(inputs[index]!.at(field), reason)
    }
  }
}

function warnNever(place: Cursor, reason: string): void {
  place.warn('never-matches', `This never matches: ${reason}.`, 'Change it, or remove it.')
}

/** Whether `wide` matches everything that `narrow` matches. */
export function coversTests(wide: readonly FieldTest[], narrow: readonly FieldTest[]): boolean {
  return wide.every((test) =>
    narrow.some((other) => other.field === test.field && canonical(other.value) === canonical(test.value)),
  )
}

/** Why no input of these operations can have a field; undefined where some input may. */
function absent(raw: Raw, starting: readonly Operation[], field: string): string | undefined {
  // Jobs started from a list get one entry each, whose schema is unknown here.
  if (starting.some(({ job }) => job?.kind === 'start' && job.each)) return undefined
  if (starting.every((operation) => operation.validate.strip.includes(field)))
    return `"${field}" is taken out of the body before it is the job's input`
  const allowing = starting.some(
    (operation) =>
      !operation.validate.strip.includes(field) &&
      inputSchemas(raw, operation).some((schema) => mayHave(schema, field)),
  )
  return allowing ? undefined : `no input of ${starting.map((operation) => operation.id).join(', ')} has a "${field}"`
}

/** Schemas of the input: those that `validate.body` reads from the items in the path, else the documented ones. */
function inputSchemas(raw: Raw, operation: Operation): unknown[] {
  const { body } = operation.validate
  if (!body) return [...(operation.body?.content.values() ?? [])]
  const found = [...operation.items.values()].flatMap((collection) => {
    const data = asRecord(asRecord(raw['data'])[collection.name])
    const keys = new Set([...collection.items.keys(), ...Object.keys(data)])
    return [...keys].map((key) => {
      const item = { ...collection.items.get(key), ...asRecord(data[key]) }
      const scope: Scope = {
        read: (root) => (root === collection.item ? item : undefined),
        generate: () => undefined,
        list: () => [],
      }
      return body(scope)
    })
  })
  return found.length === 0 ? [undefined] : found
}

/** Only a closed schema without subschemas beside its properties excludes a field. */
function mayHave(schema: unknown, field: string): boolean {
  const node = asRecord(schema)
  const open = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'patternProperties'].some((word) => word in node)
  return open || node['additionalProperties'] !== false || Object.hasOwn(asRecord(node['properties']), field)
}
