import { type ChildProcess, spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { load } from './load.ts'

/**
 * Our server with everything on against bare node:http, interleaved so that both meet the same machine, as ratios of
 * medians. `--gate` fails below half of bare; `--rounds` and `--seconds` make it shorter or longer.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '1' },
    gate: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const duration = Number(values.seconds) * 1000
const connections = 64
const WARM_UP_MS = 5000

const ours = ['mocks/cli/main.ts', 'serve', 'seek', '--scenario', 'bench/unlimited.yaml', '--port', '0', '--json']
const both = ['mocks/cli/main.ts', 'serve', 'seek', 'seal', '--port', '0', '--json']
const key = 'x-api-key: sk_live_bench'
const input = JSON.stringify({ profile_url: 'https://linkedin.com/in/example', priority: 'normal' })
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${key}\r\n\r\n`
const post = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${key}\r\ncontent-type: application/json\r\ncontent-length: ${input.length}\r\n\r\n${input}`

const mock = await start(ours)
const me = await (
  await fetch(`http://127.0.0.1:${mock.port}/v1/me`, { headers: { 'x-api-key': 'sk_live_bench' } })
).text()
const job =
  '{"job_uuid":"job_a1b2c3d4e5f6","status":"queued","worker":"linkedin-profile","cost_estimate_credits":5,"created_at":"2026-03-16T10:00:00Z"}'
const bare = await start(['bench/bare.ts', me, job])

const cases = [
  { name: 'GET /v1/me', aim: 0.8, request: get('/v1/me'), status: 200 },
  { name: 'POST job', aim: 0.65, request: post('/v1/workers/linkedin-profile/jobs'), status: 202 },
]
const results: Array<{ name: string; unit: string; bare: number; ours: number; ratio: number; aim: number }> = []
for (const { name, aim, request, status } of cases) {
  const figures = { bare: [] as number[], ours: [] as number[] }
  const run = (port: number, time = duration): Promise<number> =>
    load({ port, request, status, connections, duration: time })
  // Both are measured as they run in a long session: compiled by the engine's optimiser.
  await run(bare.port, WARM_UP_MS)
  await run(mock.port, WARM_UP_MS)
  for (let round = 0; round < rounds; round++) {
    figures.bare.push(await run(bare.port))
    // Each round begins with an empty session, as a test does.
    await reset(mock.port)
    figures.ours.push(await run(mock.port))
  }
  results.push({
    name,
    unit: 'req/s',
    bare: median(figures.bare),
    ours: median(figures.ours),
    ratio: median(figures.ours) / median(figures.bare),
    aim,
  })
}
mock.child.kill()
bare.child.kill()

const ready = { bare: [] as number[], ours: [] as number[] }
for (let round = 0; round <= rounds; round++) {
  const one = await start(['bench/bare.ts'])
  one.child.kill()
  const two = await start(both)
  two.child.kill()
  // The first of each warms the compile cache.
  if (round === 0) continue
  ready.bare.push(one.time)
  ready.ours.push(two.time)
}
results.push({
  name: 'ready: serve seek seal',
  unit: 'ms',
  bare: median(ready.bare),
  ours: median(ready.ours),
  ratio: median(ready.ours) / median(ready.bare),
  aim: 3,
})

if (values.json) {
  console.log(JSON.stringify(results))
} else {
  console.log(`medians of ${rounds} interleaved rounds, ${connections} connections, node ${process.version}`)
  for (const { name, unit, bare: limit, ours: own, ratio, aim } of results) {
    console.log(
      `${name.padEnd(24)} bare ${limit.toFixed(0).padStart(6)} ${unit}  sparring ${own.toFixed(0).padStart(6)} ${unit}  ratio ${ratio.toFixed(2)} (aim ${aim})`,
    )
  }
}
const slow = results.filter(({ unit, ratio }) => unit === 'req/s' && ratio < 0.5)
if (values.gate && slow.length > 0) {
  console.error(
    `Too slow: ${slow.map(({ name, ratio }) => `${name} at ${ratio.toFixed(2)} of bare node:http`).join(', ')}; the gate is 0.5.`,
  )
  process.exitCode = 1
}

interface Started {
  readonly child: ChildProcess
  readonly port: number
  /** ms from spawn to the ready line. */
  readonly time: number
}

async function reset(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/__sparring/reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  if (!answer.ok) throw new Error(`The session could not be reset: ${answer.status} ${await answer.text()}`)
}

function start(args: readonly string[]): Promise<Started> {
  const began = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let text = ''
    child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code} before it was ready.`)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (!text.includes('\n')) return
      const line = JSON.parse(text.split('\n')[0]!) as { port?: number; url?: string }
      resolve({ child, port: line.port ?? Number(new URL(line.url!).port), time: performance.now() - began })
    })
  })
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)]!
}
