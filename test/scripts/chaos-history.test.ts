import { expect, test } from 'vitest'
import { type Asked, checkHistory, type FinalState } from '../../scripts/chaos/history.ts'

const TERMS = { credits: 100, price: 5, burst: 2, perSecond: 1 }

const TAKEN = { outcome: 'acknowledged' }

function asked(given: Partial<Asked>): Asked {
  return { session: 's1', kind: 'job', began: 0, ended: 1, status: 202, code: undefined, job: 'j1', ...given }
}

function state(given: Partial<FinalState> = {}): FinalState {
  return {
    session: 's1',
    balance: 95,
    exchanges: 1,
    jobs: [{ job_uuid: 'j1', status: 'completed' }],
    deliveries: [{ job: 'j1', outcome: 'acknowledged', played: [], attempts: [TAKEN] }],
    ...given,
  }
}

test('a history in which all is there once has no faults', () => {
  expect(checkHistory([asked({})], [state()], ['s1 j1'], TERMS)).toEqual([])
})

test('what nobody was answered may have been done or not', () => {
  const lost = asked({ status: undefined, job: undefined })
  expect(checkHistory([lost], [state()], ['s1 j1'], TERMS)).toEqual([])
  expect(checkHistory([lost], [state({ balance: 100, exchanges: 0, jobs: [], deliveries: [] })], [], TERMS)).toEqual([])
  const uncertain = asked({ status: 503, code: 'store-uncertain', job: undefined })
  expect(checkHistory([uncertain], [state()], ['s1 j1'], TERMS)).toEqual([])
})

test('what was refused for the sake of the store must not have been done', () => {
  const refused = asked({ status: 503, code: 'store-unreachable', job: undefined })
  expect(checkHistory([refused], [state()], ['s1 j1'], TERMS)).toEqual([
    's1: 1 jobs are there, and at most 0 were asked for',
    's1: 1 exchanges are counted; 0 were answered, and 0 more may have been',
  ])
})

test('a job, credits and a count that were lost are found', () => {
  expect(
    checkHistory([asked({})], [state({ balance: 90, exchanges: 0, jobs: [], deliveries: [] })], [], TERMS),
  ).toEqual([
    's1: the job j1 was answered by 202 and is lost',
    's1: the balance is 90, and 100 after 0 jobs',
    's1: 0 exchanges are counted; 1 were answered, and 0 more may have been',
  ])
})

test('a job that a replica does not find is found out', () => {
  const missing = asked({ kind: 'look', status: 404, job: undefined })
  expect(checkHistory([asked({}), missing], [state({ exchanges: 2 })], ['s1 j1'], TERMS)).toEqual([
    's1: a job that was answered by 202 was not found 1 times',
  ])
})

test('a limit that let too much through is found', () => {
  const calls = [0, 1, 2, 3].map((began) => asked({ kind: 'me', status: 200, job: undefined, began, ended: began + 1 }))
  const none = state({ balance: 100, exchanges: 4, jobs: [], deliveries: [] })
  expect(checkHistory(calls, [none], [], TERMS)).toEqual(['s1: 4 requests passed a limit of 3 within 4 ms'])
})

test('a webhook that is lost, and a repeat that is not written down, are found', () => {
  expect(checkHistory([asked({})], [state()], [], TERMS)).toEqual(['s1: the webhook of j1 never arrived'])
  expect(checkHistory([asked({})], [state()], ['s1 j1', 's1 j1'], TERMS)).toEqual([
    's1: the webhook of j1 arrived 2 times, and 1 sendings are written down: [{"played":[],"attempts":[{"outcome":"acknowledged"}]}]',
  ])
  const marked = state({
    deliveries: [{ job: 'j1', outcome: 'acknowledged', played: ['sent again'], attempts: [TAKEN] }],
  })
  expect(checkHistory([asked({})], [marked], ['s1 j1', 's1 j1'], TERMS)).toEqual([])
})
