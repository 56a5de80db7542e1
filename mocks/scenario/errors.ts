import { responseFor } from '../spec/compile/operation/responses.ts'
import { notOneOf } from '../spec/problems/nearest.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Refusal } from '../spec/model/response.ts'
import type { Vendor } from '../spec/model/vendor.ts'

/** An error found by its name or by a status, which means each operation's own answer; or why there is none. */
export type FoundError =
  | { readonly error: Refusal }
  | { readonly status: number }
  | { readonly code: 'unknown-error' | 'undocumented-answer'; readonly problems: readonly string[] }

/**
 * Finds an error by name or by status.
 *
 * @param operations - the operations that must document it; if absent, the vendor must
 */
export function findError(
  vendor: Vendor,
  operations: readonly Operation[] | undefined,
  name: string | number,
): FoundError {
  const error = vendor.errors.get(String(name))
  if (error) return ifDocumented({ error }, operations, (operation) => undocumented(operation, error))
  const status = Number(name)
  const isKnown = [...vendor.operations.values()].some(({ responses }) => responseFor(responses, status))
  if (Number.isInteger(status) && isKnown)
    return ifDocumented({ status }, operations, (operation) => undocumentedStatus(operation, status))
  const problem = notOneOf(String(name), `an error of ${vendor.name}`, vendor.errors.keys())
  return { code: 'unknown-error', problems: [problem] }
}

/** The errors that a scenario can use for one operation: named ones by name, others by status. */
export function usableErrors(vendor: Vendor, operation: Operation): string[] {
  const named = [...vendor.errors].filter(([, error]) => undocumented(operation, error) === undefined)
  const names = new Set(named.map(([, error]) => error.response.name))
  const statuses = operation.responses.filter(({ name, code }) => /^[45]\d\d$/.test(code) && !names.has(name))
  return [...named.map(([name]) => name), ...statuses.map(({ code }) => code)]
}

/** Explains what an operation documents instead of an error; undefined where it documents that error. */
export function undocumented({ id, responses }: Operation, error: Refusal): string | undefined {
  if (responses.some((response) => response.name === error.response.name)) return undefined
  const known = responses.map((response) => response.name ?? response.code).join(', ')
  return `${id} documents no ${error.name.split('#')[0]}. It has: ${known || 'no answer'}.`
}

function undocumentedStatus({ id, responses }: Operation, status: number): string | undefined {
  if (responseFor(responses, status)) return undefined
  return `${id} documents no ${status}; it has ${responses.map(({ code }) => code).join(', ') || 'no answer'}.`
}

function ifDocumented(
  found: FoundError,
  operations: readonly Operation[] | undefined,
  problemOf: (operation: Operation) => string | undefined,
): FoundError {
  const problems = operations?.flatMap((operation) => problemOf(operation) ?? []) ?? []
  return problems.length > 0 ? { code: 'undocumented-answer', problems } : found
}
