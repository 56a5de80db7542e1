import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMAND, project, root } from '../../support/processes/cli.ts'

const page = readFileSync(`${root}docs/ci.md`, 'utf8')
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code!)
const block = (text: string): string => blocks.find((code) => code.includes(text))!
const hasJq = spawnSync('jq', ['--version']).status === 0

/** Runs a block of the page in an empty folder, with the command of the clone in place of the package's. */
function run(code: string, suite = 'true') {
  const port = 20_000 + (process.pid % 20_000)
  const script = code
    .replaceAll('npx sparring', `${JSON.stringify(process.execPath)} ${JSON.stringify(COMMAND)}`)
    .replaceAll('npm test', suite)
    .replaceAll(
      'node client.mts',
      `${JSON.stringify(process.execPath)} ${JSON.stringify(`${root}examples/ci/client.mts`)}`,
    )
    .replaceAll('4010', String(port))
  const ran = spawnSync('bash', ['-c', script], { cwd: project({}), encoding: 'utf8', timeout: 120_000 })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

test('the line to paste runs the tests beside a server, and ends as they do', () => {
  const ran = run(blocks[0]!, `sh -c 'curl -s "$SPARRING_SEEK_URL/v1/me/credits" -H "x-api-key: $SEEKAPI_KEY"; exit 3'`)
  expect(JSON.parse(ran.out)).toMatchObject({ balance: 10 })
  expect([ran.code, ran.err]).toEqual([
    3,
    'sparring: 1 request\nsparring: no findings\nsparring: exit code 3, that of sh\n',
  ])
})

test('the server in the background is ready for the tests, and gone after the last line', () => {
  const ran = run(block('shutdown'), `curl -s http://127.0.0.1:4010/v1/me -H 'x-api-key: sk_live_any'; echo`)
  const [me, stopping] = ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  expect(me).toMatchObject({ plan: 'free' })
  expect(stopping).toEqual({ status: 'stopping' })
  expect(ran.code).toBe(0)
})

test('one variable steers every mock of a run, scenario by scenario', () => {
  const ran = run(
    block('for scenario in seek/'),
    `sh -c 'echo "$SPARRING_SCENARIO"; test "$SPARRING_SCENARIO" = seek/rate-limited'`,
  )
  expect([ran.code, ran.out]).toEqual([1, 'seek/out-of-credits\nseek/rate-limited\n'])
})

test('the client that runs out of credits ends with the exit code that the page says', () => {
  const ran = run(block('client.mts'))
  expect([ran.code, ran.out.match(/completed 5 credits/g)?.length]).toEqual([0, 2])
  expect(ran.err).toContain('Out of credits: 2 of 3 jobs are submitted. Buy credits, and run the rest again.\n')
})

test.runIf(hasJq)('a loop runs the suite once for each scenario of a vendor', () => {
  const loop = `${block('failed.txt')}cat failed.txt`
  const ran = run(loop, `sh -c 'echo "$SPARRING_SCENARIO"; test "$SPARRING_SCENARIO" != seek/outage'`)
  const played = ran.out.trim().split('\n')
  expect(played.at(-1)).toBe('seek/outage')
  expect(played.slice(0, -1)).toEqual(seekScenarios())
})

test.runIf(hasJq)('the names for a matrix are one line of JSON, with jq and without', () => {
  const [withJq, without] = run(block('names=')).out.trimEnd().split('\n')
  expect(JSON.parse(withJq!.replace('names=', ''))).toEqual(seekScenarios())
  expect(without).toBe(withJq)
})

function seekScenarios(): string[] {
  const files = readdirSync(`${root}scenarios/seek`).filter((file) => file.endsWith('.yaml'))
  return files.map((file) => `seek/${file.replace('.yaml', '')}`).sort()
}
