import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { NOT_INTERCEPTED } from '../../mocks/cli/exit-codes.ts'
import { proxyEnvironment } from '../../mocks/cli/exec/intercept/proxy-environment.ts'
import { otherHost } from '../../mocks/connect/proxy/refusals.ts'
import { COMMAND, project, root } from '../support/processes/cli.ts'

const page = readFileSync(`${root}docs/intercept.md`, 'utf8')
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)![1]!

test.skipIf(spawnSync('curl', ['--version']).status !== 0)(
  'the line to paste answers at the real URL',
  () => {
    const code = block('sh').replace('npx sparring', `"${process.execPath}" "${COMMAND}"`)
    const ran = spawnSync('sh', ['-c', code], { cwd: project({}), encoding: 'utf8', timeout: 120_000 })
    expect(JSON.parse(ran.stdout)).toMatchObject({ plan: 'free' })
    expect([ran.status, ran.stderr]).toEqual([0, 'sparring: 1 request\nsparring: no findings\n'])
  },
  120_000,
)

test('the page lists every variable that is set, and the exit code', () => {
  const rows = [...page.matchAll(/^\| (`[A-Z][^|]*)\|/gm)].flatMap(([, names]) => names!.match(/\w+/g)!)
  const files = { folder: '', bundle: '', extra: '', javaStore: '' }
  expect(rows.sort()).toEqual(Object.keys(proxyEnvironment(1, files, {})).sort())
  expect(page).toContain(`exit code ${NOT_INTERCEPTED} `)
})

test('the refusal on the page is what is answered', () => {
  const { detail, ...shown } = JSON.parse(block('json')) as { readonly detail: string }
  const { detail: said, ...answered } = otherHost('api.other.example', ['api.seek-api.com'])
  expect(shown).toEqual({ type: 'about:blank', title: 'Bad Gateway', ...answered })
  expect(said.startsWith(detail.replace(' …', ' '))).toBe(true)
})
