import { execFileSync, spawn } from 'node:child_process'
import { globSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start, type Started } from '../load/server.ts'
import { processorTime, residentBytes } from '../measure/processor.ts'
import { startBare } from '../peers/peers.ts'
import type { Bench, Case, Side } from './case.ts'

/** Fresh processes. */

const BUILT = 'dist/cli/main.js'
const SOURCES = 'mocks/cli/main.ts'
const BARE = 'node:http, that answers a constant'
const FIVE = ['seek', 'seal', 'seamless', 'seclai', 'sequentum']

/** Builds the package where its build is older than its sources. */
export function ensureBuilt({ progress }: Bench): void {
  const sources = ['mocks/**/*.ts', 'specs/**/*.yaml', 'scenarios/**/*.yaml', 'scripts/build-*.ts']
  const newest = Math.max(...globSync(sources).map((file) => statSync(file).mtimeMs))
  if ((statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= newest) return
  progress('builds the package first')
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'ignore' })
}

interface Starter {
  readonly name: string
  readonly how: string
  readonly start: () => Promise<Started>
}

const serve =
  (main: string, vendors: readonly string[]): (() => Promise<Started>) =>
  () =>
    start([main, 'serve', ...vendors, '--port', '0', '--json'])

const starters: readonly Starter[] = [
  { name: 'bare', how: BARE, start: () => startBare({ GET: [200, '{}'] }) },
  { name: 'sparring', how: 'the built package, one vendor', start: serve(BUILT, ['seek']) },
  { name: 'five vendors', how: 'the built package, all its vendors', start: serve(BUILT, FIVE) },
  { name: 'sources', how: 'the sources, one vendor', start: serve(SOURCES, ['seek']) },
  { name: 'sources, five', how: 'the sources, all vendors', start: serve(SOURCES, FIVE) },
]

const startCase: Case = {
  name: 'start',
  title: 'Start of a server, to its first answer',
  unit: 'ms',
  run: 'usual',
  targets: [
    { against: 'bare', most: 2 },
    { side: 'five vendors', against: 'bare', most: 2.5 },
  ],
  measure: async (bench) => {
    ensureBuilt(bench)
    const figures = starters.map(() => ({ samples: [] as number[], processor: [] as number[] }))
    // The first of each fills the compile cache.
    for (let round = -1; round < bench.rounds; round++) {
      for (const [index, one] of starters.entries()) {
        const began = performance.now()
        const server = await one.start()
        await askOnce(server.port)
        const time = performance.now() - began
        const used = processorTime(server.pid) * 1000
        await server.stop()
        if (round === -1) continue
        figures[index]!.samples.push(time)
        figures[index]!.processor.push(used)
      }
      bench.progress(round === -1 ? 'the compile cache is filled' : `round ${round + 1} of ${bench.rounds}`)
    }
    return { sides: starters.map(({ name, how }, index) => ({ name, how, ...figures[index]! })) }
  },
}

async function askOnce(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/seek/v1/me`, { headers: { 'x-api-key': 'sk_live_bench' } })
  await answer.text()
}

const programs: ReadonlyArray<{ readonly name: string; readonly how: string; readonly text: string }> = [
  {
    name: 'by hand',
    how: 'MSW and one handler by hand',
    text: `import { getResponse, http, HttpResponse } from 'msw'
      const answer = await getResponse([http.get('https://api.seek-api.com/v1/me', () => HttpResponse.json({ id: 1 }))],
        new Request('https://api.seek-api.com/v1/me'))`,
  },
  {
    name: 'sparring',
    how: 'the built package, `mock.fetch`, one vendor',
    text: `import { createMock } from './dist/index.js'
      const answer = await createMock({ vendors: ['seek'] }).fetch('https://api.seek-api.com/v1/me',
        { headers: { 'x-api-key': 'sk_live_bench' } })`,
  },
  {
    name: 'with MSW',
    how: 'the built package through `getResponse`, one vendor',
    text: `import { getResponse } from 'msw'
      import { createMock } from './dist/index.js'
      const answer = await getResponse([...createMock({ vendors: ['seek'] }).handlers],
        new Request('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_bench' } }))`,
  },
]

const first: Case = {
  name: 'first',
  title: 'A fresh process, to the first answer in it',
  unit: 'ms',
  run: 'usual',
  targets: [],
  measure: async (bench) => {
    ensureBuilt(bench)
    const samples = programs.map(() => [] as number[])
    for (let round = -1; round < bench.rounds; round++) {
      for (const [index, { text }] of programs.entries()) {
        const time = await timed(`${text}\nif (!answer.ok) throw new Error(String(answer.status))\nprocess.exit()`)
        if (round >= 0) samples[index]!.push(time)
      }
    }
    return { sides: programs.map(({ name, how }, index) => ({ name, how, samples: samples[index]! })) }
  },
}

/** ms that a process takes to run a program. */
function timed(program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const options = ['--input-type=module', '-e', program]
    const child = spawn(process.execPath, options, { stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('close', (code) =>
      code === 0 ? resolve(performance.now() - began) : reject(new Error(`A fresh process ended with ${code}.`)),
    )
  })
}

const idle: Case = {
  name: 'idle',
  title: 'Memory of a server after its first answer',
  unit: 'MB',
  run: 'usual',
  targets: [],
  measure: async (bench) => {
    ensureBuilt(bench)
    const sides: Side[] = []
    for (const { name, how, start: open } of starters.slice(0, 3)) {
      const samples: number[] = []
      for (let round = 0; round < 3; round++) {
        const server = await open()
        await askOnce(server.port)
        samples.push(residentBytes(server.pid) / 1e6)
        await server.stop()
      }
      sides.push({ name, how, samples })
    }
    return { sides }
  },
}

const CONSUMER_TESTS = 200

/** A test file of a project: so many small tests, each with a request of its own. */
const consumers: ReadonlyArray<{ readonly name: string; readonly how: string; readonly head: string }> = [
  {
    name: 'by hand',
    how: 'MSW and a handler by hand',
    head: `import { http, HttpResponse } from 'msw'
const handlers = [http.get('https://api.seek-api.com/v1/me', () => HttpResponse.json({ plan: 'free' }))]`,
  },
  {
    name: 'sparring',
    how: 'the built package, reset before each test',
    head: `import { createMock } from '../../../../dist/index.js'
const mock = createMock({ vendors: ['seek'] })
const handlers = mock.handlers
beforeEach(() => mock.reset())`,
  },
]

const consumer: Case = {
  name: 'consumer',
  title: `\`npm test\` of a project with ${CONSUMER_TESTS} small tests`,
  unit: 's',
  run: 'long',
  targets: [],
  measure: async (bench) => {
    ensureBuilt(bench)
    const folders = consumers.map(({ name, head }) => {
      const folder = join('bench/node_modules/.cache', `consumer-${name.replace(' ', '-')}`)
      mkdirSync(folder, { recursive: true })
      writeFileSync(
        join(folder, 'small.test.js'),
        `import { setupServer } from 'msw/node'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
${head}
const server = setupServer(...handlers)
beforeAll(() => server.listen())
afterAll(() => server.close())
test.each(Array.from({ length: ${CONSUMER_TESTS} }, (_, index) => index))('small test %i', async () => {
  const answer = await fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_bench' } })
  expect((await answer.json()).plan).toBe('free')
})
`,
      )
      writeFileSync(join(folder, 'vitest.config.js'), "export default { test: { include: ['*.test.js'] } }\n")
      return folder
    })
    const samples = folders.map(() => [] as number[])
    for (let round = -1; round < Math.min(bench.rounds, 5); round++) {
      for (const [index, folder] of folders.entries()) {
        const began = performance.now()
        execFileSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--root', folder], { stdio: 'ignore' })
        if (round >= 0) samples[index]!.push((performance.now() - began) / 1000)
      }
      bench.progress(`round ${round + 1}`)
    }
    return { sides: consumers.map(({ name, how }, index) => ({ name, how, samples: samples[index]! })) }
  },
}

export const startCases: readonly Case[] = [startCase, first, idle, consumer]
