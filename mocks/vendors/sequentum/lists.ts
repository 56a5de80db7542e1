import type { OperationContext } from '../../behaviour/operations.ts'
import type { Item } from '../../behaviour/outcome.ts'
import { formatInstant } from '../../spec/values/instants.ts'

/** A page, as pageIndex and recordsPerPage ask for it. */
export function pageOf<T>(context: OperationContext, all: readonly T[]): T[] {
  const size = Number(context.query.get('recordsPerPage') ?? 50)
  const start = (Number(context.query.get('pageIndex') ?? 1) - 1) * size
  return all.slice(start, start + size)
}

/** Sorts by a field; what has none comes first. */
export function sorted<T extends Item>(items: readonly T[], field: string, isDescending: boolean): T[] {
  const sign = isDescending ? -1 : 1
  return items.toSorted((left, right) => {
    const [a, b] = [left[field] ?? '', right[field] ?? '']
    return a === b ? 0 : sign * (a < b ? -1 : 1)
  })
}

export function instant(ms: number): string {
  return String(formatInstant(ms, 'iso-seconds'))
}
