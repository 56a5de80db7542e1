import { beforeAll, expect, test } from 'vitest'
import type { Facts } from '../../../mocks/engine/session/journal/facts.ts'
import { EXPECTATIONS, type Expectation } from '../../../mocks/spec/conduct/conduct.ts'
import { expectationBreaches } from '../../../mocks/verdict/expect/expectations.ts'
import { judge } from '../../../mocks/verdict/judge.ts'
import { createView } from '../../../mocks/verdict/view.ts'
import { processorTime } from '../../support/data/processor-time.ts'
import { manyExchanges, REFUSED } from '../../support/verdict/many.ts'

const COUNT = 50_000
let usual: readonly Facts[]
beforeAll(async () => {
  usual = (await manyExchanges(COUNT)).exchanges
}, 120_000)

type Shape = (exchange: Facts, index: number) => Facts

const SHAPES: ReadonlyArray<[name: string, shape: Shape]> = [
  ['as they are usual', (exchange) => exchange],
  ['that are all refused', (exchange) => ({ ...exchange, ...REFUSED })],
  [
    'of workers that send different things at once',
    (exchange, index) => ({
      ...exchange,
      ...REFUSED,
      method: 'POST',
      identity: `request ${index}`,
      body: new TextEncoder().encode(`{"number":${index}}`),
      delivered: exchange.delivered! + 60,
    }),
  ],
  [
    'that are given up',
    (exchange, index) => ({
      ...exchange,
      identity: `request ${index}`,
      status: undefined,
      aborted: true,
      delivered: undefined,
      end: { clock: exchange.start.clock + 600, host: exchange.start.host + 600 },
    }),
  ],
  ['that start a job each', (exchange, index) => ({ ...exchange, jobs: [`job_${index}`] })],
]

const NOTHING = {
  operations: undefined,
  about: undefined,
  status: undefined,
  played: false,
  header: undefined,
  wait: undefined,
  for: undefined,
  after: undefined,
  times: undefined,
  webhook: undefined,
}

test.each(SHAPES)('expectations of fifty thousand exchanges %s are judged within 1.5 seconds a kind', (_, shape) => {
  const exchanges = usual.map(shape)
  const { vendor } = exchanges[0]!
  const expectations = EXPECTATIONS.flatMap((kind): readonly Expectation[] => [
    { ...NOTHING, kind, operations: new Set(vendor.operations.keys()), wait: 9000, after: 1000, times: 5 },
    { ...NOTHING, kind, operations: new Set(vendor.operations.keys()), status: 429, header: 'retry-after', times: 5 },
  ])
  const slow = expectations.flatMap((expectation) => {
    const view = createView({ vendor, exchanges, deliveries: [], isOver: true, now: 0, jobEnd: () => undefined })
    const spent = processorTime(() => [...expectationBreaches(view, [expectation])])
    return spent > 1500 ? [`${expectation.kind} ${Math.round(spent)} ms`] : []
  })
  expect(slow).toEqual([])
})

test.each<[name: string, shape: Shape]>([
  ['that are given up', SHAPES[3]![1]],
  ['that start a job each', SHAPES[4]![1]],
  ['of workers that send different things at once', SHAPES[2]![1]],
  [
    'to paths that nobody knows',
    (exchange, index) => ({ ...exchange, operation: undefined, status: 404, path: `/v1/wrokers/${index}` }),
  ],
  [
    'that poll jobs which are not there',
    (exchange) => ({ ...exchange, status: 404, method: 'GET', identity: exchange.jobs[0] }),
  ],
  [
    'that meet dead credentials',
    (exchange) => ({ ...exchange, status: 401, stage: 'authenticate' as const, delivered: undefined }),
  ],
])('fifty thousand exchanges %s are judged within three seconds', (_, shape) => {
  const exchanges = usual.map(shape)
  const evidence = { session: 'default', exchanges, deliveries: [], breaches: [], isOver: true, settings: new Map() }
  expect(Math.min(...[1, 2].map(() => processorTime(() => judge(evidence))))).toBeLessThan(3000)
})
