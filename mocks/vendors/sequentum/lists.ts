/* Code since these lists are pages inside of an answer with sums beside them. */
import type { OperationContext } from '../kit.ts'

/** A page, as pageIndex and recordsPerPage ask for it. */
export function pageOf<T>(context: OperationContext, all: readonly T[]): T[] {
  const size = Number(context.query.get('recordsPerPage') ?? 50)
  const start = (Number(context.query.get('pageIndex') ?? 1) - 1) * size
  return all.slice(start, start + size)
}
