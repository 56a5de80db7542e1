import type { Cursor } from '../compile/cursor.ts'
import type { Job } from '../model/job.ts'
import type { Vendor } from '../model/vendor.ts'

const SETTINGS = ['base', 'default', 'select', 'match', 'refuse'] as const

/**
 * Reports changes that a dialect may not make. Dialects share items and jobs: a job that starts in one continues in the
 * others.
 */
export function lintDialect(rules: Cursor, base: Vendor, dialect: Vendor): void {
  if (base.name !== dialect.name) {
    const problem = `The dialect calls the vendor "${dialect.name}", and it is "${base.name}" in all of its dialects.`
    rules.at('vendor').report('other-vendor', problem)
  }
  for (const key of SETTINGS.filter((name) => settingOf(base, name) !== settingOf(dialect, name))) {
    const problem = 'The document says how a dialect is chosen.'
    rules.at('dialects', key).report('dialect-of-dialect', problem, `A dialect cannot change its "${key}".`)
  }
  for (const job of base.jobs.values()) lintDialectJob(rules.at('jobs', job.name), job, dialect.jobs.get(job.name))
}

function lintDialectJob(place: Cursor, job: Job, other: Job | undefined): void {
  if (!other) {
    const problem = `The job "${job.name}" of the document is missing, and running jobs must be able to end in every dialect.`
    place.report('dialect-job', problem, 'Keep it.')
    return
  }
  const states = place.at('states')
  const refuse = (at: Cursor, what: string): void => {
    const problem = `The state ${what}, and a job is one job in all dialects.`
    at.report('dialect-states', problem, 'Keep its states, and change how they are shown under "item".')
  }
  for (const state of job.states.keys())
    if (!other.states.has(state)) refuse(states, `"${state}" of the document is missing`)
  for (const state of other.states.keys())
    if (!job.states.has(state)) refuse(states.at(state), `"${state}" is not in the document`)
}

function settingOf({ dialects }: Vendor, key: (typeof SETTINGS)[number]): string | undefined {
  if (key === 'select') return dialects?.select.map(({ label }) => label).join('\n')
  return key === 'refuse' ? dialects?.refuse?.name : dialects?.[key]
}
