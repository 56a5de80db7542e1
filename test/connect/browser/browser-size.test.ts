import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle, type Bundled } from '../../support/processes/browser.ts'

const vendors = readdirSync('specs', { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)
const page = readFileSync('docs/browser.md', 'utf8')
const table = /<!-- sizes -->\n\n((?:\|.*\n)+)/.exec(page)![1]!
const rows = new Map(
  [...table.matchAll(/^\| `?([^`|,]+?)`?(?:,[^|]*)? +\| (\d+) /gm)].map(
    ([, part, kib]) => [part!, Number(kib)] as const,
  ),
)

let bundled: Bundled

beforeAll(async () => {
  const pages = {
    library: "export { createMock } from 'sparring/browser'",
    expressions: "export { Environment } from '@marcbachmann/cel-js'",
    names: "export { faker } from '@faker-js/faker/locale/en'",
  }
  bundled = await bundle(pages, {}, ['msw'])
}, 180_000)
afterAll(() => bundled?.remove())

/** What a part of the package weighs, in KiB. */
function weightOf(part: string): number {
  const module = /^sparring\/browser\/(\w+)$/.exec(part)?.[1]
  if (module !== undefined) return bundled.gzip(module, ['library', 'grammar']) / 1024
  switch (part) {
    case 'sparring/browser':
      return bundled.gzip('library') / 1024
    case 'grammar of scenarios':
      return bundled.gzip('grammar', ['library']) / 1024
    case 'names of people and places':
      return bundled.gzip('names') / 1024
    default:
      throw new Error(`docs/browser.md: nothing weighs "${part}"`)
  }
}

test('every module of the package is in the table', () => {
  expect([...rows.keys()].sort()).toEqual(
    [
      'sparring/browser',
      ...vendors.map((name) => `sparring/browser/${name}`),
      'grammar of scenarios',
      'names of people and places',
    ].sort(),
  )
})

test.each([...rows])('%s weighs %d KiB, as the documentation says', (part, kib) => {
  expectNear(kib, weightOf(part))
})

test('so do the expressions', () => {
  const told = Number(/(\d+) of them are the expressions/.exec(page)![1])
  expectNear(told, bundled.gzip('expressions') / 1024)
})

/** Within five in a hundred, or what rounding takes. */
function expectNear(told: number, measured: number): void {
  expect(Math.abs(told - measured), `${told} is told, ${measured.toFixed(1)} KiB measured`).toBeLessThanOrEqual(
    Math.max(0.5, measured * 0.05),
  )
}
