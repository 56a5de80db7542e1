import { mkdirSync, rmSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { startJobs } from '../load/fill.ts'
import { generate, prepare } from '../load/generate.ts'
import { connections, getJob, getMe, listJobs, submitJob, wire, wrongJob } from '../load/requests.ts'
import { start } from '../load/server.ts'
import { processorTime } from '../measure/processor.ts'
import { NODE_WARM_UP } from '../peers/peers.ts'
import { readProfile } from './read.ts'

/**
 * Where the microseconds of one request go: a warm server is asked for some seconds, and its processor's time is shown by rooms
 * of `mocks/` and by functions.
 *
 *     npm run bench:profile -- post
 *     npm run bench:profile -- get --functions 40
 */
const { values, positionals } = parseArgs({
  options: {
    functions: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const bench = resolve(import.meta.dirname, '..')

interface Profiled {
  /** What it serves, in place of Seek in a scenario. */
  readonly serve?: readonly string[]
  readonly scenario?: string
  readonly status: number
  readonly requests: (port: number) => Promise<readonly string[]>
}

const profiled: Readonly<Record<string, Profiled>> = {
  get: { scenario: 'unlimited', status: 200, requests: () => Promise.resolve([getMe]) },
  post: { scenario: 'unlimited', status: 202, requests: () => Promise.resolve([submitJob]) },
  poll: { scenario: 'live', status: 200, requests: async (port) => (await startJobs(port, 1000)).map(getJob) },
  list: {
    scenario: 'live',
    status: 200,
    requests: async (port) => {
      await startJobs(port, 1000)
      return [listJobs]
    },
  },
  limited: { scenario: 'limited', status: 429, requests: () => Promise.resolve([getMe]) },
  invalid: { scenario: 'unlimited', status: 422, requests: () => Promise.resolve([wrongJob]) },
  stream: {
    serve: [join(bench, 'documents/work.yaml'), '--pace', '10000'],
    status: 200,
    requests: () => Promise.resolve([wire('POST', '/stream')]),
  },
}

const [name = 'get'] = positionals
const one = profiled[name]
if (!one) {
  process.stderr.write(`"${name}" cannot be profiled. Known: ${Object.keys(profiled).join(', ')}.\n`)
  process.exit(2)
}

const folder = join(bench, 'node_modules/.cache/profile')
const file = join(folder, `${name}.cpuprofile`)
mkdirSync(folder, { recursive: true })
rmSync(file, { force: true })
process.env['BENCH_PROFILE'] = file
const hook = join(bench, 'profile/hook.ts')
const served = one.serve ?? ['seek', '--scenario', join(bench, 'documents', `${one.scenario}.yaml`)]
const command = ['serve', ...served, '--port', '0', '--json']
const server = await start(['--import', hook, 'mocks/cli/main.ts', ...command])
try {
  const load = prepare({ requests: await one.requests(server.port), status: one.status, connections })
  await generate(load, server.port, NODE_WARM_UP)
  server.child.kill('SIGUSR2')
  const used = processorTime(server.pid)
  const { requests } = await generate(load, server.port, Number(values.seconds) * 1000)
  const each = ((processorTime(server.pid) - used) * 1000) / requests
  server.child.kill('SIGUSR2')
  while (!existsSync(file)) await new Promise((resolve) => void setTimeout(resolve, 100))
  await new Promise((resolve) => void setTimeout(resolve, 500))
  show(each, requests)
} finally {
  await server.stop()
}

/** @param each - µs of the processor's time a request */
function show(each: number, requests: number): void {
  const { total, floors, functions } = readProfile(file)
  const share = (time: number): number => time / total
  if (values.json) {
    const parts = [...floors].map(([floor, time]) => [floor, share(time) * each])
    console.log(JSON.stringify({ case: name, requests, each, floors: Object.fromEntries(parts) }))
    return
  }
  console.log(`${name}: ${requests.toLocaleString('en')} requests, ${each.toFixed(1)} µs of the processor each\n`)
  const line = (time: number, what: string): string =>
    `${(share(time) * each).toFixed(2).padStart(7)} µs ${(share(time) * 100).toFixed(1).padStart(5)} %  ${what}`
  for (const [floor, time] of floors) if (share(time) >= 0.005) console.log(line(time, floor))
  console.log('\nFunctions, without what they call:\n')
  for (const [name, time] of [...functions].slice(0, Number(values.functions))) console.log(line(time, name))
  console.log(`\n${file} opens in the DevTools of a browser.`)
}
