import { responseFor } from '../compile/operation/responses.ts'
import { operationPath } from '../http/methods.ts'
import type { Cursor } from '../compile/cursor.ts'
import type { Operation } from '../model/operation/operation.ts'
import type { Refusal } from '../model/response.ts'
import type { Vendor } from '../model/vendor.ts'
import { joinNames } from '../problems/count.ts'

/**
 * Refusals that an operation may give but does not document. Those that the operation names are errors; those from the
 * root count as documented when played, so they give one warning per keyword.
 */
export function lintRefusals(root: Cursor, vendor: Vendor): void {
  for (const operation of vendor.operations.values()) {
    const mock = root.at(...operationPath(operation), 'x-mock')
    lintOwnRefusals(mock, operation, vendor)
    lintCharge(mock.at('charge'), operation, vendor)
  }
  lintSharedRefusals(root.at('x-mock'), vendor)
}

function lintOwnRefusals(mock: Cursor, operation: Operation, vendor: Vendor): void {
  const named = [
    ...mock
      .at('errors')
      .entries()
      .map(([, name]) => name),
    ...mock.at('code').list(),
    mock.at('job', 'refuse'),
    mock.at('job', 'wait', 'late'),
    mock.at('charge', 'refuse'),
    ...mock
      .at('tokens', 'refuse')
      .entries()
      .map(([, name]) => name),
    mock.at('collection', 'exists', 'refuse'),
    ...[...mock.at('guard').list(), ...mock.at('authorize').list()].map((rule) => rule.at('refuse')),
  ]
  for (const name of named) {
    const refusal = vendor.errors.get(String(name.value))
    if (!refusal || documents(operation, refusal)) continue
    const known = operation.responses.map((response) => response.name ?? response.code).join(', ') || 'no answer'
    const problem = `${operation.id} documents no ${refusal.response.name}. It has: ${known}.`
    name.report('undocumented-refusal', problem, 'Add it to the responses, or name one of these.')
  }
}

/** A charge without a payer, or with an undocumented error. */
function lintCharge(charge: Cursor, { id, charge: step, security, responses }: Operation, { isShared }: Vendor): void {
  if (!step) return
  if (!step.refuse && !responseFor(responses, 402)) {
    const problem = `${id} documents no 402, so a caller without credits gets a generic one.`
    charge.warn('undocumented-refusal', problem, 'Add one to the responses, or name an error under "refuse".')
  }
  if (isShared || security.some((alternative) => alternative.length > 0)) return
  const problem = `${id} needs no key, so it has no account to charge.`
  charge.warn('free-charge', problem, 'Add "security" to the operation, or remove "charge".')
}

function lintSharedRefusals(mock: Cursor, vendor: Vendor): void {
  const operations = [...vendor.operations.values()]
  const warn = (name: Cursor, what: string, canRefuse: (operation: Operation) => boolean): void => {
    const refusal = vendor.errors.get(String(name.value))
    if (!refusal) return
    const silent = operations.filter((operation) => canRefuse(operation) && !documents(operation, refusal))
    if (silent.length === 0) return
    const verb = silent.length === 1 ? 'does' : 'do'
    const problem = `${what} answers with ${refusal.name}, which ${someNames(silent.map(({ id }) => id))} ${verb} not document.`
    name.warn('undocumented-refusal', problem, `Add ${refusal.response.name} to the responses.`)
  }
  for (const limit of mock.at('limits').list()) {
    const name = String(limit.at('name').value)
    const refuse = vendor.limits.find((known) => known.name === name)?.refuse
    const per = limit.at('per').texts()
    const needsKey = per.includes('credential') || per.includes('account')
    warn(
      limit.at('refuse'),
      `The limit "${name}"`,
      ({ limits, security }) =>
        !(needsKey && security.length === 0) &&
        // An operation that documents another answer of that status refuses with its own.
        limits.some((known) => known.name === name && known.refuse === refuse),
    )
  }
  for (const [name, job] of mock.at('jobs').entries())
    warn(
      job.at('credits', 'refuse'),
      `The job "${name}"`,
      (one) => one.job?.kind === 'start' && one.job.job.name === name,
    )
  for (const [name, collection] of mock.at('collections').entries())
    warn(collection.at('notFound'), `The collection "${name}"`, ({ items }) =>
      [...items.values()].some((known) => known.name === name),
    )
  for (const [key, name] of mock.at('errors').entries())
    warn(
      name,
      `"${key}"`,
      (operation) => operation.refusals[key as 'parse'] === vendor.refusals[key as 'parse'] && canGive(operation, key),
    )
  warn(mock.at('authorize', 'refuse'), '"authorize"', ({ authorize }) => authorize.some(({ kind }) => kind === 'level'))
}

/** Whether a request to the operation can trigger the refusal under this keyword. */
function canGive(operation: Operation, key: string): boolean {
  if (key === 'tooLarge') return operation.body?.maxBytes !== undefined
  if (key === 'parse' || key === 'contentType') return operation.body !== undefined
  const judgesBody = [...(operation.body?.content.values() ?? [])].some((schema) => schema !== undefined)
  if (key === 'missing')
    return judgesBody || operation.parameters.some(({ in: place, required }) => place === 'query' && required)
  if (key !== 'validate') return false
  return (
    judgesBody ||
    operation.parameters.some(
      ({ in: place, schema, required }) =>
        (place === 'query' && required) ||
        Object.keys(schema ?? {}).some((word) => !/^(?:type|description|examples?|default|x-.*)$/.test(word)) ||
        (schema !== undefined && 'type' in schema && schema['type'] !== 'string'),
    )
  )
}

function documents(operation: Operation, refusal: Refusal): boolean {
  return operation.responses.some((response) => response.name === refusal.response.name)
}

/** The first names, and how many more there are: `a, b, c and 9 more`. */
function someNames(names: readonly string[]): string {
  return names.length <= MOST_NAMES + 1
    ? joinNames(names)
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
}

const MOST_NAMES = 3
