import { expect, test } from 'vitest'
import type { Facts } from '../../../mocks/engine/session/journal/facts.ts'
import { judge } from '../../../mocks/verdict/judge.ts'
import { processorTime } from '../../support/data/processor-time.ts'
import { manyExchanges, REFUSED } from '../../support/verdict/many.ts'

const COUNT = 100_000
const usual = manyExchanges(COUNT)

/** Processor time in ms that judging takes at the least. */
async function timeOf(shape: (exchange: Facts, index: number) => Facts): Promise<number> {
  const evidence = await usual
  const exchanges = evidence.exchanges.map(shape)
  const times: number[] = []
  for (let round = 0; round < 3; round++) {
    times.push(processorTime(() => judge({ ...evidence, exchanges })))
  }
  return Math.min(...times)
}

test.each<[name: string, shape: (exchange: Facts, index: number) => Facts]>([
  ['of all kinds', (exchange) => exchange],
  ['that are all refused', (exchange) => ({ ...exchange, ...REFUSED, answerHeaders: [] })],
  ['of workers that send at once', (exchange) => ({ ...exchange, ...REFUSED, delivered: exchange.delivered! + 60 })],
  ['that are polls of one job', (exchange) => ({ ...exchange, jobs: ['job_1'], isJobOver: true, method: 'GET' })],
])('a hundred thousand exchanges %s are judged within two seconds', async (_, shape) => {
  expect(await timeOf(shape)).toBeLessThan(2000)
})

test('a hundred thousand refusals that are ignored, with fifty thousand findings, are judged within three seconds', async () => {
  expect(await timeOf((exchange) => ({ ...exchange, ...REFUSED }))).toBeLessThan(3000)
})
