import type { JobView, OperationContext } from '../../behaviour/operations.ts'

/** A change set is a job: it stands in a state, since an instant. */
export function stateOfSet(context: OperationContext, id: string): JobView | undefined {
  return context.jobs.get('changeSet', id)
}
