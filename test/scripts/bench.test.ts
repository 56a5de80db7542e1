import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Measured, Target } from '../../bench/cases/case.ts'
import { cases } from '../../bench/cases/cases.ts'
import { load } from '../../bench/load/load.ts'
import { getMe, wire } from '../../bench/load/requests.ts'
import { isHopeless, isNoisy, judgeTarget } from '../../bench/measure/judge-target.ts'
import { median, ratioOf, summarize } from '../../bench/measure/stats.ts'
import { readProfile } from '../../bench/profile/read.ts'
import { failedOutcome, outcomeOf, type Results } from '../../bench/report/outcome.ts'
import { markdown, terminalLines } from '../../bench/report/write.ts'

test('the median of the rounds counts, not a disturbed one', () => {
  expect([median([3, 1, 900]), median([1, 2, 3, 10])]).toEqual([3, 2.5])
  expect(summarize([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 })
})

test('a slowdown of both sides of a pair does not change their ratio', () => {
  const { ratio, from, to } = ratioOf([50, 5, 500], [100, 10, 1000])
  for (const bound of [ratio, from, to]) expect(bound).toBeCloseTo(0.5, 10)
})

test('the interval of a ratio is wider if rounds differ more, and unbounded after one round', () => {
  const calm = ratioOf([90, 91, 92, 90], [100, 100, 101, 100])
  const wild = ratioOf([90, 40, 160, 90], [100, 100, 101, 100])
  expect(calm.to - calm.from).toBeLessThan(0.05)
  expect(wild.to - wild.from).toBeGreaterThan(0.5)
  expect(ratioOf([90], [100])).toMatchObject({ from: 0, to: Infinity })
})

const measured = (sparring: readonly number[], bare: readonly number[], processor = false): Measured => ({
  sides: [
    { name: 'sparring', samples: sparring, ...(processor && { processor: sparring.map((rate) => 1e6 / rate) }) },
    { name: 'bare', samples: bare, ...(processor && { processor: bare.map((rate) => 1e6 / rate) }) },
    { name: 'prism', samples: [], skipped: 'It is not installed.' },
  ],
})
const least = (bound: number): Target => ({ against: 'bare', least: bound })

test('a target is met, missed, or not measured', () => {
  const figures = measured([90, 91, 90], [100, 100, 100])
  expect(judgeTarget(least(0.9), figures).verdict).toBe('met')
  expect(judgeTarget(least(0.95), figures).verdict).toBe('missed')
  expect(judgeTarget({ against: 'bare', most: 0.95 }, figures).verdict).toBe('met')
  const wild = measured([90, 40, 160], [100, 100, 100])
  expect(judgeTarget(least(0.95), wild).verdict).toBe('met by the interval')
  expect(judgeTarget({ against: 'bare', most: 0.7 }, wild).verdict).toBe('met by the interval')
  expect(judgeTarget(least(0.95), measured([90], [100])).verdict).toBe('missed')
  expect(judgeTarget({ against: 'prism', least: 1 }, figures).verdict).toBe('not measured')
  expect(judgeTarget({ side: 'nobody', against: 'bare', least: 1 }, figures).verdict).toBe('not measured')
  expect(judgeTarget({ most: 400 }, { sides: [{ name: 'sparring', samples: [434] }] })).toMatchObject({
    value: 434,
    verdict: 'missed',
  })
})

test('a gate fails below half of a target, if neither chance nor other processes explain it', () => {
  const hopeless = (figures: Measured): boolean => isHopeless(judgeTarget(least(0.9), figures))
  expect(hopeless(measured([40, 41, 40], [100, 100, 100]))).toBe(true)
  expect(hopeless(measured([50, 51, 50], [100, 100, 100]))).toBe(false)
  expect(hopeless(measured([40, 10, 90], [100, 100, 100]))).toBe(false)
  const starved = measured([40, 41, 40], [100, 100, 100])
  const [own, bare] = starved.sides
  const equal = {
    sides: [
      { ...own!, processor: [20, 20, 21] },
      { ...bare!, processor: [19, 20, 20] },
    ],
  }
  expect(hopeless(equal)).toBe(false)
  expect(isHopeless(judgeTarget({ most: 400 }, { sides: [{ name: 'sparring', samples: [4000] }] }))).toBe(false)
})

test('rounds of one side that lie far apart are those of a busy machine', () => {
  expect(isNoisy({ samples: [100, 110, 90] })).toBe(false)
  expect(isNoisy({ samples: [100, 110, 40] })).toBe(true)
  expect(isNoisy({ samples: [100] })).toBe(false)
})

test('each case has a name of its own, and its targets compare sides that are not the same', () => {
  const names = cases.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { targets } of cases)
    for (const { side = 'sparring', against, least, most } of targets) {
      expect(side).not.toBe(against)
      expect([least, most].filter((bound) => bound !== undefined)).toHaveLength(1)
    }
})

test('a case that needs a redis-server is skipped without one, and says so', () => {
  const args = ['bench/bench.ts', 'replicas', 'replicas-post', '--json']
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH: '' } })
  const { cases: found } = JSON.parse(stdout) as Results
  const why = 'no redis-server: run "apt-get install redis-server" (as root)'
  expect(status).toBe(0)
  expect(found.map(({ name, sides }) => [name, sides.map(({ skipped }) => skipped)])).toEqual([
    ['replicas', [why, why, why, why]],
    ['replicas-post', [why, why, why, why]],
  ])
})

test('an unknown case is refused with the names of all', () => {
  const { status, stderr } = spawnSync(process.execPath, ['bench/bench.ts', 'gett'], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toMatch(/^"gett" is no case\.\n\nnpm run bench -- \[CASE …\]/)
  for (const { name, title } of cases) expect(stderr).toContain(`  ${name.padEnd(10)} ${title}`)
})

const [first] = cases
const results: Results = {
  machine: {
    processor: 'A processor',
    cores: 2,
    memory: 8,
    system: 'Linux 6',
    node: 'v24.0.0',
    commit: 'abc',
    load: 3.1,
    at: '2026-03-16T10:00',
  },
  generator: 'wrk',
  rounds: 3,
  duration: 1000,
  peers: { prism: '5.16.0' },
  cases: [
    outcomeOf(
      { ...first!, targets: [least(0.9)] },
      { ...measured([9000, 9100, 9050], [10_000, 10_000, 10_000], true), notes: ['A note.'] },
    ),
    failedOutcome({ ...first!, name: 'other', targets: [least(0.5)] }, 'There is no wrk.'),
  ],
}

test('the results page shows each side’s figures or why there are none, and whether each target is met', () => {
  expect(markdown(results)).toBe(`# Results of the bench

Written by \`npm run bench\`; what the figures mean is in [docs/performance.md](../docs/performance.md).

- A processor, 2 cores, 8 GiB; Linux 6; Node v24.0.0
- commit abc, 2026-03-16 10:00 UTC; load 3.1 at the start; a shared machine, so trust ratios and not figures
- load from wrk
- medians of 3 rounds of 1 s, sides by turns; ± is half of what the rounds lie apart

## Targets

| case | what | target | measured |  |
| --- | --- | --- | --- | --- |
| [\`get\`](#get) | GET with a key and a limit | at least 0.9 × bare | 0.90 (90 %: 0.90 to 0.91), 0.90 by processor | met |
| [\`other\`](#other) | GET with a key and a limit | at least 0.5 × bare |  | not measured |

## get

GET with a key and a limit.

| side | req/s | spread | µs of processor | how |
| --- | --- | --- | --- | --- |
| sparring | 9,050 | ±1 % | 110 |  |
| bare | 10,000 |  | 100 |  |
| prism 5.16.0 | skipped: It is not installed. |  |  |  |

A note.

## other

GET with a key and a limit.

Not measured: There is no wrk.
`)
})

test('a terminal gets the same in lines', () => {
  expect(terminalLines(results.cases[0]!)).toEqual([
    'get: GET with a key and a limit',
    '  sparring            9,050 req/s ±1 %    110 µs of the processor',
    '  bare               10,000 req/s         100 µs of the processor',
    '  prism            skipped: It is not installed.',
    '  met: at least 0.9 × bare: 0.90 (90 %: 0.90 to 0.91), 0.90 by processor',
    '  A note.',
  ])
})

test('the generator of Node sends requests in turn, and refuses another status than it expects', async () => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url!)
    response.writeHead(request.url === '/stream' ? 200 : 404)
    if (request.url === '/stream') for (let part = 0; part < 3; part++) response.write('data: 1\n\n')
    response.end()
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const options = { port, connections: 1, duration: 1 }
  const { requests } = await load({ ...options, requests: [wire('POST', '/stream')], status: 200 })
  expect(requests).toBeGreaterThan(30)
  await load({ ...options, requests: [getMe, wire('GET', '/other')], status: 404 })
  expect(new Set(seen)).toEqual(new Set(['/stream', '/v1/me', '/other']))
  await expect(load({ ...options, requests: [getMe], status: 200 })).rejects.toThrow(
    /^Unexpected answer:\nHTTP\/1\.1 404/,
  )
})

test('a profile is grouped by rooms of the code and by functions, without idle time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparring-profile-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const url = (path: string): string => new URL(path, new URL('../../', import.meta.url)).href
  const frames = [
    ['(idle)', '', -1],
    ['serve', url('mocks/engine/exchange/serve.ts'), 41],
    ['', url('mocks/state/store.ts'), 9],
    ['compile', url('node_modules/@scope/thing/index.js'), 0],
    ['parse', 'node:internal/http', 3],
    ['(garbage collector)', '', -1],
    ['writev', '', -1],
  ] as const
  const file = join(folder, 'a.cpuprofile')
  writeFileSync(
    file,
    JSON.stringify({
      nodes: frames.map(([functionName, place, lineNumber], id) => ({
        id,
        callFrame: { functionName, url: place, lineNumber },
      })),
      samples: [0, 1, 2, 3, 4, 5, 6],
      timeDeltas: [1000, 60, 10, 9, 8, 7, 6],
    }),
  )
  const { total, floors, functions } = readProfile(file)
  expect(total).toBe(100)
  expect([...floors]).toEqual([
    ['mocks/engine/exchange', 60],
    ['mocks/state', 10],
    ['@scope/thing', 9],
    ['node: HTTP, streams, timers', 8],
    ['collecting garbage', 7],
    ['the system: reading, writing, waiting for them', 6],
  ])
  expect([...functions.keys()].slice(0, 3)).toEqual([
    'serve mocks/engine/exchange/serve.ts:42',
    '(unnamed) mocks/state/store.ts:10',
    'compile @scope/thing:1',
  ])
})
