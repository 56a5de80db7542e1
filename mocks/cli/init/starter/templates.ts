import type { Example } from './example.ts'
import type { Project, Runner } from './project.ts'

/** A first test: its file, its text, and what runs it. */
export interface Starter {
  readonly file: string
  readonly text: string
  /** What it imports, apart from what the runner has. */
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
  jest: ({ isModule }, example) => ({
    ending: isModule ? 'cjs' : 'js',
    lines: [
      "const { createTest } = require('sparring/jest')",
      ...declared(example),
      ...client(example, false),
      ...tests(example, (actual, wanted) => `expect(${actual}).toBe(${wanted})`),
    ],
    run: (file) => (file.endsWith('.cjs') ? `npx jest --testMatch '**/*.test.cjs'` : `npx jest ${file}`),
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
      "import { expect, test } from '@playwright/test'",
      `import { startServer${isTypeScript ? ', type MockServer' : ''} } from 'sparring'`,
      '',
      `let server${isTypeScript ? ': MockServer' : ''}`,
      '',
      'test.beforeAll(async () => {',
      `  server = await startServer({ vendors: ['${example.vendor}'], port: 0, clock: { frozen: true } })`,
      '})',
      'test.beforeEach(() => server.mock.reset())',
      'test.afterAll(() => server.close())',
      ...client(example, isTypeScript),
      `test('a good day: ${example.operation} answers', async () => {`,
      `  expect(await callVendor(server.vendors['${example.vendor}']${isTypeScript ? '!' : ''})).toBe(${example.good})`,
      '})',
      '',
      `test('a bad day: the next ${example.operation} is answered with ${example.bad}', async () => {`,
      `  server.mock.next('${example.vendor}', '${example.operation}', ${example.bad})`,
      `  expect(await callVendor(server.vendors['${example.vendor}']${isTypeScript ? '!' : ''})).toBe(${example.bad})`,
      '})',
    ],
    run: (file) => `npx playwright test ${file}`,
  }),
}

function declared({ vendor }: Example): string[] {
  return ['', `const test = createTest({ vendors: ['${vendor}'], clock: { frozen: true } })`]
}

/** What the user puts the own client in place of. */
function client({ path, headers, key }: Example, isTypeScript: boolean): string[] {
  const own = (value: string): string => {
    if (value === key) return 'key'
    return value.includes(key) ? `\`${value.replaceAll(key, '${key}')}\`` : quoted(value)
  }
  const fields = headers.map(([name, value]) => {
    const field = /^[a-z]+$/.test(name) ? name : quoted(name)
    const text = own(value)
    return text === field ? text : `${field}: ${text}`
  })
  const init = fields.length === 0 ? '' : `, { headers: { ${fields.join(', ')} } }`
  const [given, returned] = isTypeScript
    ? ['{ url, key }: { readonly url: string; readonly key: string }', ': Promise<number>']
    : ['{ url, key }', '']
  return [
    '',
    '/** Put your client here: it is given an address and a key in place of the real ones. */',
    `async function callVendor(${given})${returned} {`,
    `  const answer = await fetch(\`\${url}${path.replaceAll(key, '${key}')}\`${init})`,
    '  return answer.status',
    '}',
    '',
  ]
}

function tests(
  { vendor, operation, good, bad }: Example,
  expects: (actual: string, wanted: number) => string,
): string[] {
  const call = `await callVendor(${vendor})`
  return [
    `test('a good day: ${operation} answers', async ({ ${vendor} }) => {`,
    `  ${expects(call, good)}`,
    '})',
    '',
    `test('a bad day: the next ${operation} is answered with ${bad}', async ({ ${vendor}, next }) => {`,
    `  next('${vendor}', '${operation}', ${bad})`,
    `  ${expects(call, bad)}`,
    '})',
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}
