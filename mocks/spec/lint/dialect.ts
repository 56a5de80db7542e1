import { escapeSegment } from '../references/pointer.ts'
import type { Finding } from '../problems/problem.ts'
import type { Job, Vendor } from '../model/vendor.ts'

const SETTINGS = ['base', 'default', 'select', 'match', 'refuse'] as const

/**
 * What a dialect may not change: it is another way to speak of the same things, and what one dialect has started the
 * others go on with.
 */
export function lintDialect(base: Vendor, dialect: Vendor): Finding[] {
  const findings: Finding[] = []
  if (base.name !== dialect.name) {
    const message = `The dialect calls the vendor "${dialect.name}", and it is "${base.name}" in all of its dialects.`
    findings.push({ code: 'other-vendor', pointer: '/x-mock/vendor', message })
  }
  const changed = SETTINGS.filter((key) => settingOf(base, key) !== settingOf(dialect, key))
  for (const key of changed) {
    const message = `How a dialect is chosen is said in the document. A dialect cannot change its "${key}".`
    findings.push({ code: 'dialect-of-dialect', pointer: `/x-mock/dialects/${key}`, message })
  }
  for (const job of base.jobs.values()) findings.push(...lintJob(job, dialect.jobs.get(job.name)))
  return findings
}

function lintJob(job: Job, other: Job | undefined): Finding[] {
  const pointer = `/x-mock/jobs/${escapeSegment(job.name)}`
  if (!other) {
    const message = `The job "${job.name}" of the document is missing, and those that run have to end in every dialect. Keep it.`
    return [{ code: 'dialect-job', pointer, message }]
  }
  const lost = [...job.states.keys()].filter((state) => !other.states.has(state))
  const added = [...other.states.keys()].filter((state) => !job.states.has(state))
  return [
    ...lost.map((state) => [`${pointer}/states`, `"${state}" of the document is missing`] as const),
    ...added.map(
      (state) => [`${pointer}/states/${escapeSegment(state)}`, `"${state}" is not in the document`] as const,
    ),
  ].map(([place, what]) => ({
    code: 'dialect-states',
    pointer: place,
    message: `The state ${what}, and a job is one job in all dialects. Keep its states, and show them otherwise under "item".`,
  }))
}

function settingOf({ dialects }: Vendor, key: (typeof SETTINGS)[number]): string | undefined {
  if (key === 'select') return dialects?.select.map(({ label }) => label).join('\n')
  return key === 'refuse' ? dialects?.refuse?.name : dialects?.[key]
}
