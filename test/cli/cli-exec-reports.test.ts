import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { project, sparring } from '../support/processes/cli.ts'

const node = process.execPath
const NAIVE = [node, 'examples/naive-client.ts']
const OUT_OF_CREDITS = ['exec', 'seek', '--scenario', 'seek/out-of-credits']
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!

test('writes all reports that are wanted, into folders that are not there yet, after the command has ended', async () => {
  const folder = project({})
  const at = (name: string): string => join(folder, 'deep/er', name)
  const wanted = `github,html=${at('r.html')},json=${at('r.json')},junit=${at('r.xml')},ctrf=${at('c.json')}`
  const ran = await sparring([...OUT_OF_CREDITS, '--report', wanted, '--report', `har=${at('r.har')}`, '--', ...NAIVE])
  expect(ran.code).toBe(1)
  const [jobs, ...annotations] = ran.out.trimEnd().split('\n')
  expect(jobs).toBe('2 jobs submitted')
  expect(annotations.map((line) => line.split('::')[1])).toEqual([
    'error title=sparring seek credits',
    'error title=sparring seek expect-stops-after',
  ])
  const report = JSON.parse(readFileSync(at('r.json'), 'utf8')) as { readonly exchanges: object }
  expect(report.exchanges).toEqual({ judged: 8, notJudged: 0 })
  const { log } = JSON.parse(readFileSync(at('r.har'), 'utf8')) as { readonly log: { readonly entries: unknown[] } }
  expect(log.entries).toHaveLength(8)
  expect(['r.html', 'r.xml', 'c.json'].map((name) => existsSync(at(name)))).toEqual([true, true, true])
})

test('exchanges of before a reset stand in the reports too', async () => {
  const file = join(project({}), 'r.har')
  const code = `
const { SPARRING_URL: url, SPARRING_SEEK_KEY: key } = process.env
const me = () => fetch(url + '/seek/v1/mee', { headers: { 'x-api-key': key } })
await me()
await fetch(url + '/__sparring/reset', { method: 'POST', headers: { 'content-type': 'application/json' } })
await me()`
  const ran = await sparring(['exec', 'seek', '--report', `har=${file}`, '--', node, '--input-type=module', '-e', code])
  expect(lastLine(ran.err)).toContain('2 findings of severity error or worse')
  const { log } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly log: { readonly entries: ReadonlyArray<{ readonly _sparring: object }> }
  }
  expect(log.entries.map(({ _sparring }) => _sparring)).toEqual(
    [1, 1].map((number) => ({ session: 'default', number, findings: ['unknown-path'] })),
  )
})

test('the output shows no key, and of very many refusals only the first kinds', async () => {
  const code = `
const { SPARRING_SEEK_URL: url, SEEKAPI_KEY: key } = process.env
for (let page = 0; page < 22; page++)
  await fetch(url + '/v1/nowhere' + page + '/' + key + '?api_key=' + key, { headers: { 'x-api-key': key } })`
  const ran = await sparring(['exec', 'seek', '--report', 'github', '--', node, '--input-type=module', '-e', code])
  const key = 'sk_live_sparring00main'
  expect([ran.code, ran.err.includes(key), ran.out.includes(key)]).toEqual([1, false, false])
  expect(ran.err.split('\n')[1]).toBe('sparring: 1 × seek GET /v1/nowhere0/sk_li… 404 by route (NotFound#path)')
  expect(ran.err).toContain('sparring: … and 2 more kinds of refusals\n')
})

test('a report that cannot be written fails a run whose command has passed with 125, and the others are written', async () => {
  const folder = project({ 'a-file': '' })
  const good = join(folder, 'r.xml')
  const bad = join(folder, 'a-file/r.json')
  const ran = await sparring([...OUT_OF_CREDITS, '--report', `json=${bad},junit=${good}`, '--', ...NAIVE])
  expect(ran.code).toBe(125)
  expect(ran.err).toContain(`sparring: Failed to write the report json to ${bad}: `)
  expect(lastLine(ran.err)).toBe(`sparring: exit code 125, though ${node} has passed: sparring itself has failed`)
  expect(existsSync(good)).toBe(true)
  const failed = await sparring([...OUT_OF_CREDITS, '--report', `json=${bad}`, '--', node, '-e', 'process.exit(3)'])
  expect([failed.code, lastLine(failed.err)]).toEqual([3, `sparring: exit code 3, that of ${node}`])
  expect(failed.err).toContain('Failed to write the report json')
})

test.each([
  ['pdf=x', '--report is "pdf=x", and "pdf" is not a format; known: json, html, junit, ctrf, har, text, github.'],
  ['html', '--report is "html", and html needs a file: html=FILE.'],
  ['json=x,ctrf=./x', '--report is "json=x,ctrf=./x", and two reports cannot go to ./x.'],
])('--report %s is refused before the command runs', async (wanted, message) => {
  const ran = await sparring([...OUT_OF_CREDITS, '--report', wanted, '--', node, '-e', 'console.log("ran")'])
  expect([ran.code, ran.out]).toEqual([125, ''])
  expect(ran.err).toContain(message)
})

test('a baseline lets findings pass that are known, and only new ones fail the run', async () => {
  const file = join(project({}), 'known/baseline.json')
  const run = (args: readonly string[], command = NAIVE) =>
    sparring([...OUT_OF_CREDITS, '--baseline', file, ...args, '--', ...command])

  const missing = await run([])
  expect([missing.code, missing.out, missing.err]).toEqual([
    125,
    '',
    `sparring: exec itself has failed, and ${node} has not run: Failed to read the baseline ${file}: there is no such file. --update-baseline writes it.\n`,
  ])

  const written = await run(['--update-baseline'])
  expect([written.code, written.err]).toEqual([
    0,
    `sparring: 8 requests
sparring: 4 × seek submitJob 402 by charge (PaymentRequired#credits)
sparring: 2 known by the baseline, and not shown
sparring: no new findings
sparring: the baseline ${file} has the findings of this run
`,
  ])
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('"message": "submitJob was sent again # times after its #, and the scenario expects that the')

  const known = await run([])
  expect([known.code, lastLine(known.err)]).toEqual([0, 'sparring: no new findings'])

  const code = `fetch(process.env.SPARRING_SEEK_URL + '/v1/mee', { headers: { 'x-api-key': process.env.SEEKAPI_KEY } })`
  const fresh = await run([], [node, '-e', code])
  expect([fresh.code, lastLine(fresh.err)]).toEqual([
    1,
    `sparring: exit code 1, though ${node} has passed: 1 new finding of severity error or worse`,
  ])
  expect(fresh.err).toContain('sparring: 2 of the baseline did not occur again; --update-baseline removes them\n')

  const failed = await run(['--update-baseline'], [node, '-e', 'process.exit(4)'])
  expect([failed.code, readFileSync(file, 'utf8')]).toEqual([4, text])
  expect(failed.err).toContain(`sparring: the baseline ${file} was left as it is, since the command has failed\n`)
})

test('a baseline that begins with a byte order mark is read', async () => {
  const folder = project({ 'a.json': '\uFEFF{"version":1,"findings":[]}' })
  const { code, err } = await sparring([...OUT_OF_CREDITS, '--baseline', join(folder, 'a.json'), '--', 'true'])
  expect([code, err]).toEqual([1, expect.not.stringContaining('Failed to read the baseline')])
})

test('a file that is no baseline, and --update-baseline without a file, are refused before the command runs', async () => {
  const folder = project({ 'a.json': '{"version":2}', 'b.json': '{"version":1,"findings":[{"code":"x"}]}' })
  const run = (...args: readonly string[]) => sparring([...OUT_OF_CREDITS, ...args, '--', ...NAIVE])
  const wrong = await run('--baseline', join(folder, 'a.json'))
  expect([wrong.code, wrong.out]).toEqual([125, ''])
  expect(wrong.err).toContain('it must have "version": 1 and a list of "findings". --update-baseline writes it.')
  expect((await run('--baseline', join(folder, 'b.json'))).err).toContain('/findings/0/vendor must be a text.')
  const inFolder = await run('--baseline', folder)
  expect([inFolder.code, inFolder.out]).toEqual([125, ''])
  expect(inFolder.err).toContain(`--baseline is "${folder}", which is a folder, not a file.`)
  const without = await run('--update-baseline')
  expect(without.code).toBe(125)
  expect(without.err).toContain('--update-baseline needs the file: --baseline FILE.')
})
