import type { Facts } from '../engine/session/facts.ts'
import { isSequential } from './timing.ts'
import { groups, type View } from './view.ts'

/** Polls of one job that are the same request, each sent after the answer to the one before. */
export interface PollLoop {
  readonly job: string
  readonly polls: readonly Facts[]
}

/** Finds the loops that poll each job. Pages of a result are other requests, and belong to no loop. */
export function* pollLoops({ byJob }: View, isMeant: (id: string) => boolean = () => true): Iterable<PollLoop> {
  for (const [job, exchanges] of byJob()) {
    const polls = exchanges.filter(
      ({ method, operation }) => method === 'GET' && operation !== undefined && isMeant(operation.id),
    )
    for (const same of groups(polls, ({ identity }) => identity).values())
      if (isSequential(same)) yield { job, polls: same }
  }
}
