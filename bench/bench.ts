import { parseArgs } from 'node:util'
import { load } from './load.ts'
import { cases, connections, ours, WARM_UP_MS } from './requests.ts'
import { median, reset, start } from './server.ts'

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
const both = ['mocks/cli/main.ts', 'serve', 'seek', 'seal', '--port', '0', '--json']

const mock = await start(ours)
const me = await (
  await fetch(`http://127.0.0.1:${mock.port}/v1/me`, { headers: { 'x-api-key': 'sk_live_bench' } })
).text()
const job =
  '{"job_uuid":"job_a1b2c3d4e5f6","status":"queued","worker":"linkedin-profile","cost_estimate_credits":5,"created_at":"2026-03-16T10:00:00Z"}'
const bare = await start(['bench/bare.ts', me, job])

const results: Array<{ name: string; unit: string; bare: number; ours: number; ratio: number; aim: number }> = []
for (const { name, aim, request, status } of cases) {
  const figures = { bare: [] as number[], ours: [] as number[] }
  const run = (port: number, time = duration): Promise<number> =>
    load({ port, request, status, connections, duration: time })
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
