/* Vendor code because each type of schedule requires other fields, and the next run is computed from the clock. */
import {
  isoSeconds,
  type Item,
  nowOf,
  type OperationContext,
  type OperationResult,
  readInstant,
  type Refused,
} from '../kit.ts'
import { parseCron } from './cron.ts'
import { readQueryDate } from './query-dates.ts'
import { agentOf, listAgents } from './live-agents.ts'
import { nextRun, offsetOf, type Schedule } from './next-run.ts'
import { runs } from './runs.ts'
import { planNext } from './timetable.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Fields of a schedule that a request may set, with their defaults. */
const DEFAULTS: Item = {
  scheduleType: 0,
  localSchedule: null,
  timezone: 'UTC',
  startTime: null,
  runEveryCount: null,
  runEveryPeriod: null,
  inputParameters: null,
  isEnabled: true,
  parallelism: 1,
  parallelMaxConcurrency: 1,
  parallelExport: 'Combined',
  proxyPoolId: null,
  serverGroupId: null,
  logLevel: 'Info',
  logMode: 'Text',
  isExclusive: true,
  isWaitOnFailure: false,
  tag: null,
}

/** Checks the fields that each of the three types requires. */
export function checkSchedule(context: OperationContext): Refused | undefined {
  const { schedule, timezone, startTime, scheduleType, runEveryCount, runEveryPeriod } = wanted(context)
  const refuse = (why: string): Refused => context.refuse('UnprocessableEntity#schedule', why)
  if (timezone !== null && offsetOf(timezone) === undefined) return refuse(`timezone ${timezone} is not known`)
  const starts = startTime === null ? undefined : readInstant(startTime)
  // An unchanged start time may be in the past.
  const isNew = ((context.body ?? {}) as Item)['startTime'] !== undefined || context.item('schedule') === undefined
  switch (scheduleType) {
    case 1:
      if (starts === undefined) return refuse('scheduleType 1 needs startTime')
      return isNew && starts < context.now + MINUTE ? refuse('startTime must be at least a minute ahead') : undefined
    case 2:
      if (runEveryCount === null || runEveryPeriod === null)
        return refuse('scheduleType 2 needs runEveryCount and runEveryPeriod')
      return isNew && starts !== undefined && starts <= context.now ? refuse('startTime must be ahead') : undefined
    case 3:
      if (schedule === null) return refuse('scheduleType 3 needs a cronExpression of five fields')
      return parseCron(schedule) ? undefined : refuse(`cronExpression ${schedule} is not one of five fields`)
    default:
      return undefined
  }
}

export function createSchedule(context: OperationContext): OperationResult {
  const item = context.items.create('schedules', { ...wanted(context), created: nowOf(context) })
  planNext(context, item as Schedule, context.now)
  return { item }
}

export function updateSchedule(context: OperationContext): OperationResult {
  const item = context.items.put('schedules', context.params['scheduleId']!, wanted(context))
  planNext(context, item as Schedule, context.now)
  return { item }
}

/** Turning a schedule on or off changes its next run. */
export function switchSchedule(
  context: OperationContext,
  next: () => OperationResult | Refused,
): OperationResult | Refused {
  const made = next()
  planNext(context, context.item('schedule') as Schedule, context.now)
  return made
}

/** Adds the next run, which depends only on the clock. */
export function showSchedule(context: OperationContext, body: unknown): unknown {
  const show = (item: Item): Item => ({ ...item, nextRunTime: printed(nextRun(item as Schedule, context.now)) })
  return Array.isArray(body) ? body.map(show) : show(body as Item)
}

/** The next run of each schedule in a time range, soonest first. */
export function getUpcoming(context: OperationContext): OperationResult {
  const start = readQueryDate(context.query.get('startDate'), context.now - (context.now % DAY)).at
  const end = readQueryDate(context.query.get('endDate'), start + 7 * DAY).at
  const agents = new Map(listAgents(context).map((agent) => [agent.id, agent]))
  const all = runs(context)
  const upcoming = (context.items.list('schedules') as readonly Schedule[]).flatMap((schedule) => {
    const agent = agents.get(Number(schedule.agentId))
    const at = nextRun(schedule, Math.max(context.now, start - 1))
    if (!agent || at === undefined || at < start || at > end) return []
    const last = all.find((run) => run.agentId === agent.id)
    return {
      scheduleId: schedule.id,
      agentId: agent.id,
      agentName: agent.name,
      scheduleName: schedule.name,
      nextRunTime: isoSeconds(at),
      timezone: schedule.timezone,
      isEnabled: schedule.isEnabled,
      schedule: schedule.schedule,
      scheduleType: schedule.scheduleType,
      runEveryCount: schedule.runEveryCount,
      runEveryPeriod: schedule.runEveryPeriod,
      spaceId: agent.spaceId ?? 0,
      lastRunId: last?.id ?? null,
      lastRunTime: last?.created ?? null,
      lastRunStatus: last?.status ?? null,
      lastRunMessage: last?.message ?? null,
    }
  })
  return { list: upcoming.toSorted((left, right) => Date.parse(left.nextRunTime) - Date.parse(right.nextRunTime)) }
}

/** The requested schedule: absent fields stay as before. */
function wanted(context: OperationContext): Schedule {
  const { cronExpression, ...sent } = context.body as Item
  const agent = agentOf(context, context.params['agentId']!)
  const before = context.item('schedule') ?? { ...DEFAULTS, schedule: null }
  return {
    ...before,
    ...sent,
    agentId: agent.id,
    configId: agent.id,
    ...(cronExpression !== undefined && { schedule: cronExpression }),
    ...(typeof sent['startTime'] === 'string' && { startTime: isoSeconds(readInstant(sent['startTime'])) }),
    // One of the two ways to count the periods begins at 0.
    ...(sent['runEveryPeriod'] === 0 && { runEveryPeriod: 1 }),
    nextRunTime: null,
    updated: nowOf(context),
  } as unknown as Schedule
}

function printed(at: number | undefined): string | null {
  return at === undefined ? null : isoSeconds(at)
}
