import { expect, test } from 'vitest'
import { credits } from '../../../mocks/verdict/conduct/credits.ts'
import { deadCredential } from '../../../mocks/verdict/conduct/dead-credential.ts'
import { breachesOf, type Told } from '../../support/verdict/exchanges.ts'

function unpaid(at: number, { price = 5, available = 2 } = {}, more: Partial<Told> = {}): Told {
  const shortfall = { price, available, missing: price - available }
  return {
    operation: 'submitJob',
    at,
    status: 402,
    stage: 'charge',
    refused: { limit: undefined, shortfall, cause: undefined, reads: [] },
    identity: `job ${at}`,
    ...more,
  }
}

const paid = (at: number): Told => ({ operation: 'submitJob', at, hold: 1 })

test('work that is sent on after missing credits is a breach, with price and balance', () => {
  expect(breachesOf(credits, 'seek', [unpaid(0), unpaid(10)])).toEqual([
    {
      message:
        'submitJob asked for credits once more after 5 had been refused with 2 available, and the balance was the same.',
      operation: 'submitJob',
      exchanges: [1, 2],
    },
  ])
  expect(breachesOf(credits, 'seek', [unpaid(0), unpaid(10), unpaid(20, { price: 9 })])).toMatchObject([
    { message: /2 times more/, exchanges: [1, 2, 3] },
  ])
})

test('after a top-up that does not last, it begins anew', () => {
  const told = [unpaid(0), paid(5), unpaid(10), unpaid(20)]
  expect(breachesOf(credits, 'seek', told)).toMatchObject([{ exchanges: [3, 4] }])
})

test.each<[string, Told[]]>([
  ['one refusal', [unpaid(0)]],
  ['work that costs less', [unpaid(0), unpaid(10, { price: 4 })]],
  ['another balance', [unpaid(0), unpaid(10, { available: 3 })]],
  ['work that was paid in between', [unpaid(0), paid(5), unpaid(10)]],
  ['another account', [unpaid(0), unpaid(10, {}, { account: 'other' })]],
  ['requests that were on their way', [unpaid(0, {}, { took: 50 }), unpaid(10), unpaid(20)]],
  ['a look at the balance', [unpaid(0), { operation: 'getCredits', at: 10 }]],
  [
    'three workers that each find out',
    [
      unpaid(0, {}, { took: 20, hold: 1, status: 202, refused: undefined }),
      unpaid(5, {}, { took: 20, status: 202, refused: undefined }),
      unpaid(10, {}, { took: 20 }),
      unpaid(200),
      unpaid(300),
    ],
  ],
])('%s: nobody went on without credits', (_, told) => {
  expect(breachesOf(credits, 'seek', told)).toEqual([])
})

test('more refusals than there are workers are a warning at most', () => {
  const told = [unpaid(0, {}, { took: 20 }), unpaid(5, {}, { took: 20 }), unpaid(200), unpaid(300)]
  expect(breachesOf(credits, 'seek', told)).toMatchObject([{ atMost: 'warning', exchanges: [1, 3, 4] }])
})

const dead = (at: number, more: Partial<Told> = {}): Told => ({
  operation: 'getMe',
  at,
  status: 401,
  stage: 'authenticate',
  ...more,
})
const deads = (count: number, more: Partial<Told> = {}): Told[] =>
  Array.from({ length: count }, (_, index) => dead(index * 10, more))

test('the fourth request after a 401 is a breach, once, however many follow', () => {
  expect(breachesOf(deadCredential, 'seek', deads(9))).toEqual([
    {
      message: '4 requests, from getMe on, were sent with a credential that had been refused with 401.',
      operation: 'getMe',
      exchanges: [1, 2, 3, 4, 5],
    },
  ])
})

test.each<[string, Told[]]>([
  ['three more', deads(4)],
  ['a credential that was good again', deads(8).with(4, dead(40, { status: 200, stage: 'handle' }))],
  ['several credentials', deads(8).map((told, index) => ({ ...told, credential: `key ${index % 2}` }))],
  ['no credential at all', deads(8, { credential: undefined })],
  ['a 401 that a rule has played', deads(8, { stage: 'rule' })],
  ['a 403', deads(8, { status: 403, stage: 'authorize' })],
  ['requests in one go', deads(20, { took: 500 })],
  [
    'four workers that each try twice',
    [...[0, 1, 2, 3].map((at) => dead(at, { took: 20 })), ...[100, 120, 140, 160].map((at) => dead(at))],
  ],
])('%s: the credential was not used on', (_, told) => {
  expect(breachesOf(deadCredential, 'seek', told)).toEqual([])
})

test('for several workers that go on, it is a warning at most', () => {
  const told = [dead(0, { took: 20 }), dead(5, { took: 20 }), ...[100, 120, 140, 160, 180].map((at) => dead(at))]
  expect(breachesOf(deadCredential, 'seek', told)).toMatchObject([{ atMost: 'warning' }])
  expect(breachesOf(deadCredential, 'seek', told.slice(0, -1))).toEqual([])
})
