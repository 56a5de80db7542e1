import { existsSync, readFileSync } from 'node:fs'
import { type Mock, startServer, type VendorName } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { load } from 'js-yaml'
import { assumptionsOf } from '../../mocks/cli/check/assumptions.ts'
import { createLibrary } from '../../mocks/load/library.ts'
import { credentialHeader } from '../../mocks/request/credential.ts'
import { mainScheme } from '../../mocks/spec/model/issued.ts'
import { frozenMock } from '../support/mock/mock.ts'
import { sendLine } from '../support/server/curl-line.ts'
import { root } from '../support/processes/cli.ts'
import { serving } from '../support/processes/serving.ts'
import { expectLike, runCommands, transcript } from '../support/processes/transcript.ts'

const library = createLibrary({ cwd: root })
const names = library.vendorNames().sort() as VendorName[]
const read = (file: string): string => readFileSync(`${root}docs/${file}`, 'utf8')

test.each(names)('each request of the page of %s is answered as it stands', async (name) => {
  const lines = read(`vendors/${name}.md`).match(/^curl .*$/gm)!
  const vendor = library.vendor(name)
  const tags = new Set([...vendor.operations.values()].map((operation) => operation.tags[0]))
  expect(lines).toHaveLength(tags.size)
  const server = await startServer({ vendors: [name], port: 0 })
  onTestFinished(() => server.close())
  const answers = await Promise.all(lines.map(async (line) => ({ line, ...(await sendLine(line, server.port)) })))
  expect(answers.filter(({ status }) => status >= 400)).toEqual([])
})

test.each(names)('the page of %s leads to a client of it, with its tests', (name) => {
  const links = [...read(`vendors/${name}.md`).matchAll(/\]\((\.\.\/\.\.\/examples\/[^)]+)\)/g)].map(
    ([, link]) => link!,
  )
  expect(links).toEqual(['client.ts', 'client.test.ts'].map((file) => `../../examples/clients/${name}/${file}`))
  expect(links.filter((link) => !existsSync(`${root}docs/vendors/${link}`))).toEqual([])
})

test.each(names)(
  'the page of %s begins with a request that is answered as it says',
  { timeout: 120_000 },
  async (name) => {
    const [serve, curl] = [...read(`vendors/${name}.md`).matchAll(/^```console.*\n([\s\S]*?)^```$/gm)].map(
      ([, text]) => text!,
    )
    const [, line] = /^\$ npx sparring serve (.*)$/m.exec(serve!)!
    const { url } = await serving([...line!.split(' '), '--port', '0'])
    const [step] = transcript(curl!)
    expect(step!.output.length).toBeGreaterThan(40)
    expectLike(await runCommands(step!.commands, Number(new URL(url).port)), step!.output)
  },
)

test.each(names)(
  'each example of what a scenario can set up for %s plays as it stands, and an item is there',
  async (name) => {
    const part = read(`vendors/${name}.md`).split('## What a scenario can set up')[1]!.split('\n## ')[0]!
    const examples = part.split('\n').flatMap((line) => /^\| .* `([^`]+)` +\|$/.exec(line)?.[1] ?? [])
    const vendor = library.vendor(name)
    const known = [...vendor.collections.values()].filter(({ job, items }) => job === undefined && items.size > 0)
    expect(examples.length).toBeGreaterThan(known.length)
    const mock = frozenMock({ vendors: [name] })
    for (const example of examples) {
      const changes = load(example) as { readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
      mock.play(`${name}/happy-path`, changes as object)
      for (const [collection, items] of Object.entries(changes.data ?? {})) {
        const reader = [...vendor.operations.values()].find(
          ({ collection: step, parameters, path }) =>
            step?.do === 'read' &&
            step.in.name === collection &&
            path.endsWith('}') &&
            pathParameters(parameters) === 1,
        )
        if (!reader) continue
        const [key] = Object.keys(items)
        const path = reader.path.replace(/\{[^}]+\}$/, key!)
        const { origin, path: base } = reader.servers[0] ?? vendor.servers[0]!
        const answer = await mock.fetch(`${origin}${base}${path}`, { headers: keyHeaders(mock, name) })
        // Who may see it is another question.
        expect([path, [200, 403].includes(answer.status)]).toEqual([path, true])
      }
    }
  },
)

const pathParameters = (parameters: ReadonlyArray<{ readonly in: string }>): number =>
  parameters.filter(({ in: place }) => place === 'path').length

function keyHeaders(mock: Mock, name: VendorName): Record<string, string> {
  const scheme = mainScheme(library.vendor(name))!
  return Object.fromEntries([credentialHeader(scheme, mock.credentials(name).active)])
}

test('the pages name every vendor of the package, and say how many dialects each has', () => {
  expect(read('glossary.md')).toContain(`${names.map((name) => `\`${name}\``).join(', ')}, or yours`)
  const numbers = ['none', 'one', 'two', 'three']
  const counts = names.flatMap((name) => {
    const { dialects, title } = library.vendor(name)
    if (!dialects) return []
    const word = numbers[dialects.names.length - 1]!
    return [`[${title.split(/[ .]/)[0]}](vendors/${name}.md#dialects) ${word}`]
  })
  expect(read('dialects.md').replaceAll(/\s+/g, ' ')).toContain(counts.join(', '))
})

test.each(names)('the page of %s gives each assumption once, and says of each behaviour who states it', (name) => {
  const rows = statedRows(name)
  expect(rows.filter(([, , who]) => !/^(?:document|client|assumed)$/.test(who!))).toEqual([])
  const notes = rows.flatMap(([, , , text]) => text!.split('<br>')).map((text) => text.replaceAll('\\', ''))
  const assumed = assumptionsOf(library, library.vendor(name)).map(({ reason }) => reason.replaceAll('\\', ''))
  expect(assumed.length, `"x-mock-assumed" in specs/${name}/openapi.yaml`).toBeGreaterThan(0)
  expect(assumed.filter((reason) => !notes.some((text) => text.endsWith(`assumed: ${reason}`)))).toEqual([])
  expect(notes.filter((text) => text.includes('assumed: '))).toHaveLength(assumed.length)
})

test.each([
  ['seal', 'deployCustomContent', 'document'],
  ['seal', 'uploadFile', 'client'],
  ['seal', 'downloadFile', 'assumed'],
  ['seal', 'Conflict', 'assumed'],
  ['seamless', 'wire', 'client'],
  ['seek', 'submitJob', 'document'],
  ['seek', 'job: timeout', 'document'],
  ['sequentum', 'getAgentVersions', 'client'],
  ['sequentum', 'token-requests', 'client'],
] as const)('the page of %s says who states %s: %s', (name, behaviour, who) => {
  expect(statedRows(name).filter(([first]) => first === `\`${behaviour}\``)).toMatchObject([{ 2: who }])
})

test('a mark applies to everything inside, and a part of a behaviour may have another source', () => {
  const key = statedRows('seal').find(([first]) => first === '`apiKey`')
  expect(key![2]).toBe('document')
  expect(key![3]).toMatch(/^client: that keys begin with seal\\?_$/)
})

/** The rows of the tables that say who states what: behaviour, what it is, who, notes. */
function statedRows(name: string): string[][] {
  const page = read(`vendors/${name}.md`)
  const lines = page.slice(page.indexOf('## Stated by whom')).match(/^\|.*\|$/gm)!
  const rows = lines.map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
  return rows.map((cells) => cells.map((cell) => cell.trim())).filter(([first]) => first!.startsWith('`'))
}
