/* Vendor code because status, last activity and number of runs of an agent follow from its runs. */
import {
  contains,
  type Item,
  nowOf,
  type OperationContext,
  type OperationResult,
  type Refused,
  sorted,
  isRefused,
} from '../kit.ts'
import { slicePage } from './lists.ts'
import { type Run, runs } from './runs.ts'

/** An agent as stored. */
export interface Agent extends Item {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly configType: number
  readonly spaceId: number | null
  readonly version: number
  readonly isActive: boolean
  readonly isArchived: boolean
  /** Credits per run. */
  readonly price: number
  readonly versions: readonly Version[]
}

interface Version {
  readonly userName: string | null
  readonly version: number
  readonly created: string
  readonly comments: string | null
  readonly fileSize: number
}

const KINDS = ['Agent', 'SharedFile', 'Template', 'Command']

/** All agents in the caller's spaces, with the status and last activity of their last run. */
export function listAgents(context: OperationContext): Agent[] {
  const spaces = context.account?.settings['spaces'] as Item | undefined
  const own = Map.groupBy(runs(context), ({ agentId }) => agentId)
  return (context.items.list('agents') as readonly Agent[])
    .filter(({ spaceId }) => spaces === undefined || spaceId === null || Object.hasOwn(spaces, spaceId))
    .map((agent) => live(agent, own.get(agent.id) ?? []))
}

/** Agents in lists, without archived ones. */
export function visibleAgents(context: OperationContext): Agent[] {
  return listAgents(context).filter(({ isArchived }) => !isArchived)
}

/** Finds the current agent of the path, and its number of runs. */
export function resolveLive(context: OperationContext, next: () => Refused | undefined): Refused | undefined {
  const refused = next()
  if (refused) return refused
  const id = context.params['agentId']!
  const own = runs(context).filter((run) => run.agentId === Number(id))
  context.resolve('agent', id, () => live(agentOf(context, id), own))
  return undefined
}

/** A plain list, or a page where the request has a paging parameter. */
export function getAllAgents(context: OperationContext): OperationResult {
  const { query } = context
  const name = query.get('name') ?? ''
  const kind = query.get('configType')
  const wanted: ReadonlyArray<readonly [field: string, value: string | null]> = [
    ['status', query.get('status')],
    ['spaceId', query.get('spaceId')],
    ['configType', kind !== null && KINDS.includes(kind) ? String(KINDS.indexOf(kind) + 1) : kind],
  ]
  const found = visibleAgents(context).filter(
    (agent) =>
      contains(name, [agent.name]) &&
      wanted.every(([field, value]) => value === null || String(agent[field]) === value),
  )
  const agents = sorted(found, query.get('sortColumn') ?? 'name', query.get('sortOrder') === '1')
  if (!query.has('pageIndex') && !query.has('recordsPerPage')) return { list: agents }
  return { item: { agents: slicePage(context, agents), totalRecordCount: agents.length } }
}

/** Agents whose name or description contains the text. */
export function searchAgents(context: OperationContext): Agent[] {
  const text = context.query.get('query')!
  return visibleAgents(context).filter(({ name, description }) => contains(text, [name, description]))
}

/** An old version becomes a new one; the agent keeps all its versions. */
export function restoreVersion(context: OperationContext): OperationResult | Refused {
  const agent = agentOf(context, context.params['agentId']!)
  const wanted = Number(context.params['versionNumber'])
  const old = agent.versions.find(({ version }) => version === wanted)
  if (!old) return context.refuse('NotFound#version', `agent ${agent.id} has no version ${wanted}`)
  const { content } = (context.body ?? {}) as { readonly content?: string | null }
  const updated = nowOf(context)
  const version = Math.max(...agent.versions.map((entry) => entry.version)) + 1
  const copy: Version = { ...old, version, created: updated, comments: content ?? null }
  context.items.put('agents', String(agent.id), {
    ...agent,
    version,
    updated,
    versions: [copy, ...agent.versions],
  })
  return {}
}

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

/** The agent as stored. */
export function agentOf(context: OperationContext, id: string): Agent {
  return context.items.get('agents', id) as Agent
}

/** An agent with the data from its runs, newest first. */
function live(agent: Agent, own: readonly Run[]): Agent {
  const [last] = own
  const lastActivity = last ? (last.endTime ?? last.startTime ?? last.created) : null
  return { ...agent, status: last?.status ?? null, lastActivity, runCount: own.length }
}
