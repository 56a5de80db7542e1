import type { Facts } from '../engine/session/journal/facts.ts'
import { isSequential } from './timing.ts'
import { groups, type View } from './view.ts'

/** Identical polls of one job, each sent after the answer to the previous one. */
export interface PollLoop {
  readonly job: string
  readonly polls: readonly Facts[]
}

/** Finds the loops that poll each job. Requests for pages of a result belong to no loop. */
export function* pollLoops({ byJob }: View, isMeant: (id: string) => boolean = () => true): Iterable<PollLoop> {
  for (const [job, exchanges] of byJob()) {
    const polls = exchanges.filter(
      ({ method, operation }) => method === 'GET' && operation !== undefined && isMeant(operation.id),
    )
    for (const same of groups(polls, ({ identity }) => identity).values())
      if (isSequential(same)) yield { job, polls: same }
  }
}
