/* Vendor code because the next run of a schedule is computed from the clock, by the type of the schedule. */
import { isInstant, type Item } from '../kit.ts'
import { nextCron, parseCron } from './cron.ts'

export interface Schedule extends Item {
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
/** ms of the periods 1 to 4; a month has no fixed length. */
const PERIODS = [MINUTE, MINUTE, 60 * MINUTE, DAY, 7 * DAY]
const MONTHS = 5

/** The next start of a schedule, in ms since 1970; undefined where there is none. */
export function nextRun(schedule: Schedule, after: number): number | undefined {
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

/** Undefined for a run beyond the range of dates. */
function inReach(at: number): number | undefined {
  return isInstant(at) ? at : undefined
}

/** The offset of a time zone from UTC at an instant, in ms; undefined for an unknown zone. */
export function offsetOf(timezone: string): ((at: number) => number) | undefined {
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
