import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startJobs } from './load/fill.ts'
import { load } from './load/load.ts'
import { connections, getJob, getMe, submitJob, wire } from './load/requests.ts'
import { reset, start, type Started } from './load/server.ts'
import { processorTime } from './measure/processor.ts'
import { ratioOf } from './measure/stats.ts'
import { inTurn } from './measure/turns.ts'
import { NODE_WARM_UP } from './peers/peers.ts'

const HELP = `
node bench/compare.ts [get] [post] [poll] [stream] --against DIR [--document FILE] [--rounds 15] [--seconds 1]

This checkout against another one, in paired rounds: what a request costs here, as a ratio of what it costs there, in
real time and in the processor's time. Each round measures both, every other round in the other order, so that other
load on the machine slows both alike. Without a case: get and post. --document has both serve the same one there.

    git worktree add --detach /tmp/before COMMIT && ln -s "$PWD/node_modules" /tmp/before/node_modules
    node bench/compare.ts --against /tmp/before
`

const { values, positionals } = parseArgs({
  options: {
    against: { type: 'string' },
    document: { type: 'string', default: 'seek' },
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
if (values.help) {
  process.stdout.write(HELP.trimStart())
  process.exit(0)
}
if (values.against === undefined) throw new Error('Name the folder of the other checkout: --against DIR.')
const rounds = Number(values.rounds)
const duration = Number(values.seconds) * 1000

const ours = (file: string): string => resolve(import.meta.dirname, 'documents', file)
const unlimited = [values.document, '--scenario', ours('unlimited.yaml')]

interface Compared {
  readonly title: string
  readonly serve: readonly string[]
  readonly status: number
  readonly requests: (port: number) => Promise<readonly string[]>
}

const CASES: Readonly<Record<string, Compared>> = {
  get: { title: 'GET /v1/me', serve: unlimited, status: 200, requests: () => Promise.resolve([getMe]) },
  post: { title: 'POST job', serve: unlimited, status: 202, requests: () => Promise.resolve([submitJob]) },
  poll: {
    title: 'GET job',
    serve: ['seek', '--scenario', ours('live.yaml')],
    status: 200,
    requests: async (port) => (await startJobs(port, 1000)).map(getJob),
  },
  stream: {
    title: '100 events',
    serve: [ours('work.yaml'), '--pace', '10000'],
    status: 200,
    requests: () => Promise.resolve([wire('POST', '/stream')]),
  },
}

interface Side {
  readonly server: Started
  /** ms of real time a request. */
  readonly real: number[]
  /** ms of the processor's time a request, which others on the machine hardly lengthen. */
  readonly cpu: number[]
}

async function measure({ server, real, cpu }: Side, compared: Compared, time: number): Promise<void> {
  const { pid, port } = server
  await reset(port)
  const requests = await compared.requests(port)
  const used = processorTime(pid)
  const loaded = await load({ port, requests, status: compared.status, connections, duration: time })
  real.push(1000 / loaded.rate)
  cpu.push((processorTime(pid) - used) / loaded.requests)
}

console.log(`${rounds} paired rounds, ${connections} connections, node ${process.version}; ratios are here by there`)
for (const name of positionals.length > 0 ? positionals : ['get', 'post']) {
  const compared = CASES[name]
  if (!compared) throw new Error(`"${name}" is no case. Known: ${Object.keys(CASES).join(', ')}.`)
  const command = ['mocks/cli/main.ts', 'serve', ...compared.serve, '--port', '0', '--json']
  const side = async (cwd: string): Promise<Side> => ({ server: await start(command, { cwd }), real: [], cpu: [] })
  const sides = [await side(process.cwd()), await side(values.against)]
  for (const { server } of sides) await measure({ server, real: [], cpu: [] }, compared, NODE_WARM_UP)
  for (let round = 0; round < rounds; round++) {
    for (const one of inTurn(sides, round)) await measure(one, compared, duration)
  }
  for (const clock of ['real', 'cpu'] as const) {
    const { ratio, from, to } = ratioOf(sides[0]![clock], sides[1]![clock])
    const figures = `${ratio.toFixed(3)}  90 %: ${from.toFixed(3)} to ${to.toFixed(3)}`
    console.log(`${compared.title.padEnd(12)} ${clock.padEnd(4)} ${figures}`)
  }
  await Promise.all(sides.map(({ server }) => server.stop()))
}
