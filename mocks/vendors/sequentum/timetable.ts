/* Code since schedules start runs without any request, at instants that only they know. */
import type { Due, Item, OperationContext } from '../kit.ts'
import type { Agent } from './live-agents.ts'
import { nextRun, type Schedule } from './next-run.ts'
import { nameAgent, startRun } from './start-run.ts'

/** How many overdue runs one schedule starts at most, when the clock goes on by years: the latest ones. */
const MOST_LATE = 100

/** The operation whose code has the step `due`. */
const OWNER = 'createSchedule'

/** Plans the next run of each schedule that is there from the start. */
export function planAll(context: OperationContext): void {
  for (const schedule of context.items.list('schedules')) planNext(context, schedule as Schedule, context.now)
}

/** Plans the next run of a schedule after an instant, in place of what was planned before. */
export function planNext(context: OperationContext, schedule: Schedule, after: number): void {
  const key = String(schedule.id)
  const at = nextRun(schedule, after)
  context.items.put('plans', key, { id: key, at: at ?? null })
  if (at !== undefined) context.plan(OWNER, key, at)
}

/** Starts the run that was planned, unless the schedule has been changed since, and plans the one after it. */
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
  // The vendor writes down that a run was due.
  nameAgent(context, agent)
  context.jobs.start('run', {}, { input, outcome: 'skipped' })
}
