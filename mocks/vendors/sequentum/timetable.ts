/* Vendor code because schedules start runs without a request, at instants computed from the schedule. */
import type { Due, Item, OperationContext } from '../kit.ts'
import { type Agent, nameAgent, startRun } from './live-agents.ts'
import { nextRun, type Schedule } from './next-run.ts'

/** Maximum overdue runs of one schedule when the clock moves by years: the latest ones. */
const MOST_LATE = 100

/** The operation whose vendor code has the step `due`. */
const OWNER = 'createSchedule'

/** Plans the next run of each initial schedule. */
export function planAll(context: OperationContext): void {
  for (const schedule of context.items.list('schedules')) planNext(context, schedule as Schedule, context.now)
}

/** Plans the next run of a schedule after an instant, replacing the previous plan. */
export function planNext(context: OperationContext, schedule: Schedule, after: number): void {
  const key = String(schedule.id)
  const at = nextRun(schedule, after)
  context.items.put('plans', key, { id: key, at: at ?? null })
  if (at !== undefined) context.plan(OWNER, key, at)
}

/** Starts the planned run, unless the schedule has changed since, and plans the next one. */
export function startDue(context: OperationContext, { key, until }: Due): void {
  const schedule = context.items.get('schedules', key) as Schedule | undefined
  if (!schedule || context.items.get('plans', key)?.['at'] !== context.now) return
  startScheduled(context, schedule)
  const next = nextRun(schedule, context.now)
  const reach = next === undefined ? 0 : (next - context.now) * MOST_LATE
  planNext(context, schedule, Math.max(context.now, until - reach))
}

function startScheduled(context: OperationContext, schedule: Schedule): void {
  const kept = context.items.get('agents', String(schedule.agentId)) as Agent | undefined
  if (!kept) return
  const before = context.jobs.list('run').filter(({ start }) => start['agentId'] === kept.id)
  const agent = { ...kept, runCount: before.length }
  const { parallelism, parallelMaxConcurrency, parallelExport, inputParameters, isExclusive } = schedule as Item
  const input = { parallelism, parallelMaxConcurrency, parallelExport, inputParameters, isExclusive }
  if (!agent.isArchived) {
    startRun(context, agent, input)
    return
  }
  // The vendor records that a run was due.
  nameAgent(context, agent)
  context.jobs.start('run', {}, { input, outcome: 'skipped' })
}
