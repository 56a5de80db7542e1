import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../support/processes/cli.ts'

const TEST = `
import { expect, inject, test } from 'vitest'
test('one server, for both files', async () => {
  const { url, key } = inject('sparring').vendors.seek
  const { balance } = await (await fetch(url + '/v1/me/credits', { headers: { 'x-api-key': key } })).json()
  console.log('met', inject('sparring').url, balance)
})
`
const SETUP = `
import { sparring } from '../../mocks/testing/vitest-setup.ts'
export default sparring({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
`
/** Runs all tests, submits a job so that credits are held, and runs them again, as watch mode does. */
const WATCH = `
import { startVitest } from 'vitest/node'
const vitest = await startVitest('test', [], { watch: true, config: process.argv[2] })
const { url, vendors: { seek } } = vitest.getRootProject().getProvidedContext().sparring
await fetch(seek.url + '/v1/workers/linkedin-profile/jobs', {
  method: 'POST',
  headers: { 'x-api-key': seek.key, 'content-type': 'application/json' },
  body: '{"profile_url":"https://linkedin.com/in/example"}',
})
await vitest.rerunTestSpecifications(await vitest.globTestSpecifications(), true)
await vitest.close()
console.log(await fetch(url).then(() => 'still there', () => 'gone'))
`

test(
  'vitest starts one server for all files, resets it before a rerun, and closes it at the end',
  { timeout: 90_000 },
  () => {
    const folder = `.vitest/setup-${process.pid}`
    mkdirSync(root + folder, { recursive: true })
    onTestFinished(() => rmSync(root + folder, { recursive: true, force: true }))
    const files = {
      'one.test.ts': TEST,
      'two.test.ts': TEST,
      'setup.ts': SETUP,
      'watch.mjs': WATCH,
      'vitest.config.ts': `export default {
      test: { root: ${JSON.stringify(root)}, include: ['${folder}/*.test.ts'], server: { deps: { external: [/\\/mocks\\//] } }, globalSetup: './${folder}/setup.ts', reporters: ['default'] },
    }`,
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(`${root}${folder}/${name}`, text)
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [`${folder}/watch.mjs`, `${root}${folder}/vitest.config.ts`],
      { cwd: root, encoding: 'utf8', timeout: 80_000, env: { ...process.env, NO_COLOR: '1', VITEST: '' } },
    )
    const met = stdout.split('\n').filter((line) => line.startsWith('met '))
    expect([met.length, new Set(met).size, status], stdout + stderr).toEqual([4, 1, 0])
    expect(met[0]).toMatch(/ 10$/)
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('gone')
  },
)
