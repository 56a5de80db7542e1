import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Coverage } from '../../mocks/index.ts'
import { LIBRARY, sparring, spawned } from '../support/processes/cli.ts'

const node = process.execPath

/** Calls getMe of the server beside it so many times. */
const CALL = (times: number): string[] => [
  'sh',
  '-c',
  `for call in $(seq ${times}); do curl -s "$SPARRING_SEEK_URL/v1/me" -H "x-api-key: $SPARRING_SEEK_KEY"; done`,
]

/** A mock in the process of the command, which nobody closes. */
const IN_PROCESS = [
  node,
  '--input-type=module',
  '-e',
  `import { createMock } from '${LIBRARY}'
   const mock = createMock({ vendors: ['seek'], scenario: 'seek/key-revoked' })
   await mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_any' } })`,
]

const folders = mkdtempSync(join(tmpdir(), 'sparring-coverage-'))
afterAll(() => rmSync(folders, { recursive: true, force: true }))

function folder(): string {
  return mkdtempSync(join(folders, '-'))
}

describe('exec', () => {
  test('--coverage prints the table, and says how to cover what is missing', async () => {
    const { code, err } = await sparring(['exec', 'seek', '--coverage', '--', ...CALL(1)])
    expect(code).toBe(0)
    expect(err).toContain(`sparring: coverage: 1 of 3 answers met (33.3 %)
sparring:   seek            met  missing
sparring:   getMe           200  401
sparring:   limit requests  -    refused
sparring:   to add:
sparring:     seek/key-expired  for getMe 401
sparring:     seek/rate-limited  for limit requests refused
sparring:   counted separately, since they are assumed: 0 of 2 met, missing getMe 429 TooManyRequests#rate, getMe 500
`)
  })

  test('reports contain it on request, with how to cover the gaps, and fail below the minimum', async () => {
    const dir = folder()
    const at = (name: string): string => join(dir, name)
    const wanted = `json=${at('r.json')},junit=${at('r.xml')},ctrf=${at('c.json')},html=${at('r.html')},text=${at('r.txt')}`
    const ran = await sparring(['exec', 'seek', '--coverage-min', '34', '--report', wanted, '--', ...CALL(1)])
    expect(ran.code).toBe(1)
    const read = (name: string): string => readFileSync(at(name), 'utf8')
    const { coverage } = JSON.parse(read('r.json')) as { readonly coverage: Coverage & { readonly problem: string } }
    const problem = '1 of 3 answers were met (33.3 %), and 34 % were asked for'
    expect(coverage).toMatchObject({ met: 1, counted: 3, percent: 33.3, problem })
    const cells = coverage.vendors[0]!.subjects.find(({ name }) => name === 'getMe')!.cells
    expect(cells[1]).toEqual({ name: '401', isMet: false, isAssumed: false, add: 'seek/key-expired' })
    expect(read('r.xml')).toContain(`<failure message="${problem}" type="coverage">`)
    expect(read('c.json')).toContain(`"message": "${problem}"`)
    expect(read('r.html')).toContain('<p class="verdict failed">No findings; 33.3 % of the answers met</p>')
    expect(read('r.txt')).toMatch(/^no findings\ncoverage: 1 of 3 answers met \(33\.3 %\)\n  seek /)

    await sparring(['exec', 'seek', '--report', `json=${at('plain.json')}`, '--', ...CALL(1)])
    expect(JSON.parse(read('plain.json'))).not.toHaveProperty('coverage')
  })

  test('without an option about it nothing is said of coverage', async () => {
    const { err } = await sparring(['exec', 'seek', '--', ...CALL(1)])
    expect(err).not.toContain('coverage')
  })

  test('--coverage-min fails a run below it whose command has passed, and the last line says why', async () => {
    const { code, err } = await sparring(['exec', 'seek', '--coverage-min', '34', '--', ...CALL(1)])
    expect([code, err.trimEnd().split('\n').slice(-2)]).toEqual([
      1,
      [
        'sparring: coverage: 1 of 3 answers met (33.3 %)',
        'sparring: exit code 1, though sh has passed: 1 of 3 answers were met (33.3 %), and 34 % were asked for',
      ],
    ])
    const enough = await sparring(['exec', 'seek', '--coverage-min', '33', '--', ...CALL(1)])
    expect(enough.code).toBe(0)
  })

  test('--coverage-include counts operations that were not called', async () => {
    const { err } = await sparring([
      'exec',
      'seek',
      '--coverage-min',
      '0',
      '--coverage-include',
      'seek.getCredits',
      '--',
      ...CALL(1),
    ])
    expect(err).toContain('coverage: 1 of 5 answers met (20 %)')
  })

  test('--coverage-dir has one file a process: of the server, and of mocks in the process of the command', async () => {
    const dir = join(folder(), 'made')
    const first = await spawned(['exec', 'seek', '--coverage-dir', dir, '--', ...CALL(1)])
    expect([first.code, readdirSync(dir).length]).toEqual([0, 1])
    const second = await spawned([
      'exec',
      'seek',
      '--allow-empty',
      '--coverage',
      '--coverage-dir',
      dir,
      '--',
      ...IN_PROCESS,
    ])
    expect([second.code, readdirSync(dir).length]).toEqual([0, 2])
    // Of this run alone: the first one's file was there before.
    expect(second.err).toContain('coverage: 1 of 3 answers met (33.3 %)')
    expect(second.err).toContain('getMe           401  200')
    const sum = await sparring(['report', '--merge', dir])
    expect(sum.out).toContain('coverage: 2 of 3 answers met (66.6 %)')
  })

  test('the variable does what the option does', async () => {
    const dir = folder()
    const env = { SPARRING_COVERAGE_DIR: dir }
    expect((await sparring(['exec', 'seek', '--', ...CALL(1)], { env })).code).toBe(0)
    expect(readdirSync(dir)).toHaveLength(1)
  })

  test('a minimum that is no percentage is refused before the command runs', async () => {
    const { code, err } = await sparring(['exec', 'seek', '--coverage-min', '180', '--', node, '-e', '1'])
    expect(code).toBe(125)
    expect(err).toContain('--coverage-min is "180" and must be a number from 0 to 100.')
  })
})

describe('report', () => {
  const first = folder()
  const second = folder()
  beforeAll(async () => {
    const env = (dir: string, scenario: string) => ({ SPARRING_COVERAGE_DIR: dir, SPARRING_SCENARIO: scenario })
    await sparring(['exec', 'seek', '--', ...CALL(1)], { env: env(first, 'seek/happy-path') })
    // On a clock that stands still the fourth call meets the limit, however long curl takes.
    const limited = ['exec', 'seek', '--frozen', '--fail-on', 'never', '--', ...CALL(4)]
    await sparring(limited, { env: env(second, 'seek/rate-limited') })
  }, 120_000)

  test('adds up the files of folders, prints the table, and passes without a minimum', async () => {
    const ran = await sparring(['report', '--merge', first, second])
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.out).toBe(`2 files added up
coverage: 2 of 3 answers met (66.6 %)
  seek            met      missing
  getMe           200      401
  limit requests  refused  -
  to add:
    seek/key-expired  for getMe 401
  counted separately, since they are assumed: 1 of 2 met, missing getMe 500
  not counted, since no client called them: getCredits, listDeployments, listWorkers, getWorker, publishWorker, submitJob, listJobs, getJob, cancelJob
`)
    expect(await sparring(['report', '--merge', first, '--merge', second])).toEqual(ran)
  })

  test('fails below a minimum', async () => {
    const below = await sparring(['report', '--merge', first, second, '--coverage-min', '66.7'])
    expect([below.code, below.err]).toEqual([
      1,
      'sparring: 2 of 3 answers were met (66.6 %), and 66.7 % were asked for.\n',
    ])
    expect((await sparring(['report', '--merge', first, second, '--coverage-min', '66.6'])).code).toBe(0)
  })

  test('--json prints the sum as data, and --write writes it as one file that can be merged again', async () => {
    const target = join(folder(), 'sum')
    const ran = await sparring(['report', '--merge', first, second, '--json', '--write', target])
    expect(JSON.parse(ran.out)).toMatchObject({ version: 1, met: 2, counted: 3, percent: 66.6 })
    expect(readdirSync(target)).toHaveLength(1)
    const again = await sparring(['report', '--merge', target, '--json'])
    expect(again.out).toBe(ran.out)
  })

  test('--report writes the sum for other tools, and says nothing of findings', async () => {
    const dir = folder()
    const at = (name: string): string => join(dir, name)
    const wanted = `json=${at('r.json')},junit=${at('r.xml')},ctrf=${at('c.json')},html=${at('r.html')}`
    const ran = await sparring(['report', '--merge', first, second, '--coverage-min', '80', '--report', wanted])
    expect(ran.code).toBe(1)
    const report = JSON.parse(readFileSync(at('r.json'), 'utf8')) as object
    expect(report).toMatchObject({
      vendors: ['seek'],
      exchanges: { judged: 0, notJudged: 0 },
      findings: [],
      coverage: { met: 2, counted: 3, problem: '2 of 3 answers were met (66.6 %), and 80 % were asked for' },
    })
    expect(readFileSync(at('r.xml'), 'utf8').match(/<testsuite /g)).toHaveLength(1)
    for (const name of ['c.json', 'r.html']) {
      const text = readFileSync(at(name), 'utf8')
      expect(text).toContain('seek/key-expired')
      expect(text).not.toContain('no findings')
    }
    const har = await sparring(['report', '--merge', first, '--report', `har=${at('r.har')}`])
    expect([har.code, har.err.split('\n')[0]]).toEqual([
      2,
      `sparring: --report is "har=${at('r.har')}", and "har" is not a format; known: html, json, junit, ctrf, text.`,
    ])
    const unwritable = await sparring(['report', '--merge', first, '--report', `json=${at('r.json')}/r.json`])
    expect([unwritable.code, unwritable.err]).toEqual([
      125,
      expect.stringContaining('Failed to write the report json to '),
    ])
  })

  test('a folder without coverage, and one that does not exist, have different errors', async () => {
    const empty = folder()
    const none = await sparring(['report', '--merge', empty])
    expect([none.code, none.err]).toEqual([
      1,
      `sparring: there is no coverage in ${empty}. Run the tests with --coverage-dir, or with SPARRING_COVERAGE_DIR where they have mocks in their own process.\n`,
    ])
    const gone = await sparring(['report', '--merge', `${empty}/gone`])
    expect([gone.code, gone.err.split('\n')[0]]).toEqual([2, `sparring: There is no folder "${empty}/gone".`])
    const nothing = await sparring(['report'])
    expect(nothing.err).toContain('report needs a folder: sparring report --merge coverage.')
  })

  test('a file that sparring has not written is named', async () => {
    const dir = folder()
    const file = join(dir, 'sparring-coverage-1.json')
    writeFileSync(file, '{"version":9}')
    writeFileSync(join(dir, 'coverage-final.json'), 'another tool')
    const other = await sparring(['report', '--merge', dir])
    expect([other.code, other.err]).toEqual([
      1,
      `sparring: Failed to read the coverage in ${file}: it is not what this version of sparring writes. Delete it, and run the tests again.\n`,
    ])
    writeFileSync(file, '{"version":')
    expect((await sparring(['report', '--merge', dir])).err).toContain(`Failed to read the coverage in ${file}: `)
  })

  test('a user’s own vendor whose document is deleted is summed up without advice for its gaps', async () => {
    const dir = folder()
    const cells = [
      { name: '200', isMet: true, isAssumed: false },
      { name: '404', isMet: false, isAssumed: false },
    ]
    const subjects = [{ kind: 'operation', name: 'listParcels', isCounted: true, cells }]
    const vendors = [{ vendor: 'parcels', file: 'nowhere/parcels.yaml', subjects }]
    writeFileSync(join(dir, 'sparring-coverage-1.json'), JSON.stringify({ version: 1, vendors }))
    expect((await sparring(['report', '--merge', dir])).out).toBe(`1 file added up
coverage: 1 of 2 answers met (50 %)
  parcels      met  missing
  listParcels  200  404
`)
  })
})

test('a mock in a process that is killed has written its coverage', () => {
  const dir = folder()
  const code = `import { createMock } from '${LIBRARY}'
    const mock = createMock({ vendors: ['seek', 'seal'] })
    await mock.fetch('https://api.seek-api.com/v1/me')
    await mock.settled()
    process.kill(process.pid, 'SIGKILL')`
  spawnSync(node, ['--input-type=module', '-e', code], { env: { ...process.env, SPARRING_COVERAGE_DIR: dir } })
  const [file, ...more] = readdirSync(dir)
  expect(more).toEqual([])
  const { vendors } = JSON.parse(readFileSync(join(dir, file!), 'utf8')) as Coverage
  // Vendors that nobody has called are not in it.
  expect(vendors.map(({ vendor }) => vendor)).toEqual(['seek'])
})

test('a mock in process writes its coverage when it is closed, into the one file of the process', () => {
  const dir = folder()
  const code = `import { createMock } from '${LIBRARY}'
    import { readdirSync } from 'node:fs'
    const headers = { 'x-api-key': 'sk_live_any' }
    for (const scenario of ['seek/happy-path', 'seek/key-revoked']) {
      const mock = createMock({ vendors: ['seek'], scenario })
      await mock.fetch('https://api.seek-api.com/v1/me', { headers })
      mock.reset()
      mock.close()
      console.log(readdirSync('${dir}').length)
    }`
  const ran = spawnSync(node, ['--input-type=module', '-e', code], {
    env: { ...process.env, SPARRING_COVERAGE_DIR: dir },
    encoding: 'utf8',
  })
  expect([ran.stdout, ran.status]).toEqual(['1\n1\n', 0])
  const [file] = readdirSync(dir)
  expect(JSON.parse(readFileSync(join(dir, file!), 'utf8'))).toMatchObject({ met: 2, counted: 3 })
})
