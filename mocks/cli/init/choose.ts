import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import { UsageError } from '../arguments.ts'

/**
 * The operations that a user names: by operationId, tag or path, or by a prefix of these followed by `*`.
 *
 * @param wanted - `createJob, jobs, /v2/*`
 * @throws {@link UsageError} for any other name
 */
export function chooseOperations(all: ReadonlyMap<string, Operation>, wanted: string): ReadonlyMap<string, Operation> {
  const names = wanted
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const operations = [...all]
  const chosen = new Set<string>()
  for (const name of names) {
    const met = operations.filter(([, operation]) => namesOf(operation).some((own) => isMeant(own, name)))
    if (met.length === 0) {
      const known = operations.flatMap(([, operation]) => namesOf(operation))
      throw new UsageError(
        `"${name}" is neither an operation nor a tag nor a path of the document.${didYouMean(name, known)}`,
        'init',
      )
    }
    for (const [id] of met) chosen.add(id)
  }
  if (chosen.size === 0) throw new UsageError('--operations names no operation.', 'init')
  return new Map(operations.filter(([id]) => chosen.has(id)))
}

function namesOf({ id, path, tags }: Operation): readonly string[] {
  return [id, path, ...tags]
}

function isMeant(own: string, name: string): boolean {
  return name.endsWith('*') ? own.startsWith(name.slice(0, -1)) : own === name
}
