import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { load } from './load.ts'
import { cases, connections, ours, WARM_UP_MS } from './requests.ts'
import { reset, start, type Started } from './server.ts'

/**
 * This checkout against another one, in paired rounds: what a request costs here, as a ratio of what it costs there. Each
 * round measures both, every other round in the other order, so that other load on the machine slows both alike.
 *
 * Where the document has changed too, `--document FILE` has both serve the same one.
 *
 *     git worktree add --detach /tmp/before COMMIT && ln -s "$PWD/node_modules" /tmp/before/node_modules
 *     node bench/compare.ts --against /tmp/before
 */
const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    document: { type: 'string', default: 'seek' },
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '1' },
  },
})
if (values.against === undefined) throw new Error('Name the folder of the other checkout: --against DIR.')
const rounds = Number(values.rounds)
const duration = Number(values.seconds) * 1000

/** `USER_HZ` of Linux: what `/proc` counts in. */
const TICK_MS = 10

/** Student's t for 90 % and some 15 rounds; for more it is a little less. */
const T_90 = 1.76

interface Figures {
  /** ms of real time a request. */
  readonly real: number[]
  /** ms of the processor's time a request, which others on the machine hardly lengthen. */
  readonly cpu: number[]
}

const command = ours.map((word) => (word === 'seek' ? values.document : word))
const here = await start(command)
const there = await start(command, values.against)
console.log(`${rounds} paired rounds, ${connections} connections, node ${process.version}; ratios are here by there`)
for (const { name, request, status } of cases) {
  const measure = async ({ port, child }: Started, figures?: Figures): Promise<void> => {
    await reset(port)
    const [used, began] = [cpuOf(child.pid!), performance.now()]
    const rate = await load({ port, request, status, connections, duration: figures ? duration : WARM_UP_MS })
    const count = (rate * (performance.now() - began)) / 1000
    figures?.real.push(1000 / rate)
    figures?.cpu.push((cpuOf(child.pid!) - used) / count)
  }
  await measure(here)
  await measure(there)
  const sides = [
    { server: here, figures: { real: [], cpu: [] } as Figures },
    { server: there, figures: { real: [], cpu: [] } as Figures },
  ]
  for (let round = 0; round < rounds; round++) {
    for (const { server, figures } of round % 2 === 0 ? sides : sides.toReversed()) await measure(server, figures)
  }
  for (const clock of ['real', 'cpu'] as const) {
    const { ratio, from, to } = ratioOf(sides[0]!.figures[clock], sides[1]!.figures[clock])
    console.log(
      `${name.padEnd(12)} ${clock.padEnd(4)} ${ratio.toFixed(3)}  90 %: ${from.toFixed(3)} to ${to.toFixed(3)}`,
    )
  }
}
here.child.kill()
there.child.kill()

/** ms of the processor's time that a process has used so far; not a number where the system has no `/proc`. */
function cpuOf(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13)
    return (Number(user) + Number(system)) * TICK_MS
  } catch {
    return Number.NaN
  }
}

/** The mean of the ratios of pairs, and the interval that has it with a probability of 90 % (Student's t, of logarithms). */
function ratioOf(left: readonly number[], right: readonly number[]): Record<'ratio' | 'from' | 'to', number> {
  const logs = left.map((value, index) => Math.log(value / right[index]!))
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1)
  const reach = T_90 * Math.sqrt(variance / logs.length)
  return { ratio: Math.exp(mean), from: Math.exp(mean - reach), to: Math.exp(mean + reach) }
}
