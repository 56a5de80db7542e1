/* Vendor code because spaces and schedules start runs of agents that are not in the path. */
import { isRefused, type Item, type OperationContext } from '../kit.ts'
import type { Agent } from './live-agents.ts'

/** The id of a new run, or why there is none. */
export function startRun(context: OperationContext, agent: Agent, input: Item): number | string {
  if (agent.isArchived) return 'The agent is archived.'
  if (!agent.isActive) return 'The agent is disabled.'
  if (isRefused(context.ledger.hold(agent.price, 'UnprocessableEntity#credits') ?? {})) return 'Insufficient credits.'
  nameAgent(context, agent)
  return Number(context.jobs.start('run', {}, { input }).id)
}

/** Makes an agent readable as `$agent`, which runs are created from. */
export function nameAgent(context: OperationContext, agent: Agent): void {
  context.resolve('agent', String(agent.id), () => agent)
}
