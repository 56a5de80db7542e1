import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { load } from './load/load.ts'
import { connections, getMe, submitJob } from './load/requests.ts'
import { reset, start, type Started } from './load/server.ts'
import { processorTime } from './measure/processor.ts'
import { ratioOf } from './measure/stats.ts'
import { inTurn } from './measure/turns.ts'
import { NODE_WARM_UP } from './peers/peers.ts'

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

const cases = [
  { name: 'GET /v1/me', request: getMe, status: 200 },
  { name: 'POST job', request: submitJob, status: 202 },
]

interface Figures {
  /** ms of real time a request. */
  readonly real: number[]
  /** ms of the processor's time a request, which others on the machine hardly lengthen. */
  readonly cpu: number[]
}

const scenario = resolve(import.meta.dirname, 'documents/unlimited.yaml')
const command = ['mocks/cli/main.ts', 'serve', values.document, '--scenario', scenario, '--port', '0', '--json']
const here = await start(command)
const there = await start(command, { cwd: values.against })
console.log(`${rounds} paired rounds, ${connections} connections, node ${process.version}; ratios are here by there`)
for (const { name, request, status } of cases) {
  const measure = async ({ port, pid }: Started, figures?: Figures): Promise<void> => {
    await reset(port)
    const used = processorTime(pid)
    const time = figures ? duration : NODE_WARM_UP
    const { rate, requests } = await load({ port, requests: [request], status, connections, duration: time })
    figures?.real.push(1000 / rate)
    figures?.cpu.push((processorTime(pid) - used) / requests)
  }
  await measure(here)
  await measure(there)
  const sides = [
    { server: here, figures: { real: [], cpu: [] } as Figures },
    { server: there, figures: { real: [], cpu: [] } as Figures },
  ]
  for (let round = 0; round < rounds; round++) {
    for (const { server, figures } of inTurn(sides, round)) await measure(server, figures)
  }
  for (const clock of ['real', 'cpu'] as const) {
    const { ratio, from, to } = ratioOf(sides[0]!.figures[clock], sides[1]!.figures[clock])
    console.log(
      `${name.padEnd(12)} ${clock.padEnd(4)} ${ratio.toFixed(3)}  90 %: ${from.toFixed(3)} to ${to.toFixed(3)}`,
    )
  }
}
await Promise.all([here.stop(), there.stop()])
