import { expect, test } from 'vitest'
import { baselineText, compareWithBaseline, readBaseline } from '../../mocks/report/baseline.ts'
import type { ReportedFinding } from '../../mocks/report/report.ts'
import { sampleReport } from '../support/report/sample-run.ts'

const [credits] = sampleReport.findings as [ReportedFinding]
const baseline = readBaseline(baselineText([credits]))
const isKnown = (own: Partial<ReportedFinding>): boolean =>
  compareWithBaseline([{ ...credits, ...own }], baseline).findings[0]!.known

test('a finding is known again in another run with other numbers, ids, exchanges and severity', () => {
  expect(isKnown({})).toBe(true)
  expect(isKnown({ message: 'submitJob asked for credits 17 times more.' })).toBe(true)
  expect(isKnown({ exchanges: [99], session: 'session-2', severity: 'warning' })).toBe(true)
  const [job] = readBaseline(baselineText([{ ...credits, message: 'job_07a342d3a60a waited 1.5 s, not 250ms.' }]))
  expect(job!.message).toBe('# waited # s, not #.')
})

test.each([
  ['code', { code: 'backoff' }],
  ['vendor', { vendor: 'seal' }],
  ['operation', { operation: 'getJob' }],
  ['test', { scope: 'another test' }],
  ['message', { message: 'submitJob asked for money 3 times more.' }],
])('a finding with another %s is new', (_, own) => {
  expect(isKnown(own)).toBe(false)
})

test('the file has each finding once, in the same order whatever the order of the run', () => {
  const text = baselineText(sampleReport.findings)
  expect(baselineText([...sampleReport.findings, ...sampleReport.findings].reverse())).toBe(text)
  expect(readBaseline(text)).toHaveLength(6)
})

test('entries that have not come up again are counted once each', () => {
  const both = readBaseline(baselineText(sampleReport.findings))
  expect(compareWithBaseline([credits, credits], both)).toMatchObject({ known: 2, gone: 5 })
})
