import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../../scripts/target/free-port.ts'
import { COMMAND } from '../../support/processes/command.ts'
import { expectLike, runCommands, type Served, startShown, transcript } from '../../support/processes/transcript.ts'

interface Block {
  readonly info: string
  readonly text: string
}

const readme = readFileSync('README.md', 'utf8')
const blocks: Block[] = [...readme.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  info: match[1]!,
  text: match[2]!,
}))

let port = 0
let server: Served | undefined

beforeAll(async () => {
  // The README names the usual port; here any free one stands for it.
  port = await freePort()
})

afterAll(stopServer)

test('this test can run every block of the README', () => {
  expect(blocks.map((block) => block.info)).toEqual([
    'console',
    'console serve',
    'ts test',
    'sh',
    'console serve',
    'console',
    'yaml scenarios/seal/request-rate.yaml',
    'console serve',
    'console',
  ])
})

// Its clock is the real one: three curls that take longer to start than an answer is held do not overlap.
test('the commands of the README print the output that it shows', { timeout: 120_000, retry: 2 }, async () => {
  for (const block of blocks) {
    if (!block.info.startsWith('console') || block.text === '$ npm i -D sparring\n') continue
    if (block.info === 'console serve') await serve(block.text)
    else
      for (const { commands, output } of transcript(block.text)) expectLike(await runCommands(commands, port), output)
  }
})

test('the test of the README passes', { timeout: 120_000 }, () => {
  const folder = 'node_modules/.cache/sparring-readme'
  mkdirSync(folder, { recursive: true })
  const source = blocks.find((block) => block.info === 'ts test')!.text
  writeFileSync(`${folder}/readme.test.ts`, source)
  writeFileSync(
    `${folder}/vitest.config.ts`,
    `export default { resolve: { conditions: ['sparring-source'] }, ssr: { resolve: { conditions: ['sparring-source'] } }, test: { root: ${JSON.stringify(process.cwd())}, include: ['${folder}/*.test.ts'], exclude: [], server: { deps: { external: [/\\/mocks\\//] } } } }`,
  )
  const result = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', `${folder}/vitest.config.ts`],
    {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    },
  )
  rmSync(folder, { recursive: true })
  expect(result.stdout + result.stderr).toContain('1 passed')
  expect(result.status).toBe(0)
  const lines = source.split('\n').filter((line) => line !== '')
  expect(lines.length).toBeLessThanOrEqual(15)
})

test('the line for CI runs a command beside a server, and ends as it does', { timeout: 120_000 }, () => {
  const command = `node -e 'console.log(process.env.SPARRING_SEEK_URL, process.env.SEEKAPI_KEY); process.exit(4)'`
  const line = blocks.find((block) => block.info === 'sh')!.text
  const code = line.replace('npx sparring', `"${process.execPath}" "${COMMAND}"`).replace('npm test', command)
  const { status, stdout } = spawnSync('bash', ['-c', code], { encoding: 'utf8' })
  expect(status).toBe(4)
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/seek sk_live_sparring00main\n$/)
})

test('the scenario in the README is the one in the catalogue', () => {
  const block = blocks.find((entry) => entry.info.startsWith('yaml '))!
  expect(readFileSync(block.info.slice('yaml '.length), 'utf8')).toBe(block.text)
})

test('the links of the README lead to existing files', () => {
  for (const [, target] of readme.matchAll(/\]\(([^)#]+)\)/g)) expect(() => readFileSync(target!), target).not.toThrow()
})

async function serve(text: string): Promise<void> {
  await stopServer()
  const [first, ...rest] = text.trimEnd().split('\n') as [string, ...string[]]
  server = await startShown(first.slice(2), port)
  expectLike(server.printed, `${rest.join('\n')}\n`)
}

async function stopServer(): Promise<void> {
  await server?.stop()
  server = undefined
}
