/* Code since each type of schedule asks for other fields, and the next run is reckoned from the clock. */
import {
  isInstant,
  isoSeconds,
  type Item,
  nowOf,
  type OperationContext,
  type OperationResult,
  readInstant,
  type Refused,
} from '../kit.ts'
import { nextCron, parseCron } from './cron.ts'
import { dateOf } from './dates.ts'
import { agentOf, listAgents } from './live-agents.ts'
import { runs } from './runs.ts'

interface Schedule extends Item {
  readonly id: number
  readonly agentId: number
  readonly configId: number
  readonly name: string
  readonly schedule: string | null
  readonly timezone: string | null
  readonly startTime: string | null
  readonly scheduleType: number
  readonly isEnabled: boolean
  readonly runEveryCount: number | null
  readonly runEveryPeriod: number | null
  readonly created: string
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** ms of the periods 1 to 4; a month is none of a fixed length. */
const PERIODS = [MINUTE, MINUTE, 60 * MINUTE, DAY, 7 * DAY]
const MONTHS = 5

/** Fields of a schedule that a request may give, and what stands there when none has. */
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

/** What each of the three types needs. */
export function checkSchedule(context: OperationContext): Refused | undefined {
  const { schedule, timezone, startTime, scheduleType, runEveryCount, runEveryPeriod } = wanted(context)
  const refuse = (why: string): Refused => context.refuse('UnprocessableEntity#schedule', why)
  if (timezone !== null && offsetOf(timezone) === undefined) return refuse(`timezone ${timezone} is not known`)
  const starts = startTime === null ? undefined : readInstant(startTime)
  // What was given before and is not changed now may well have passed.
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
      return schedule !== null && parseCron(schedule)
        ? undefined
        : refuse('scheduleType 3 needs a cronExpression of five fields')
    default:
      return undefined
  }
}

export function createSchedule(context: OperationContext): OperationResult {
  return { item: context.items.create('schedules', { ...wanted(context), created: nowOf(context) }) }
}

export function updateSchedule(context: OperationContext): OperationResult {
  return { item: context.items.put('schedules', context.params['scheduleId']!, wanted(context)) }
}

/** Adds when it runs next, which the clock alone decides. */
export function showSchedule(context: OperationContext, body: unknown): unknown {
  const show = (item: Item): Item => ({ ...item, nextRunTime: printed(nextRun(item as Schedule, context.now)) })
  return Array.isArray(body) ? body.map(show) : show(body as Item)
}

/** The next run of each schedule in a range of time, soonest first. */
export function getUpcoming(context: OperationContext): OperationResult {
  const start = dateOf(context.query.get('startDate'), context.now - (context.now % DAY)).at
  const end = dateOf(context.query.get('endDate'), start + 7 * DAY).at
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

/** The schedule as the request wants it: what it leaves out is as before. */
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
    // Of the two ways to count the periods, one begins at 0.
    ...(sent['runEveryPeriod'] === 0 && { runEveryPeriod: 1 }),
    nextRunTime: null,
    updated: nowOf(context),
  } as unknown as Schedule
}

function nextRun(schedule: Schedule, after: number): number | undefined {
  if (!schedule.isEnabled) return undefined
  const starts = schedule.startTime === null ? undefined : Date.parse(schedule.startTime)
  switch (schedule.scheduleType) {
    case 1:
      return starts !== undefined && starts > after ? starts : undefined
    case 2:
      return nextPeriod(schedule, starts ?? Date.parse(schedule.created), after)
    case 3: {
      const cron = parseCron(schedule.schedule ?? '')
      return cron && nextCron(cron, after, offsetOf(schedule.timezone ?? 'UTC') ?? (() => 0))
    }
    default:
      return undefined
  }
}

function nextPeriod(schedule: Schedule, first: number, after: number): number | undefined {
  const count = schedule.runEveryCount ?? 1
  if (first > after) return first
  if (schedule.runEveryPeriod !== MONTHS) {
    const step = count * PERIODS[schedule.runEveryPeriod ?? 1]!
    return inReach(first + (Math.floor((after - first) / step) + 1) * step)
  }
  const date = new Date(first)
  let at = first
  for (let months = count; at <= after; months += count) at = new Date(date).setUTCMonth(date.getUTCMonth() + months)
  return inReach(at)
}

/** A run that lies beyond all dates is none. */
function inReach(at: number): number | undefined {
  return isInstant(at) ? at : undefined
}

function printed(at: number | undefined): string | null {
  return at === undefined ? null : isoSeconds(at)
}

/** By how many ms the time of a zone is ahead of UTC at an instant; undefined for a zone that nobody knows. */
function offsetOf(timezone: string): ((at: number) => number) | undefined {
  if (timezone === 'UTC') return () => 0
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    return (at) => {
      const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
      const { year, month, day, hour, minute } = parts as Record<string, number>
      return Date.UTC(year!, month! - 1, day, hour, minute) - Math.floor(at / MINUTE) * MINUTE
    }
  } catch {
    return undefined
  }
}
