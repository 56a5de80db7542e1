/* Code since these lists are pages inside of an answer with sums beside them. */
import { numberOf, type OperationContext } from '../kit.ts'

/** A page, as pageIndex and recordsPerPage ask for it. */
export function pageOf<T>(context: OperationContext, all: readonly T[]): T[] {
  const size = numberOf(context, 'recordsPerPage', 50)
  const start = (numberOf(context, 'pageIndex', 1) - 1) * size
  return all.slice(start, start + size)
}
