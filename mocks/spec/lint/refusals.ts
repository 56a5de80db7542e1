import type { SpecDocument } from '../model/document.ts'
import { escapeSegment } from '../references/pointer.ts'
import { entries, list, record } from '../compile/context.ts'
import type { Finding } from '../problems/problem.ts'
import type { Operation, Refusal, Vendor } from '../model/vendor.ts'
import { some } from './lint-words.ts'

/**
 * Refusals that an operation can be answered with and does not document. What the operation names itself is an error;
 * what it gets from the root counts as documented when it is played, so it is a warning, one a keyword.
 */
export function lintRefusals(document: SpecDocument, vendor: Vendor): Finding[] {
  return [...lintOwn(document, vendor), ...lintShared(document, vendor)]
}

function lintOwn(document: SpecDocument, vendor: Vendor): Finding[] {
  return [...vendor.operations.values()].flatMap((operation) => {
    const at = `/paths/${escapeSegment(operation.path)}/${operation.method.toLowerCase()}`
    const raw = record(record(record(document.paths)[operation.path])[operation.method.toLowerCase()])
    const mock = record(raw['x-mock'])
    const named: Array<readonly [place: string, name: unknown]> = [
      ...entries(mock['errors']).map(([key, name]) => [`errors/${key}`, name] as const),
      ['job/refuse', record(mock['job'])['refuse']],
      ['job/wait/late', record(record(mock['job'])['wait'])['late']],
      ...entries(record(mock['tokens'])['refuse']).map(([cause, name]) => [`tokens/refuse/${cause}`, name] as const),
      ['collection/exists/refuse', record(record(mock['collection'])['exists'])['refuse']],
      ...['guard', 'authorize'].flatMap((key) =>
        list(mock[key]).map((rule, index) => [`${key}/${index}/refuse`, record(rule)['refuse']] as const),
      ),
    ]
    return named.flatMap(([place, name]): Finding[] => {
      const refusal = vendor.errors.get(String(name))
      if (!refusal || documents(operation, refusal)) return []
      const known = operation.responses.map((response) => response.name ?? response.code).join(', ') || 'no answer'
      return [
        {
          code: 'undocumented-refusal',
          pointer: `${at}/x-mock/${place}`,
          message: `${operation.id} documents no ${refusal.response.name}. It has: ${known}. Add it to the responses, or name one of these.`,
        },
      ]
    })
  })
}

function lintShared(document: SpecDocument, vendor: Vendor): Finding[] {
  const mock = record(document['x-mock'])
  const operations = [...vendor.operations.values()]
  const warn = (what: string, pointer: string, name: unknown, guarded: readonly Operation[]): Finding[] => {
    const refusal = vendor.errors.get(String(name))
    if (!refusal) return []
    const silent = guarded.filter((operation) => !documents(operation, refusal)).map((operation) => operation.id)
    if (silent.length === 0) return []
    const verb = silent.length === 1 ? 'does' : 'do'
    return [
      {
        code: 'undocumented-refusal',
        severity: 'warning',
        pointer,
        message: `${what} answers with ${refusal.name}, which ${some(silent)} ${verb} not document. Add ${refusal.response.name} to the responses.`,
      },
    ]
  }
  const limits = list(mock['limits']).flatMap((raw, index) => {
    const name = String(record(raw)['name'])
    const refuse = vendor.limits.find((limit) => limit.name === name)?.refuse
    // One that documents another answer of that status refuses with its own.
    const guarded = operations.filter((operation) =>
      operation.limits.some((limit) => limit.name === name && limit.refuse === refuse),
    )
    return warn(`The limit "${name}"`, `/x-mock/limits/${index}/refuse`, record(raw)['refuse'], guarded)
  })
  const credits = entries(mock['jobs']).flatMap(([name, raw]) => {
    const starting = operations.filter(({ job }) => job?.kind === 'start' && job.job.name === name)
    const refuse = record(record(raw)['credits'])['refuse']
    return warn(`The job "${name}"`, `/x-mock/jobs/${escapeSegment(name)}/credits/refuse`, refuse, starting)
  })
  const missing = entries(mock['collections']).flatMap(([name, raw]) => {
    const resolving = operations.filter((operation) =>
      [...operation.items.values()].some((collection) => collection.name === name),
    )
    const pointer = `/x-mock/collections/${escapeSegment(name)}/notFound`
    return warn(`The collection "${name}"`, pointer, record(raw)['notFound'], resolving)
  })
  const errors = entries(mock['errors']).flatMap(([key, name]) => {
    const guarded = operations.filter(
      (operation) => operation.refusals[key as 'parse'] === vendor.refusals[key as 'parse'] && canGive(operation, key),
    )
    return warn(`"${key}"`, `/x-mock/errors/${escapeSegment(key)}`, name, guarded)
  })
  const levels = warn(
    '"authorize"',
    '/x-mock/authorize/refuse',
    record(mock['authorize'])['refuse'],
    operations.filter(({ authorize }) => authorize.some((need) => need.kind === 'level')),
  )
  return [...limits, ...credits, ...missing, ...errors, ...levels]
}

/** Whether a request to the operation can run into the refusal that stands under this keyword. */
function canGive(operation: Operation, key: string): boolean {
  if (key === 'tooLarge') return operation.body?.maxBytes !== undefined
  if (key === 'parse' || key === 'contentType') return operation.body !== undefined
  if (key !== 'validate') return false
  return (
    [...(operation.body?.content.values() ?? [])].some((schema) => schema !== undefined) ||
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
