/* Vendor code because these lists are pages within an answer that also has sums. */
import { numberOf, type OperationContext } from '../kit.ts'

/** The page for pageIndex and recordsPerPage. */
export function slicePage<T>(context: OperationContext, all: readonly T[]): T[] {
  const size = numberOf(context, 'recordsPerPage', 50)
  const start = (numberOf(context, 'pageIndex', 1) - 1) * size
  return all.slice(start, start + size)
}
