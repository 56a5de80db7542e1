import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { project, root } from './support/cli.ts'

const page = readFileSync(`${root}docs/ci.md`, 'utf8')
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code!)

/** Runs a block of the page in an empty folder, with the command of the clone in place of the package's. */
function run(code: string, suite: string) {
  const port = 20_000 + (process.pid % 20_000)
  const script = code
    .replaceAll('npx sparring', `${JSON.stringify(process.execPath)} ${JSON.stringify(`${root}mocks/cli/main.ts`)}`)
    .replaceAll('npm test', suite)
    .replaceAll('4010', String(port))
  const ran = spawnSync('bash', ['-c', script], { cwd: project({}), encoding: 'utf8', timeout: 15_000 })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

test('the line to paste runs the tests beside a server, and ends as they do', () => {
  const ran = run(blocks[0]!, `sh -c 'curl -s "$SPARRING_SEEK_URL/v1/me/credits" -H "x-api-key: $SEEKAPI_KEY"; exit 3'`)
  expect(JSON.parse(ran.out)).toMatchObject({ balance: 10 })
  expect([ran.code, ran.err]).toEqual([3, 'sparring: 1 request\n'])
})

test('the server in the background is ready for the tests, and gone after the last line', () => {
  const ran = run(blocks[1]!, `curl -s http://127.0.0.1:4010/v1/me -H 'x-api-key: sk_live_any'; echo`)
  const [me, stopping] = ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  expect(me).toMatchObject({ plan: 'free' })
  expect(stopping).toEqual({ status: 'stopping' })
  expect(ran.code).toBe(0)
})

test('one variable steers every mock of a run, scenario by scenario', () => {
  const ran = run(blocks[2]!, `sh -c 'echo "$SPARRING_SCENARIO"; test "$SPARRING_SCENARIO" = seek/rate-limited'`)
  expect([ran.code, ran.out]).toEqual([1, 'seek/out-of-credits\nseek/rate-limited\n'])
})
