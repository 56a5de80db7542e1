import { variablePrefix } from '../../../connect/server/environment.ts'
import type { Example } from './example.ts'
import type { Project, Runner } from './project.ts'

/** A first test: its file, its text, and the command that runs it. */
export interface Starter {
  readonly file: string
  readonly text: string
  /** Its imports, except those of the runner. */
  readonly run: string
}

/** Writes a first test for a project. */
export function writeStarter(project: Project, example: Example): Starter {
  const { ending, lines, run } = WAYS[project.runner](project, example)
  const name = `${example.vendor}.${project.runner === 'playwright' ? 'spec' : 'test'}.${ending}`
  const file = `${project.folder}/${name}`
  return { file, text: `${lines.join('\n')}\n`, run: run(file) }
}

interface Way {
  readonly ending: string
  readonly lines: readonly string[]
  readonly run: (file: string) => string
}

const WAYS: Readonly<Record<Runner, (project: Project, example: Example) => Way>> = {
  vitest: ({ isTypeScript }, example) => ({
    ending: isTypeScript ? 'ts' : 'js',
    lines: [
      "import { createTest, expect } from 'sparring/vitest'",
      ...declared(example),
      ...client(example, isTypeScript),
      ...tests(example, (actual, wanted) => `expect(${actual}).toBe(${wanted})`),
    ],
    run: (file) => `npx vitest run ${file}`,
  }),
  // A Jest that is not set up for TypeScript or ES modules runs this; CommonJS needs another ending among ES modules.
  jest: ({ isModule, isJestForModules }, example) => ({
    ending: isModule ? 'cjs' : 'js',
    lines: isJestForModules
      ? [
          "const { createTest } = require('sparring/jest')",
          ...declared(example),
          ...client(example, false),
          ...tests(example, (actual, wanted) => `expect(${actual}).toBe(${wanted})`),
        ]
      : besideServer(example),
    run: (file) => {
      const which = file.endsWith('.cjs') ? `--testMatch "**/*.test.cjs"` : file
      return isJestForModules
        ? `node --experimental-vm-modules node_modules/jest/bin/jest.js ${which}`
        : `npx sparring exec ${example.vendor} -- npx jest ${which}`
    },
  }),
  'node:test': ({ isTypeScript }, example) => ({
    ending: isTypeScript ? 'mts' : 'mjs',
    lines: [
      "import assert from 'node:assert/strict'",
      "import { createTest } from 'sparring/node-test'",
      ...declared(example),
      ...client(example, isTypeScript),
      ...tests(example, (actual, wanted) => `assert.equal(${actual}, ${wanted})`),
    ],
    run: (file) => `node --test ${file}`,
  }),
  playwright: ({ isTypeScript, isModule }, example) => ({
    ending: isTypeScript ? 'ts' : isModule ? 'js' : 'mjs',
    lines: [
      ...(isTypeScript ? ["import type { Page } from '@playwright/test'"] : []),
      "import { createTest, expect } from 'sparring/playwright'",
      ...declared(example, example.isKeyForServers ? [KEY_OF_USER] : []),
      ...page(example, isTypeScript),
      ...pageTests(example),
    ],
    run: (file) => `npx playwright test ${file}`,
  }),
}

/** The reason for a page to send a key although the vendor says that keys stay on servers. */
const KEY_OF_USER =
  "findings: { 'browser-credential': { severity: 'off', reason: 'each user brings a key of their own' } }"

function declared({ vendor }: Example, more: readonly string[] = []): string[] {
  const options = [`vendors: ['${vendor}']`, 'clock: { frozen: true }', ...more]
  return more.length === 0
    ? ['', `const test = createTest({ ${options.join(', ')} })`]
    : ['', 'const test = createTest({', ...options.map((option) => `  ${option},`), '})']
}

/** The code that the user replaces by the own client. */
function client(example: Example, isTypeScript: boolean): string[] {
  const [given, returned] = isTypeScript
    ? ['{ url, key }: { readonly url: string; readonly key: string }', ': Promise<number>']
    : ['{ url, key }', '']
  return [
    '',
    '/** Put your client here: it is given an address and a key in place of the real ones. */',
    `async function callVendor(${given})${returned} {`,
    `  const answer = await fetch(\`\${url}${withKey(example, example.path)}\`${init(example)})`,
    '  return answer.status',
    '}',
    '',
  ]
}

/** The code that the user replaces by the own page. */
function page(example: Example, isTypeScript: boolean): string[] {
  const [given, returned] = isTypeScript ? ['page: Page, key: string', ': Promise<void>'] : ['page, key', '']
  return [
    '',
    "/** Put your page here: `await page.goto('/')`. It asks the vendor at its own address, and meets the mock. */",
    `async function openPage(${given})${returned} {`,
    `  await page.setContent('<p role="status"></p>')`,
    '  await page.evaluate(async (key) => {',
    `    const answer = await fetch(${textOf(example, example.url)}${init(example)})`,
    `    document.querySelector('p')${isTypeScript ? '!' : ''}.textContent = String(answer.status)`,
    '  }, key)',
    '}',
    '',
  ]
}

/** The second argument of `fetch`, if there are headers. */
function init(example: Example): string {
  const fields = example.headers.map(([name, value]) => {
    const field = /^[a-z]+$/.test(name) ? name : quoted(name)
    const text = value === example.key ? 'key' : textOf(example, value)
    return text === field ? text : `${field}: ${text}`
  })
  return fields.length === 0 ? '' : `, { headers: { ${fields.join(', ')} } }`
}

/** A quoted text, with `key` in place of the key. */
function textOf(example: Example, text: string): string {
  return text.includes(example.key) ? `\`${withKey(example, text)}\`` : quoted(text)
}

function withKey({ key }: Example, text: string): string {
  return text.replaceAll(key, '${key}')
}

const goodDay = ({ operation }: Example): string => `a good day: ${operation} answers`
const badDay = ({ operation, bad }: Example): string => `a bad day: the next ${operation} is answered with ${bad}`

function tests(example: Example, expects: (actual: string, wanted: number) => string): string[] {
  const { vendor, operation, good, bad } = example
  const call = `await callVendor(${vendor})`
  return [
    `test('${goodDay(example)}', async ({ ${vendor} }) => {`,
    `  ${expects(call, good)}`,
    '})',
    '',
    `test('${badDay(example)}', async ({ ${vendor}, next }) => {`,
    `  next('${vendor}', '${operation}', ${bad})`,
    `  ${expects(call, bad)}`,
    '})',
  ]
}

function pageTests(example: Example): string[] {
  const { vendor, operation, good, bad } = example
  const shows = (status: number): string[] => [
    `  await openPage(page, ${vendor}.key)`,
    `  await expect(page.getByRole('status')).toHaveText('${status}')`,
    '})',
  ]
  return [
    `test('${goodDay(example)}', async ({ page, ${vendor} }) => {`,
    ...shows(good),
    '',
    `test('${badDay(example)}', async ({ page, ${vendor}, next }) => {`,
    `  next('${vendor}', '${operation}', ${bad})`,
    ...shows(bad),
  ]
}

/** For a Jest that cannot load ES modules: tests beside a server that `sparring exec` starts. */
function besideServer(example: Example): string[] {
  const { vendor, operation, good, bad } = example
  const prefix = variablePrefix(vendor)
  return [
    '// A server that `sparring exec` starts beside Jest: under Node 24.9 or later the tests can have `sparring/jest` instead.',
    `const { SPARRING_URL, ${prefix}_URL: url, ${prefix}_KEY: key } = process.env`,
    ...client(example, false),
    'const control = (path, body) =>',
    '  fetch(`${SPARRING_URL}/__sparring${path}`, {',
    "    method: 'POST',",
    "    headers: { 'content-type': 'application/json' },",
    '    body: JSON.stringify(body),',
    '  })',
    '',
    "beforeEach(() => control('/reset', {}))",
    '',
    `test('${goodDay(example)}', async () => {`,
    `  expect(await callVendor({ url, key })).toBe(${good})`,
    '})',
    '',
    `test('${badDay(example)}', async () => {`,
    `  await control('/next', { vendor: '${vendor}', operation: '${operation}', error: ${bad} })`,
    `  expect(await callVendor({ url, key })).toBe(${bad})`,
    '})',
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}
