import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMAND, finished, project, type Ran, root } from '../../support/processes/cli.ts'

/** The command of the clone in place of the package's. */
const env = {
  ...process.env,
  SPARRING: `${process.execPath} ${COMMAND}`,
  PYTHONDONTWRITEBYTECODE: '1',
  CI: '1',
}

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0

/** A copy of a recipe, with one file changed. */
function recipe(
  language: string,
  change?: readonly [file: string, ...replaced: ReadonlyArray<readonly [string, string]>],
) {
  const folder = project({})
  cpSync(`${root}examples/recipes/${language}`, folder, { recursive: true })
  if (change) {
    const [file, ...replaced] = change
    let text = readFileSync(`${folder}/${file}`, 'utf8')
    for (const [before, after] of replaced) {
      expect(text).toContain(before)
      text = text.replace(before, () => after)
    }
    writeFileSync(`${folder}/${file}`, text)
  }
  return folder
}

const run = (cwd: string, command: string, ...args: string[]): Promise<Ran> =>
  finished(spawn(command, args, { cwd, env }))

/** What a client is told that goes on after a 402. */
const FINDING = /submitJob asked for credits once more after 5 had been refused/

const TIMEOUT = { timeout: 120_000 }

/** Only after a while is it sure that a client which opens a new connection has read the answer before. */
const PAUSE = '__import__("time").sleep(0.1)'

/** A client of Python that goes on after the 402, and raises the same error in the end. */
const CARELESS = [
  'seek_client.py',
  ['jobs = []', 'jobs, error = [], None'],
  ['except urllib.error.HTTPError as error:', 'except urllib.error.HTTPError as refused:'],
  ['with error:', 'with refused:'],
  ['if error.code', 'if refused.code'],
  ['raise OutOfCredits(', `${PAUSE}\n                error = OutOfCredits(`],
  ['        return jobs', '        if error:\n            raise error\n        return jobs'],
] as const

const PYTHON = has('python3', '--version')

test.runIf(PYTHON)('Python: unittest runs against a server, and a finding fails the test', TIMEOUT, async () => {
  const good = await run(recipe('python'), 'python3', '-m', 'unittest', '--verbose')
  expect(good.err).toMatch(/Ran 3 tests in .*\n\nOK\n$/)
  expect(good.code).toBe(0)
  const bad = await run(recipe('python', CARELESS), 'python3', '-m', 'unittest')
  expect(bad.err).toMatch(/FAILED \(failures=1\)/)
  expect(bad.err).toMatch(FINDING)
})

test.runIf(PYTHON && has('python3', '-c', 'import pytest'))(
  'Python: the fixtures of conftest.py serve pytest, and a finding fails the test',
  TIMEOUT,
  async () => {
    const pytest = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test_with_pytest.py']
    const good = await run(recipe('python'), 'python3', ...pytest)
    expect(good.out).toMatch(/^3 passed in /m)
    expect(good.code).toBe(0)
    const bad = await run(recipe('python', CARELESS), 'python3', ...pytest)
    expect(bad.out).toMatch(/^3 passed, 1 error in /m)
    expect(bad.out).toMatch(FINDING)
  },
)

/** Enough of pytest for a conftest.py: fixtures are generators or functions, found by the names of what they take. */
const PYTEST = `
def fixture(function=None, scope="function"):
    return function if function else lambda wrapped: wrapped
`
const DRIVE = `
import inspect, conftest
made, open_ = {}, []
def get(name):
    if name not in made:
        fixture = getattr(conftest, name)
        value = fixture(*[get(each) for each in inspect.signature(fixture).parameters])
        if inspect.isgenerator(value):
            open_.append(value)
            value = next(value)
        made[name] = value
    return made[name]
get("seek").submit_all(["https://linkedin.com/in/one"], webhook="https://client.example/hooks")
events = get("receiver").events
get("session").advance("10s")
print(events)
for generator in reversed(open_):
    next(generator, None)
`

test.runIf(PYTHON)(
  'Python: the fixtures of conftest.py start, tell, close and stop without pytest',
  TIMEOUT,
  async () => {
    const folder = recipe('python')
    mkdirSync(`${folder}/pytest`)
    writeFileSync(`${folder}/pytest/__init__.py`, PYTEST)
    const { code, out } = await run(folder, 'python3', '-c', DRIVE)
    expect([code, out]).toEqual([0, "['job.completed']\n"])
  },
)

test.runIf(has('curl', '--version'))('shell: a test a session, and a finding fails the test', TIMEOUT, async () => {
  const good = await run(recipe('shell'), 'sh', 'test.sh')
  expect(good.out.split('\n')).toEqual([
    'ok submits_a_job_for_each_profile',
    'ok stops_when_the_credits_are_used_up',
    'ok takes_webhooks_with_a_good_signature_only',
    '',
  ])
  expect(good.code).toBe(0)
  const bad = await run(
    recipe('shell', ['client.sh', ['exit 3', 'over=3; sleep 0.1'], ['done\n', 'done\nexit "${over:-0}"\n']]),
    'sh',
    'test.sh',
  )
  expect(bad.code).toBe(1)
  expect(bad.err).toMatch(FINDING)
  expect(bad.err.trimEnd().split('\n').at(-1)).toBe('failed: stops_when_the_credits_are_used_up')
})

test.runIf(has('javac', '--version'))('Java: a test a session, and a finding fails the test', TIMEOUT, async () => {
  const good = recipe('java')
  const bad = recipe('java', [
    'SeekClient.java',
    ['var jobs =', 'OutOfCredits error = null;\n        var jobs ='],
    // So that it has surely read the answer before.
    ['            var answer = send("POST"', '            Thread.sleep(100);\n            var answer = send("POST"'],
    ['throw new OutOfCredits(', 'error = new OutOfCredits('],
    ['            jobs.add(', '            else jobs.add('],
    ['        return jobs;', '        if (error != null) throw error;\n        return jobs;'],
  ])
  for (const folder of [good, bad]) {
    const built = await run(folder, 'sh', '-c', 'javac -Xlint:all,-try -Werror -d out *.java')
    expect([built.code, built.err]).toEqual([0, ''])
  }
  const passed = await run(good, 'java', '-cp', 'out', 'SeekTest')
  expect(passed.out).toBe(
    'ok follows a job to its end\nok stops when the credits are used up\nok takes webhooks with a good signature only\n',
  )
  expect(passed.code).toBe(0)
  const failed = await run(bad, 'java', '-cp', 'out', 'SeekTest')
  expect(failed.code).toBe(1)
  expect(failed.out).toMatch(/^not ok stops when the credits are used up: .*/m)
  expect(failed.out).toMatch(FINDING)
})

test.runIf(has('go', 'version'))('Go: a test a session, and a finding fails the test', TIMEOUT, async () => {
  const good = await run(recipe('go'), 'go', 'test', './...')
  expect(good.out).toMatch(/^ok\s/)
  expect(good.code).toBe(0)
  const bad = await run(
    recipe('go', [
      'seek.go',
      ['"net/http"\n', '"net/http"\n\t"time"\n'],
      ['jobs := []string{}', 'jobs := []string{}\n\tvar refused error'],
      [
        'return jobs, OutOfCredits{len(jobs), len(profiles)}',
        'refused = OutOfCredits{len(jobs), len(profiles)}\n\t\t\ttime.Sleep(100 * time.Millisecond)\n\t\t\tcontinue',
      ],
      ['return jobs, nil', 'return jobs, refused'],
    ]),
    'go',
    'test',
    './...',
  )
  expect(bad.code).toBe(1)
  expect(bad.out).toMatch(FINDING)
})
