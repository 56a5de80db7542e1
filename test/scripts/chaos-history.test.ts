import { expect, test } from 'vitest'
import { type Asked, checkHistory, type FinalState } from '../../scripts/chaos/history.ts'
import { findNoOrder, type LedgerRequest } from '../../scripts/chaos/linearize.ts'
import { random } from '../../mocks/state/hash.ts'

const TERMS = { credits: 100, price: 5, burst: 2, perSecond: 1, inFlight: 2 }

const TAKEN = { outcome: 'acknowledged' }

function asked(given: Partial<Asked>): Asked {
  return {
    id: 'r1',
    session: 's1',
    kind: 'job',
    began: 0,
    ended: 1,
    status: 202,
    code: undefined,
    job: 'j1',
    value: undefined,
    ...given,
  }
}

function state(given: Partial<FinalState> = {}): FinalState {
  return {
    session: 's1',
    balance: 95,
    exchanges: 1,
    journal: [{ number: 1, id: 'r1', status: 202 }],
    jobs: [{ job_uuid: 'j1', status: 'completed' }],
    deliveries: [{ job: 'j1', outcome: 'acknowledged', played: [], attempts: [TAKEN] }],
    ...given,
  }
}

const NOTHING = { balance: 100, exchanges: 0, journal: [], jobs: [], deliveries: [] }

test('a history in which all is there once has no faults', () => {
  expect(checkHistory([asked({})], [state()], ['s1 j1'], TERMS)).toEqual([])
})

test('a request without an answer may have been executed or not', () => {
  const lost = asked({ status: undefined, job: undefined })
  expect(checkHistory([lost], [state()], ['s1 j1'], TERMS)).toEqual([])
  expect(checkHistory([lost], [state(NOTHING)], [], TERMS)).toEqual([])
  const uncertain = asked({ status: 503, code: 'store-uncertain', job: undefined })
  expect(checkHistory([uncertain], [state()], ['s1 j1'], TERMS)).toEqual([])
})

test('a request that was refused because of the store must not have been executed', () => {
  const refused = asked({ status: 503, code: 'store-unreachable', job: undefined })
  expect(checkHistory([refused], [state()], ['s1 j1'], TERMS)).toEqual([
    's1: 1 jobs are there, and at most 0 were asked for',
    's1: no order of 0 requests explains their answers: 0 jobs were started in it, and 1 are there',
    's1: 1 exchanges are counted; 0 were answered, and 0 more may have been',
    's1: the request r1 was refused and is in the journal',
  ])
})

test('a job, its exchange and its credits that were lost are found', () => {
  expect(checkHistory([asked({})], [state({ ...NOTHING, balance: 90 })], [], TERMS)).toEqual([
    's1: the job j1 was answered by 202 and is lost',
    's1: the balance is 90, and 100 after 0 jobs',
    's1: no order of 1 requests explains their answers: 1 jobs were started in it, and 0 are there',
    's1: 0 exchanges are counted; 1 were answered, and 0 more may have been',
    's1: the request r1 was answered and is not in the journal',
  ])
})

test('a job that a replica does not find is found out', () => {
  const missing = asked({ id: 'r2', kind: 'look', status: 404, job: undefined })
  const journal = [...state().journal, { number: 2, id: 'r2', status: 404 }]
  expect(checkHistory([asked({}), missing], [state({ exchanges: 2, journal })], ['s1 j1'], TERMS)).toEqual([
    's1: a job that was answered by 202 was not found 1 times',
  ])
})

test('a job that is there twice is found, as another one or under the same name', () => {
  const jobs = [...state().jobs, { job_uuid: 'j2', status: 'completed' }]
  const deliveries = [...state().deliveries, { ...state().deliveries[0]!, job: 'j2' }]
  expect(checkHistory([asked({})], [state({ jobs, deliveries, balance: 90 })], ['s1 j1', 's1 j2'], TERMS)).toEqual([
    's1: 2 jobs are there, and at most 1 were asked for',
    's1: no order of 1 requests explains their answers: 1 jobs were started in it, and 2 are there',
  ])
  const twice = [...state().jobs, ...state().jobs]
  expect(checkHistory([asked({})], [state({ jobs: twice, balance: 90 })], ['s1 j1'], TERMS)).toContain(
    's1: a job is there twice',
  )
})

test('a limit that let too much through is found', () => {
  const calls = [0, 1, 2, 3].map((began) =>
    asked({ id: `r${began}`, kind: 'me', status: 200, job: undefined, began, ended: began + 0.5 }),
  )
  const journal = calls.map(({ id }, index) => ({ number: index + 1, id, status: 200 }))
  const none = state({ ...NOTHING, exchanges: 4, journal })
  expect(checkHistory(calls, [none], [], TERMS)).toEqual(['s1: 4 requests passed a limit of 3 within 4 ms'])
})

/** Faults of requests to one session, of which nothing but the limits is looked at. */
function limitFaults(requests: ReadonlyArray<Partial<Asked>>): string[] {
  const calls = requests.map((given, index) =>
    asked({ id: `r${index + 1}`, kind: 'me', status: 200, job: undefined, ...given }),
  )
  return checkHistory(calls, [state({ ...NOTHING, exchanges: calls.length })], [], TERMS).filter((fault) =>
    fault.includes('was refused by a limit'),
  )
}

const GONE = { status: undefined }
const REFUSED = { status: 429 }

test('a refusal by a rate limit that had a token left in every order is found', () => {
  // Two tokens, and one more each second.
  const used = [
    { began: 0, ended: 10 },
    { began: 20, ended: 30 },
  ]
  const left = (id: string, tokens: number): string =>
    `s1: the request ${id} was refused by a limit that had at least ${tokens} of 2 tokens left`
  expect(limitFaults([{ began: 0, ended: 10, ...REFUSED }])).toEqual([left('r1', 2)])
  expect(limitFaults([used[0]!, { began: 40, ended: 50, ...REFUSED }])).toEqual([left('r2', 1)])
  expect(limitFaults([...used, { began: 40, ended: 50, ...REFUSED }])).toEqual([])
  // Another one just before the refusal, or at the same time, may have come first; one after it has not.
  expect(limitFaults([used[0]!, { began: 40, ended: 90 }, { began: 45, ended: 50, ...REFUSED }])).toEqual([])
  expect(limitFaults([used[0]!, { began: 51, ended: 90 }, { began: 45, ended: 50, ...REFUSED }])).toEqual([
    left('r3', 1),
  ])
  // A token is there again after a second, and after what the clock may have lost on the way.
  expect(limitFaults([...used, { began: 1400, ended: 1410, ...REFUSED }])).toEqual([])
  expect(limitFaults([...used, { began: 1540, ended: 1550, ...REFUSED }])).toEqual([left('r3', 1)])
  // Refused requests take nothing, also those that a store was too far away for.
  const refused = { began: 20, ended: 30, status: 503, code: 'store-unreachable' }
  expect(limitFaults([used[0]!, refused, { began: 40, ended: 50, ...REFUSED }])).toEqual([left('r3', 1)])
  expect(
    limitFaults([used[0]!, { began: 20, ended: 30, ...REFUSED }, { began: 40, ended: 50, ...REFUSED }]),
  ).toHaveLength(2)
})

test('a request without an answer may have taken a token, before and after its client gave up, and so may its retry', () => {
  const used = { began: 0, ended: 10 }
  const refused = { began: 3000, ended: 3010, ...REFUSED }
  const found = ['s1: the request r3 was refused by a limit that had at least 1 of 2 tokens left']
  for (const maybe of [GONE, { status: 503, code: 'store-uncertain' }, { status: 503, code: 'session-moved' }]) {
    expect(limitFaults([used, { began: 20, ended: 30, ...maybe }, { ...refused, began: 40, ended: 50 }])).toEqual([])
    // Whenever it was executed, it has taken one token.
    expect(limitFaults([used, { began: 20, ended: 30, ...maybe }, refused])).toEqual(found)
    expect(limitFaults([{ began: 20, ended: 30, ...maybe }, { began: 2980, ended: 2990 }, refused])).toEqual([])
  }
  // After a time nothing of it is under way any more.
  const late = { began: 25_000, ended: 25_010, ...REFUSED }
  expect(limitFaults([{ began: 20, ended: 30, ...GONE }, { began: 24_980, ended: 24_990 }, late])).toEqual(found)
})

test('a refusal by a concurrency limit that had a free slot in every order is found', () => {
  const role = (began: number, ended: number, given: Partial<Asked> = {}): Partial<Asked> => {
    return { kind: 'role', began, ended, ...given }
  }
  const most = (id: string, count: number): string =>
    `s1: the request ${id} was refused by a limit of 2 in flight, and at most ${count} were`
  const held = [role(0, 300), role(100, 400)]
  expect(limitFaults([...held, role(200, 210, REFUSED)])).toEqual([])
  expect(limitFaults([held[0]!, role(200, 210, REFUSED)])).toEqual([most('r2', 1)])
  // Requests of the other vendor, and other refused ones, hold no slot.
  expect(limitFaults([held[0]!, { ...held[1]!, kind: 'me' }, role(200, 210, REFUSED)])).toEqual([most('r3', 1)])
  expect(limitFaults([held[0]!, role(150, 210, REFUSED), role(200, 210, REFUSED)])).toEqual([
    most('r2', 1),
    most('r3', 1),
  ])
  // One that ends or begins while the refused one is under way may have held its slot then.
  expect(limitFaults([held[0]!, role(205, 500), role(200, 210, REFUSED)])).toEqual([])
  expect(limitFaults([held[0]!, role(211, 500), role(200, 210, REFUSED)])).toEqual([most('r3', 1)])
  // The answer may arrive before its slot is free.
  expect(limitFaults([...held, role(500, 510, REFUSED)])).toEqual([])
  expect(limitFaults([...held, role(600, 610, REFUSED)])).toEqual([most('r3', 1)])
})

test('a request of a killed replica may hold its slot until its session has moved, and not for ever', () => {
  const role = (began: number, given: Partial<Asked> = {}): Partial<Asked> => {
    return { kind: 'role', began, ended: began + 100, ...given }
  }
  const killed = [role(0, GONE), role(50, GONE)]
  // Refused with its retry, and long after.
  expect(limitFaults([...killed, role(200, REFUSED), role(5000, REFUSED)])).toEqual([])
  expect(limitFaults([...killed, role(30_000, REFUSED)])).toEqual([
    's1: the request r3 was refused by a limit of 2 in flight, and at most 0 were',
  ])
})

test('an exchange that is numbered before one that had ended, answered otherwise, or there twice, is found', () => {
  const first = asked({ kind: 'me', status: 200, job: undefined, began: 0, ended: 1 })
  const second = asked({ id: 'r2', kind: 'me', status: 200, job: undefined, began: 2, ended: 3 })
  const faults = (journal: FinalState['journal']): string[] =>
    checkHistory([first, second], [state({ ...NOTHING, exchanges: 2, journal })], [], TERMS)
  const [one, two] = [
    { number: 1, id: 'r1', status: 200 },
    { number: 2, id: 'r2', status: 200 },
  ]
  expect(faults([one, two])).toEqual([])
  expect(
    faults([
      { ...two, number: 1 },
      { ...one, number: 2 },
    ]),
  ).toEqual(['s1: the exchange 2 had ended before one with a lower number began'])
  expect(faults([one, { ...two, status: 429 }])).toEqual([
    's1: the request r2 was answered by 200, and by 429 in the journal',
  ])
  expect(faults([one, two, { ...two, number: 3 }])).toEqual([
    's1: 2 exchanges are counted, and the last of the journal is 3',
    's1: the request r2 is in the journal 2 times',
  ])
  expect(faults([two, one])).toContain('s1: the exchange 1 comes after the exchange 2')
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

/** Requests of several clients at once to a ledger that makes no mistakes; some answers get lost. */
function ledger(seed: number): { requests: LedgerRequest[]; jobs: number } {
  const dice = random(seed, 'ledger')
  const requests: LedgerRequest[] = []
  let [jobs, now, paid] = [0, 0, 0]
  for (let count = 0; count < 40; count++) {
    now += dice.int(1, 4)
    const [began, ended] = [now - dice.int(0, 12), now + dice.int(0, 12)]
    const isLost = dice.int(0, 5) === 0
    const what = dice.int(0, 3)
    if (what === 0) {
      if (!isLost) requests.push({ began, ended, outcome: 'count', value: jobs })
    } else if (what === 1) {
      paid = dice.int(paid, jobs)
      if (!isLost) requests.push({ began, ended, outcome: 'balance', value: 100 - 5 * paid })
    } else if (isLost) {
      requests.push({ began, ended: Infinity, outcome: 'unknown' })
      if (jobs < 20 && dice.int(0, 1) === 0) jobs++
    } else if (jobs < 20) {
      jobs++
      requests.push({ began, ended, outcome: 'job' })
    } else requests.push({ began, ended, outcome: 'refused' })
  }
  return { requests, jobs }
}

const SEEDS = Array.from({ length: 100 }, (_, seed) => seed)

test('the answers of a correct ledger have an order, however requests overlap and answers get lost', () => {
  for (const seed of SEEDS) {
    const { requests, jobs } = ledger(seed)
    expect(findNoOrder(requests, jobs, TERMS), `seed ${seed}`).toBeUndefined()
  }
})

test('the search finds an order exactly where trying all of them does', () => {
  const found = new Set<boolean>()
  for (const seed of SEEDS) {
    const dice = random(seed, 'small')
    const requests = Array.from({ length: 5 }, (): LedgerRequest => {
      const began = dice.int(0, 8)
      const what = dice.int(0, 5)
      if (what === 0) return { began, ended: Infinity, outcome: 'unknown' }
      const ended = began + dice.int(1, 6)
      if (what < 3) return { began, ended, outcome: 'job' }
      if (what === 3) return { began, ended, outcome: 'refused' }
      if (what === 4) return { began, ended, outcome: 'count', value: dice.int(0, 2) }
      return { began, ended, outcome: 'balance', value: 10 - 5 * dice.int(0, 2) }
    })
    const jobs = dice.int(0, 3)
    const terms = { credits: 10, price: 5 }
    const hasOrder = findNoOrder(requests, jobs, terms) === undefined
    expect(hasOrder, JSON.stringify({ requests, jobs })).toBe(tryAll(requests, { jobs, started: 0, paid: 0 }))
    found.add(hasOrder)
  }
  expect(found.size).toBe(2)
})

interface Tried {
  readonly jobs: number
  readonly started: number
  readonly paid: number
}

/** The same question, answered by trying every order that time allows. */
function tryAll(left: readonly LedgerRequest[], state: Tried): boolean {
  const { jobs, started, paid } = state
  if (left.every(({ outcome }) => outcome === 'unknown') && started === jobs) return true
  return left.some((next) => {
    const others = left.filter((other) => other !== next)
    if (others.some(({ ended }) => ended < next.began)) return false
    const { outcome, value = 0 } = next
    if (outcome === 'job' || outcome === 'unknown')
      return started < 2 && tryAll(others, { ...state, started: started + 1 })
    if (outcome === 'refused') return started === 2 && tryAll(others, state)
    if (outcome === 'count') return value === started && tryAll(others, state)
    const spent = (10 - value) / 5
    return spent >= paid && spent <= started && tryAll(others, { ...state, paid: spent })
  })
}

test('a list or a balance that no order explains is found: a job that is missing or doubled, a credit lost or given back', () => {
  const job = { began: 0, ended: 1, outcome: 'job' } as const
  const read = (outcome: 'count' | 'balance', value: number, began = 2): LedgerRequest => {
    return { began, ended: began + 0.5, outcome, value }
  }
  for (const fine of [read('count', 1), read('balance', 100), read('balance', 95)])
    expect(findNoOrder([job, fine], 1, TERMS)).toBeUndefined()
  const fault = (what: string, count = 2): string =>
    `no order of ${count} requests explains their answers: after 1 jobs one came to "${what}"`
  expect(findNoOrder([job, read('count', 0)], 1, TERMS)).toBe(fault('count 0'))
  expect(findNoOrder([job, read('count', 2)], 1, TERMS)).toBe(fault('count 2'))
  expect(findNoOrder([job, read('balance', 90)], 1, TERMS)).toBe(fault('balance 90'))
  expect(findNoOrder([job, read('balance', 95), read('balance', 100, 3)], 1, TERMS)).toBe(fault('balance 100', 3))
  expect(findNoOrder([job, { began: 2, ended: 3, outcome: 'refused' }], 1, TERMS)).toBe(fault('refused'))
  // Read while the job was started: either will do, but not the one after the other.
  for (const value of [0, 1]) expect(findNoOrder([job, read('count', value, 0.1)], 1, TERMS)).toBeUndefined()
  expect(findNoOrder([job, read('count', 1, 0.1), read('count', 0, 0.8)], 1, TERMS)).toBe(fault('count 0', 3))
})
