import { expect, test } from 'vitest'
import type { Told } from '../../support/verdict/exchanges.ts'
import { acknowledged, deliveriesOf, refused, type ToldDelivery } from '../../support/verdict/deliveries.ts'
import { found, foundAtEnd, type Wanted } from '../../support/verdict/expected.ts'

const submit = { operation: 'submitJob' } as const
const poll = { operation: 'getJob' } as const
const started = { ...submit, status: 202, jobs: ['job_1'] } as const
const start: Told = { ...started, at: 0 }
const polled = (at: number, more: Partial<Told> = {}): Told => ({ ...poll, at, jobs: ['job_1'], ...more })

test('polls until final: a job that is never seen to end is a breach when the session is over', () => {
  const expected = { kind: 'polls-until-final', operation: 'getJob' } as const
  expect(found(expected, [start])).toEqual([])
  expect(foundAtEnd(expected, [start])).toEqual(['expect-polls-until-final: job_1 was started, and never polled. [1]'])
  expect(foundAtEnd(expected, [start, polled(10)])).toEqual([
    'expect-polls-until-final: job_1 was started, and polled once, and never to its end. [1, 2]',
  ])
  expect(foundAtEnd(expected, [start, polled(10), polled(20)])[0]).toContain('polled 2 times, and never to its end')
  expect(foundAtEnd(expected, [start, polled(10), polled(20, { isJobOver: true })])).toEqual([])
  expect(foundAtEnd(expected, [start, polled(20, { isJobOver: true, status: 500 })])).toHaveLength(1)
  expect(foundAtEnd(expected, [{ ...start, isJobOver: true }])).toEqual([])
  expect(foundAtEnd(expected, [{ ...submit, at: 0, status: 402 }])).toEqual([])
  expect(foundAtEnd(expected, [start, polled(10, { operation: 'cancelJob', isJobOver: true })])).toEqual([])
})

test('polls-until-final: a job whose end was not seen is a breach; an end in a poll, a batch, a list or a webhook is none', () => {
  const wanted: Wanted = { kind: 'polls-until-final', operation: 'getJob' }
  const seen: Told = { ...poll, at: 1000, jobs: ['job_1'] }
  expect(foundAtEnd(wanted, [start, seen])).toEqual([
    'expect-polls-until-final: job_1 was started, and polled once, and never to its end. [1, 2]',
  ])
  expect(foundAtEnd(wanted, [start, { ...seen, isJobOver: true }])).toEqual([])
  expect(foundAtEnd(wanted, [start, { ...seen, jobs: ['job_1', 'job_2'], overJobs: ['job_1'] }])).toEqual([])
  expect(foundAtEnd(wanted, [start, { ...seen, isJobOver: true, fault: 'truncate' }])).toHaveLength(1)
  const told: ToldDelivery = { attempts: [acknowledged] }
  expect(foundAtEnd(wanted, [start], deliveriesOf(told))).toEqual([])
  expect(foundAtEnd(wanted, [start], deliveriesOf({ ...told, played: ['tamper body'] }))).toHaveLength(1)
})

test('polls-until-final with a time: who has polled for so long may give up', () => {
  const wanted: Wanted = { kind: 'polls-until-final', for: 10_000 }
  const polls = (last: number): Told[] => [start, { ...poll, at: last, jobs: ['job_1'] }]
  expect(foundAtEnd(wanted, polls(5000))).toHaveLength(1)
  expect(foundAtEnd(wanted, polls(10_000))).toEqual([])
})

test('gives-up: polling beyond the time is a breach; up to it, and to an end, is none', () => {
  const wanted: Wanted = { kind: 'gives-up', after: 60_000 }
  const polls = (last: number, isJobOver = false): Told[] => [
    { ...poll, at: 0, jobs: ['job_1'] },
    { ...poll, at: last, jobs: ['job_1'], isJobOver },
  ]
  expect(foundAtEnd(wanted, polls(61_001))).toEqual([
    'expect-gives-up: job_1 was polled for 61s without an end, and the scenario expects that the client gives up. [1, 2]',
  ])
  expect(foundAtEnd(wanted, polls(60_000))).toEqual([])
  expect(foundAtEnd(wanted, polls(61_001, true))).toEqual([])
})

test('starts-once: a second start meanwhile is a breach; one after the end, or of something else, is none', () => {
  const wanted: Wanted = { kind: 'starts-once', operation: 'submitJob' }
  const again = { ...started, at: 2000, jobs: ['job_2'] }
  expect(foundAtEnd(wanted, [start, again])).toEqual([
    'expect-starts-once: submitJob was sent again before the end of what it had started was known, and the scenario expects one start. [1, 2]',
  ])
  expect(foundAtEnd(wanted, [start, { ...poll, at: 1000, jobs: ['job_1'], isJobOver: true }, again])).toEqual([])
  expect(foundAtEnd(wanted, [start, { ...again, identity: 'other' }])).toEqual([])
  expect(foundAtEnd(wanted, [{ ...submit, at: 0, status: 500 }, again])).toEqual([])
})

const delivered = (more: Partial<ToldDelivery>) => deliveriesOf({ attempts: [refused(500)], ...more })

test('acknowledges: a delivery that was given up is a breach when the session is over', () => {
  const expected = { kind: 'acknowledges', webhook: 'jobFinished' } as const
  const judged = (more: Partial<ToldDelivery>, isOver = true): string[] =>
    found(expected, [start], { isOver, deliveries: delivered(more) })
  expect(judged({})).toEqual(['expect-acknowledges: The webhook jobFinished was never acknowledged. []'])
  expect(judged({}, false)).toEqual([])
  expect(judged({ outcome: 'acknowledged' })).toEqual([])
  expect(judged({ outcome: 'waiting' })).toEqual([])
  expect(judged({ webhook: 'other' })).toEqual([])
  expect(judged({ vendor: 'seal' })).toEqual([])
  expect(judged({ job: 'of an earlier scenario' })).toEqual([])
  expect(judged({ attempts: [{ outcome: 'lost' }, { outcome: 'lost' }] })).toEqual([])
})

test('acknowledges and refuses: forged deliveries must be refused, genuine ones acknowledged, lost ones are not judged', () => {
  const forged = { played: ['tamper signature'] }
  const lost = { attempts: [{ outcome: 'lost' as const }] }
  expect(foundAtEnd({ kind: 'acknowledges' }, [start], delivered({}))).toEqual([
    'expect-acknowledges: The webhook jobFinished was never acknowledged. []',
  ])
  for (const more of [forged, lost, { job: 'job_of_another_scenario' }, { vendor: 'seclai' }]) {
    expect(foundAtEnd({ kind: 'acknowledges' }, [start], delivered(more))).toEqual([])
  }
  expect(foundAtEnd({ kind: 'refuses' }, [start], delivered({ outcome: 'acknowledged', ...forged }))).toEqual([
    'expect-refuses: The webhook jobFinished was acknowledged, though it was forged, and the scenario expects that it is refused. []',
  ])
  expect(foundAtEnd({ kind: 'refuses' }, [start], delivered({ outcome: 'acknowledged' }))).toEqual([])
  expect(foundAtEnd({ kind: 'refuses' }, [start], delivered(forged))).toEqual([])
})
