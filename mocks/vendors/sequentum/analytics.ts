/* Vendor code because the sums are over runs in their state at the instant of the request. */
import { type Item, type OperationContext, type OperationResult, own, type Refused, sumOf } from '../kit.ts'
import { rangeOf } from './query-dates.ts'
import { listAgents } from './live-agents.ts'
import { type Run, runs, runsOfAgent } from './runs.ts'

const WEEK = 7 * 24 * 60 * 60_000
const FAILED = [6, 7]

/** Names of run states in queries. */
const KINDS: Readonly<Record<string, (run: Run) => boolean>> = {
  Completed: ({ status, errorCount }) => (status === 9 || status === 10) && errorCount === 0,
  CompletedWithErrors: ({ status, errorCount }) => (status === 9 || status === 10) && errorCount > 0,
  Failed: ({ status }) => FAILED.includes(status),
  Running: ({ status }) => [1, 2, 3, 5, 13].includes(status),
  Queued: ({ status }) => status === 4 || status === 12,
  Stopped: ({ status }) => status === 8,
}

export function getRunsSummary(context: OperationContext): OperationResult {
  const { query } = context
  const kind = query.get('status')
  const found = runsIn(context).filter((run) => kind === null || (own(KINDS, kind)?.(run) ?? true))
  const count = (name: string): number => found.filter(KINDS[name]!).length
  const agents = new Map(listAgents(context).map((agent) => [agent.id, agent]))
  const spaces = new Map(context.items.list('spaces').map((space) => [space['id'], String(space['name'])]))
  const details = found.filter(KINDS['Failed']!).map((run) => {
    const spaceId = agents.get(run.agentId)?.spaceId ?? null
    return {
      runId: run.id,
      agentId: run.agentId,
      agentName: run.configName,
      startTime: run.startTime,
      endTime: run.endTime,
      status: run.status,
      errorMessage: run.message,
      spaceId,
      spaceName: spaceId === null ? null : (spaces.get(spaceId) ?? null),
    }
  })
  return {
    item: {
      ...rangeOf(context, weekBefore).shown,
      totalRuns: found.length,
      completedRuns: count('Completed'),
      failedRuns: count('Failed'),
      completedWithErrorsRuns: count('CompletedWithErrors'),
      runningRuns: count('Running'),
      queuedRuns: count('Queued'),
      stoppedRuns: count('Stopped'),
      failedRunDetails: query.get('includeDetails') === 'true' && details.length > 0 ? details : null,
    },
  }
}

export function getRecordsSummary(context: OperationContext): OperationResult {
  const agentId = context.query.get('agentId')
  const found = runsIn(context).filter((run) => agentId === null || String(run.agentId) === agentId)
  return {
    item: {
      ...rangeOf(context, weekBefore).shown,
      totalRecordsExtracted: sumOf(found, 'dataCount'),
      totalRecordsExported: sumOf(found, 'exportCount'),
      totalErrors: sumOf(found, 'errorCount'),
      totalPageLoads: sumOf(found, 'pageCount'),
      runCount: found.length,
      agentId: agentId === null ? null : Number(agentId),
    },
  }
}

export function getRunDiagnostics(context: OperationContext): OperationResult {
  return { item: diagnose(context.item('run') as Run) }
}

export function getLatestFailure(context: OperationContext): OperationResult | Refused {
  const run = runsOfAgent(context).find(({ status }) => FAILED.includes(status))
  return run
    ? { item: diagnose(run) }
    : context.refuse('NotFound#failure', `no run of agent ${context.params['agentId']} has failed`)
}

function diagnose(run: Run): Item {
  const isFailed = FAILED.includes(run.status)
  return {
    runId: run.id,
    agentId: run.agentId,
    agentName: run.configName,
    status: run.status,
    errorMessage: run.message,
    startTime: run.startTime,
    endTime: run.endTime,
    runtimeSeconds: run.runTimeSec,
    stats: run,
    possibleCauses: isFailed ? ['The site did not answer.', 'The site refuses the address the run came from.'] : [],
    suggestedActions: isFailed ? ['Open the start page in a browser.', 'Give the agent another proxy pool.'] : [],
  }
}

/** Runs of the caller's agents that were created in the range. */
function runsIn(context: OperationContext): Run[] {
  const { start, end } = rangeOf(context, weekBefore)
  const own = new Set(listAgents(context).map(({ id }) => id))
  return runs(context).filter((run) => {
    const at = Date.parse(run.created)
    return own.has(run.agentId) && at >= start && at <= end
  })
}

function weekBefore(end: number): number {
  return end - WEEK
}
