import process from 'node:process'
import { judge } from '../mocks/verdict/judge.ts'
import { manyExchanges } from '../test/support/verdict/many.ts'

/**
 * What it takes to judge a session of 100,000 exchanges: medians of some rounds, in ms of real time and of the processor's,
 * which others on the machine do not lengthen. The aim is one second.
 */
const COUNT = 100_000
const ROUNDS = 7

const evidence = await manyExchanges(COUNT)
const rounds: Array<{ readonly real: number; readonly cpu: number }> = []
for (let round = 0; round < ROUNDS; round++) {
  const [began, used] = [performance.now(), process.cpuUsage()]
  const found = judge(evidence)
  const { user, system } = process.cpuUsage(used)
  rounds.push({ real: performance.now() - began, cpu: (user + system) / 1000 })
  if (round === 0) console.log(`${COUNT} exchanges, ${found.length} findings`)
}
for (const clock of ['real', 'cpu'] as const) {
  const times = rounds.map((round) => round[clock])
  const median = times.toSorted((left, right) => left - right)[ROUNDS >> 1]!
  console.log(`${clock.padEnd(4)} first ${times[0]!.toFixed(0)} ms, median ${median.toFixed(0)} ms (aim 1000 ms)`)
}
