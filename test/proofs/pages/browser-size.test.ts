import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle, type Bundled } from '../../support/processes/browser.ts'

const vendors = readdirSync('specs', { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)
const page = readFileSync('docs/browser.md', 'utf8')
const [parts, pages] = ['sizes', 'pages'].map(readTable) as [Rows, Rows]

interface Row {
  /** KiB as measured when the page was written. */
  readonly told: number
  /** KiB that it may weigh at most. */
  readonly budget: number
}
type Rows = ReadonlyMap<string, Row>

function readTable(mark: string): Rows {
  const table = new RegExp(`<!-- ${mark} -->\\n\\n((?:\\|.*\\n)+)`).exec(page)![1]!
  return new Map(
    [...table.matchAll(/^\| `?([^`|,]+?)`?(?:,[^|]*)? +\| (\d+) +\| (\d+) /gm)].map(
      ([, part, told, budget]) => [part!, { told: Number(told), budget: Number(budget) }] as const,
    ),
  )
}

let bundled: Bundled

beforeAll(async () => {
  const own = vendors.map((name) => [`page-${name}`, pageOf(name)] as const)
  const sources = {
    ...Object.fromEntries(own),
    library: "export { createMock } from 'sparring/browser'",
    expressions: "export { Environment } from '@marcbachmann/cel-js'",
    names: "export { faker } from '@faker-js/faker/locale/en'",
  }
  bundled = await bundle(sources, {}, ['msw'])
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

/** The least page that plays a vendor. */
function pageOf(name: string): string {
  return `
    import { createMock } from 'sparring/browser'
    import { ${name} } from 'sparring/browser/${name}'
    Object.assign(globalThis, { mock: createMock({ vendors: [${name}] }) })`
}

test('every module of the package is in the tables', () => {
  const modules = vendors.map((name) => `sparring/browser/${name}`)
  expect([...parts.keys()].sort()).toEqual(
    ['sparring/browser', ...modules, 'grammar of scenarios', 'names of people and places'].sort(),
  )
  expect([...pages.keys()].sort()).toEqual([...vendors].sort())
})

test.each([...parts])('%s weighs what the documentation says, and no more than its budget', (part, row) => {
  expectWithin(row, weightOf(part))
})

test.each([...pages])('a page with %s weighs what the documentation says, and no more than its budget', (name, row) => {
  expectWithin(row, bundled.gzip(`page-${name}`) / 1024)
})

test('so do the expressions', () => {
  const told = Number(/(\d+) of them are the expressions/.exec(page)![1])
  expectNear(told, bundled.gzip('expressions') / 1024)
})

function expectWithin({ told, budget }: Row, measured: number): void {
  expectNear(told, measured)
  expect(measured, `${measured.toFixed(1)} KiB are more than the budget of ${budget} KiB`).toBeLessThanOrEqual(budget)
}

/** Within five in a hundred, or what rounding takes. */
function expectNear(told: number, measured: number): void {
  expect(Math.abs(told - measured), `${told} is told, ${measured.toFixed(1)} KiB measured`).toBeLessThanOrEqual(
    Math.max(0.5, measured * 0.05),
  )
}
