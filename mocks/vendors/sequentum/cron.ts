/* Vendor code because a cron expression is evaluated against the clock. */
/** The five fields of a cron expression: the allowed numbers of each. */
export interface Cron {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  readonly days: ReadonlySet<number>
  readonly months: ReadonlySet<number>
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>
  /** Where both days and weekdays are restricted, either may match. */
  readonly isEither: boolean
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const FIELDS: ReadonlyArray<{ readonly least: number; readonly most: number; readonly names?: readonly string[] }> = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 7, names: WEEKDAYS },
]
const MINUTE = 60_000
/** Maximum days searched: the 29th of February on a given weekday may be far. */
const HORIZON = 366 * 29

/** Parses a cron expression; undefined where it is invalid. */
export function parseCron(text: string): Cron | undefined {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== FIELDS.length) return undefined
  const sets = fields.map((field, index) => {
    const { least, most, names = [] } = FIELDS[index]!
    return parseField(numbered(field, least, names), least, most)
  })
  const [minutes, hours, days, months, weekdays] = sets
  if (!minutes || !hours || !days || !months || !weekdays) return undefined
  const isEither = !fields[2]!.startsWith('*') && !fields[4]!.startsWith('*')
  return { minutes, hours, days, months, weekdays: new Set([...weekdays].map((day) => day % 7)), isEither }
}

/**
 * The first minute after an instant that an expression allows.
 *
 * @param after ms since 1970
 * @param offset ms by which the local time of an instant is ahead of UTC
 */
export function nextCron(cron: Cron, after: number, offset: (at: number) => number): number | undefined {
  const first = Math.floor(after / MINUTE) * MINUTE + MINUTE
  let local = first + offset(first)
  const end = local + HORIZON * 1440 * MINUTE
  while (local < end) {
    const date = new Date(local)
    if (!cron.months.has(date.getUTCMonth() + 1) || !isDay(cron, date)) {
      local = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1)
    } else if (!cron.hours.has(date.getUTCHours())) {
      local = Math.floor(local / (60 * MINUTE)) * 60 * MINUTE + 60 * MINUTE
    } else if (!cron.minutes.has(date.getUTCMinutes())) {
      local += MINUTE
    } else {
      return local - offset(local - offset(local))
    }
  }
  return undefined
}

function isDay(cron: Cron, date: Date): boolean {
  const [day, weekday] = [cron.days.has(date.getUTCDate()), cron.weekdays.has(date.getUTCDay())]
  return cron.isEither ? day || weekday : day && weekday
}

/** Replaces names of months or weekdays by numbers. */
function numbered(field: string, least: number, names: readonly string[]): string {
  return field.replace(/[a-z]+/gi, (word) => {
    const index = names.indexOf(word.toLowerCase())
    return index === -1 ? word : String(least + index)
  })
}

/** `*`, `5`, `1-5`, each optionally with `/2`, and comma-separated lists. */
function parseField(text: string, least: number, most: number): ReadonlySet<number> | undefined {
  const numbers = new Set<number>()
  for (const part of text.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part)
    if (!match) return undefined
    const from = match[1] === undefined ? least : Number(match[1])
    const single = match[1] !== undefined && match[2] === undefined && match[3] === undefined
    const to = match[2] === undefined ? (single ? from : most) : Number(match[2])
    const step = Number(match[3] ?? 1)
    if (from < least || to > most || from > to || step < 1) return undefined
    for (let number = from; number <= to; number += step) numbers.add(number)
  }
  return numbers
}
