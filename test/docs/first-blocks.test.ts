import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { project, type Ran, root, sparring } from '../support/processes/cli.ts'

/** The first block of each page, and what stands before it. */
const pages = readdirSync(join(root, 'docs'))
  .filter((file) => file.endsWith('.md'))
  .map((page) => {
    const text = readFileSync(join(root, 'docs', page), 'utf8')
    const [before, language = '', code = ''] = text.split(/^```(.*)\n([^]*?)^```$/m)
    return { page, before: before!, language, code }
  })

test.each(pages)('$page starts with something that runs', ({ before, language }) => {
  expect(language).toMatch(/^(?:sh|console|text|json|ts test|ts page)$/)
  expect(before).not.toMatch(/^\|/m)
})

/** Commands that end by themselves, need nothing but the package, and write into the folder alone. */
const commands = pages.flatMap(({ page, language, code }) =>
  (language === 'sh' ? code.trim().split('\n') : [])
    .filter((line) => /^npx sparring (?:try|check|vendors|fixtures|--version)\b/.test(line))
    .map((line) => ({ page, line })),
)

/** What each page says of its command. */
const SHOWN: Readonly<Record<string, string>> = {
  'comparison.md': '=> 402 by charge',
  'dialects.md': '"status": "ACCEPTED"',
  'faults.md': 'no answer: connection-reset',
  'glossary.md': '=> 402 by charge',
  'not-emulated.md': 'specs/seek/openapi.yaml',
  'openapi.md': '1 spec, 0 scenarios: no errors.',
  'scenario-language.md': '=> 402 by charge',
  'spec-language.md': '\nLimits (1)\n  requests: ',
  'streams.md': 'event: stream_end',
  'tokens.md': '"refresh_token": "rt_',
  'trust.md': 'specs/seek/openapi.yaml',
  'versions.md': '0.',
  'waiting.md': '=> 200 by handle: getSpace; queued for 1m by limit requests',
  'webhooks.md': 'fixtures holds 51 answers and 4 webhooks of seek',
}

test('this test has the expected output of each command', () => {
  expect(commands.map(({ page }) => page)).toEqual(Object.keys(SHOWN))
})

const ran = new Map<string, Promise<Ran>>()

test.each(commands)('$page: $line', async ({ page, line }) => {
  // Several pages show the same.
  if (!ran.has(line)) ran.set(line, runInProject(line))
  const { code, out } = await ran.get(line)!
  expect(code).toBe(0)
  expect(out).toContain(SHOWN[page])
})

function runInProject(line: string): Promise<Ran> {
  const cwd = project({})
  mkdirSync(join(cwd, 'node_modules'))
  symlinkSync(root, join(cwd, 'node_modules/sparring'))
  return sparring(line.split(' ').slice(2), { cwd })
}
