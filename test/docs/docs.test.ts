import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createMock, InvalidFileError } from 'sparring'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { dump, load } from 'js-yaml'
import { checkOverlay } from '../../mocks/spec/overlay/apply.ts'
import { parseSource } from '../../mocks/spec/read/source.ts'
import { takeBreaches } from '../support/mock/check-replies.ts'
import { typeErrors } from '../support/processes/type-errors.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const docs = `${root}docs/`
/** Out of git's sight, and inside the project, so that the package is found by its own name. */
const folder = `.vitest/docs-${process.pid}/`
const out = root + folder
const pages = [
  ...readdirSync(docs).filter((file) => file.endsWith('.md')),
  ...readdirSync(`${docs}vendors`).map((file) => `vendors/${file}`),
]
const acme = 'examples/acme/openapi.yaml'
const OVERLAY = { overlay: '1.1.0', info: { title: 't', version: '1' } }
const acmeScenarios = 'examples/acme/scenarios'

type Data = Readonly<Record<string, unknown>>

interface Block {
  readonly page: string
  readonly place: string
  readonly language: string
  readonly marks: readonly string[]
  readonly code: string
}

interface Table {
  readonly kind: string
  readonly about: readonly string[]
  readonly rows: ReadonlyArray<{ readonly names: readonly string[]; readonly text: string }>
}

const blocks = pages.flatMap(blocksOf)
afterAll(() => rmSync(out, { recursive: true, force: true }))

/* Blocks */

// A document that the page gives a file name is there for the page's own tests.
for (const { marks, code } of blocks)
  if (/^(?:spec|overlay|data)$/.test(marks[0] ?? '') && marks[1]) write(marks[1], code)

test.each(blocks.filter(({ language, marks }) => language === 'yaml' || marks[0] === 'example'))(
  '$place is right as it stands',
  (block) => {
    const [kind, ...vendors] = block.marks
    const file = `${block.place.replaceAll(/\W+/g, '-')}.yaml`
    switch (kind) {
      case 'spec':
        return void createMock({ vendors: [write(file, block.code)] })
      case 'x-mock':
      case 'part':
        return void createMock({ vendors: [write(file, dump(merge(readYaml(acme), load(block.code) as Data)))] })
      case 'scenario':
        return void createMock({
          vendors: vendors.map((vendor) => (vendor === 'acme' ? acme : vendor)),
          scenarios: [acmeScenarios],
          scenario: write(file, block.code),
        })
      case 'data':
        return expect(parseSource(block.code, file).problems).toEqual([])
      case 'overlay':
        return expect(checkOverlay(parseSource(block.code, file))).toEqual([])
      case 'actions':
        return expect(checkOverlay(parseSource(dump({ ...OVERLAY, actions: load(block.code) }), file))).toEqual([])
      case 'example':
        return expect(readFileSync(root + block.marks[1]!, 'utf8')).toBe(block.code)
      default:
        throw new Error(
          `${block.place}: say after "yaml" what it is: spec, x-mock, part, example or scenario <vendor>, data, overlay or actions.`,
        )
    }
  },
)

const isTest = (block: Block): boolean => block.language === 'ts' && block.marks[0] === 'test'
const tested = pages.filter((page) => blocks.some((block) => block.page === page && isTest(block)))
const files = tested.map((page) => {
  const code = blocks
    .filter((block) => block.page === page && isTest(block))
    .map((block) => `// ${block.place}\n${block.code.replaceAll(/'\.\/([\w-]+\.yaml)'/g, `'${out}$1'`)}`)
  return [page, write(page.replace('/', '-').replace('.md', '.test.ts'), code.join('\n'))] as const
})

// All code of a page is one test file; importing it here puts its tests here.
describe.each(files)('%s', async (_, file) => {
  await import(/* @vite-ignore */ file)

  afterEach(({ task }) => {
    if (/breaks its spec/.test(task.name)) takeBreaches()
  })
})

test('all code is TypeScript without errors, and a test', () => {
  const loose = blocks.filter(
    ({ language, marks }) => language === 'ts' && !/^(?:test|example|page|part)$/.test(marks[0] ?? ''),
  )
  expect(loose).toEqual([])
  // Parts stand alone; what a page has the reader build is there with its type alone.
  for (const [index, { code }] of blocks
    .filter(({ language, marks }) => language === 'ts' && marks[0] === 'part')
    .entries())
    write(`part-${index}.ts`, code)
  write(
    'mocks/acme.d.ts',
    "import type { BrowserVendor } from 'sparring/browser'\nexport declare const acme: BrowserVendor\n",
  )
  write('tsconfig.json', JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }))
  expect(typeErrors(out, 'package')).toBe('')
})

test('every supported Node can parse the code: `using` is mentioned once, in a sentence', () => {
  const declared = pages.flatMap((page) =>
    blocksOf(page).flatMap(({ place, code }) => (/^\s*(?:await )?using \w+ =/m.test(code) ? [place] : [])),
  )
  expect(declared).toEqual([])
  const told = pages.filter((page) => /`using mock = createMock/.test(read(page)))
  expect(told).toEqual(['testing.md'])
})

test('every scenario of the example can be played', () => {
  const mock = createMock({ vendors: [acme], scenarios: [acmeScenarios] })
  const names = readdirSync(`${root}${acmeScenarios}/acme`).map((file) => `acme/${file.replace('.yaml', '')}`)
  expect(names.length).toBeGreaterThan(3)
  for (const name of names) mock.play(name)
})

test('a mistake is reported in the words that the page shows', () => {
  const shown = blocks.find(({ code }) => code.startsWith('Failed to load the spec acme.yaml'))!.code.trim()
  const file = write('acme.yaml', readFileSync(root + acme, 'utf8').replace('  limits:', '  limts:'))
  const message = messageOf(() => createMock({ vendors: [file] }))
  expect(message.replaceAll(folder, '')).toBe(shown)
})

test('a target that a newer document lacks is reported in the words that the page shows', () => {
  const shown = blocks.find(({ code }) => code.startsWith('Failed to load the spec labels.yaml'))!.code.trim()
  const labels = (name: string): string => readFileSync(`${root}examples/labels/${name}`, 'utf8')
  const file = write('labels.yaml', labels('openapi.yaml').replace('/labels:', '/v2/labels:'))
  write('labels.mock.overlay.yaml', labels('labels.mock.overlay.yaml'))
  expect(messageOf(() => createMock({ vendors: [file] })).replaceAll(folder, '')).toBe(shown)
})

/* Names */

describe.each([
  ['spec-language.md', 'specs/x-mock.schema.json'],
  ['scenario-language.md', 'scenarios/scenario.schema.json'],
])('%s', (page, file) => {
  const schema = JSON.parse(readFileSync(root + file, 'utf8')) as Data
  const things = thingsOf(schema['$defs'])
  const tables = tablesOf(page)
  const keywords = tables.filter(({ kind }) => kind === 'keywords')

  test('has a row for every keyword that can be written, and no other rows', () => {
    const wanted = [...things].flatMap(([thing, properties]) =>
      Object.keys(properties)
        .filter((name) => properties[name]!['x-not-yet'] === undefined)
        .map((name) => `${name} of ${thing}`),
    )
    const written = keywords.flatMap(({ about, rows }) =>
      rows.flatMap(({ names }) => names.flatMap((name) => about.map((thing) => ({ name, thing })))),
    )
    const missing = wanted.filter((text) => !written.some(({ name, thing }) => `${name} of ${thing}` === text))
    expect(missing, 'A keyword has its row in the table under "<!-- keywords: … -->" of its $defs.').toEqual([])
    const alien = keywords.flatMap(({ about, rows }) =>
      rows
        .flatMap(({ names }) => names)
        .filter((name) => !about.some((thing) => wanted.includes(`${name} of ${thing}`)))
        .map((name) => `${name} of ${about.join(', ')}`),
    )
    // Explicit values are literals to the schema, which tells of them in its words only.
    const values = String((schema['$defs'] as Data)['value'] && JSON.stringify((schema['$defs'] as Data)['value']))
    expect(alien.filter((text) => !values.includes(`{ ${text.split(' ')[0]!}: … }`))).toEqual([])
  })

  test('has every value that a keyword may have in the row of that keyword', () => {
    const missing = keywords.flatMap(({ about, rows }) =>
      rows.flatMap(({ names, text }) =>
        about
          .flatMap((thing) => names.flatMap((name) => choicesOf(schema, things.get(thing)?.[name])))
          .filter((value) => !text.includes(`\`${value}\``))
          .map((value) => `${value} of ${names.join(', ')}`),
      ),
    )
    expect(missing).toEqual([])
  })

  test('lists what is reserved, and nothing else, as not there yet', () => {
    const reserved = new Set(
      [...things.values()].flatMap((properties) =>
        Object.keys(properties).filter((name) => properties[name]!['x-not-yet'] !== undefined),
      ),
    )
    const [listed, ...more] = tables.filter(({ kind }) => kind === 'not yet')
    expect(more).toEqual([])
    expect(listed!.rows.flatMap(({ names }) => names).sort()).toEqual([...reserved].sort())
  })
})

test('values: every root, format and field of a limit is in its table', () => {
  const wrong = {
    accounts: { default: { a: '{$nobody}', b: '{$now | nohow}' } },
    headers: [{ from: 'limit', set: {} }],
  }
  wrong.headers[0]!.set = { A: '{$nobody}', B: '{$now | nohow}' }
  const message = messageOf(() =>
    createMock({ vendors: [write('wrong.yaml', dump(merge(readYaml(acme), { 'x-mock': wrong })))] }),
  )
  const known = (text: string): string[] => new RegExp(`${text}.*Known: (.*)\\.`).exec(message)![1]!.split(', ')
  const roots = known('not a value').filter((name) => name !== '$render')
  expect(namesOf('spec-language.md', 'roots')).toEqual(roots.map((name) => name.slice(1)).sort())
  expect(namesOf('spec-language.md', 'formats')).toEqual(known('not a format').sort())
})

test('the API: every name has a row, and every row is a name', async () => {
  const mock = createMock({ vendors: [acme] })
  await mock.fetch('https://api.acme.example/v1/renders', { headers: { authorization: 'Bearer acme_any' } })
  const [exchange] = mock.journal.exchanges()
  const keys = (value: object | undefined): string[] => Object.keys(value ?? {}).sort()
  const types = readFileSync(`${root}mocks/connect/mock/api/mock-options.ts`, 'utf8')
  const options = /interface MockOptions \{(.*?)\n\}/s.exec(types)![1]!
  expect(namesOf('testing.md', 'mock')).toEqual(keys(mock))
  expect(namesOf('testing.md', 'clock')).toEqual(keys(mock.clock))
  expect(namesOf('testing.md', 'journal')).toEqual(keys(mock.journal))
  expect(namesOf('testing.md', 'credentials')).toEqual(keys(mock.credentials('acme')))
  expect(namesOf('testing.md', 'exchange')).toEqual(keys(exchange))
  expect(namesOf('testing.md', 'options')).toEqual(
    [...options.matchAll(/^ {2}readonly (\w+)/gm)].map((m) => m[1]).sort(),
  )
  const attempted = createMock({ vendors: ['seek'], clock: { frozen: true } })
  attempted.webhooks.to(() => new Response())
  await attempted.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
    method: 'POST',
    headers: { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' },
    body: '{"profile_url":"https://linkedin.com/in/example","webhook":"https://client.example/"}',
  })
  await attempted.clock.advance('1m')
  const [delivery] = attempted.webhooks.deliveries()
  expect(namesOf('webhooks.md', 'webhooks')).toEqual(keys(mock.webhooks))
  expect(namesOf('webhooks.md', 'delivery')).toEqual(keys(delivery))
  expect(namesOf('webhooks.md', 'attempt')).toEqual(keys(delivery!.attempts[0]))
  expect(namesOf('spec-language.md', 'limit')).toEqual(keys(exchange!.limits[0]))
})

test.each(pages)('every link of %s leads somewhere', (page) => {
  const text = read(page)
  const dead = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => {
      const [path, anchor] = link.split('#') as [string, string | undefined]
      const target = path === '' ? docs + page : resolve(docs, dirname(page), path)
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor))
    })
  expect(dead).toEqual([])
})

function blocksOf(page: string): Block[] {
  const text = read(page)
  return [...text.matchAll(/^```(\w+)(.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    place: `docs/${page}:${text.slice(0, match.index).split('\n').length}`,
    language: match[1]!,
    marks: match[2]!.split(' ').filter(Boolean),
    code: match[3]!,
  }))
}

/** Tables with a comment before them that says what they list. */
function tablesOf(page: string): Table[] {
  return [...read(page).matchAll(/<!-- (keywords|not yet|names)(?:: (.*?))? -->\n+((?:\|.*\n)+)/g)].map((match) => ({
    kind: match[1]!,
    about: match[2]?.split(', ') ?? [],
    rows: match[3]!
      .trim()
      .split('\n')
      .slice(2)
      .map((row) => ({ names: [...row.split(/(?<!\\)\|/)[1]!.matchAll(/`([^`]+)`/g)].map((m) => m[1]!), text: row })),
  }))
}

/** The names that a table of an API lists: `play` of `mock.play(…)`, `now` of `$now`. */
function namesOf(page: string, about: string): string[] {
  const tables = tablesOf(page).filter((table) => table.kind === 'names' && table.about.includes(about))
  return tables
    .flatMap(({ rows }) => rows.flatMap(({ names }) => names))
    .map((name) => name.replace(/^\$|^mock\.(?:clock\.|journal\.|webhooks\.(?=\w))?/, '').replace(/[.(].*$/, ''))
    .sort()
}

/** Everything that has keywords, by its place below `$defs`. */
function thingsOf(node: unknown, place = '', found = new Map<string, Record<string, Data>>()) {
  if (node === null || typeof node !== 'object') return found
  const properties = Object.entries(((node as Data)['properties'] ?? {}) as Record<string, Data>)
  const own = properties.filter(([name]) => !/^x-mock-(?:assumed|source)$/.test(name))
  if (own.length > 0) found.set(place.slice(1), Object.fromEntries(own))
  for (const [key, value] of Object.entries(node)) if (key !== 'examples') thingsOf(value, `${place}/${key}`, found)
  return found
}

function resolved(schema: Data, node: Data): Data {
  const ref = node['$ref'] as string | undefined
  return ref === undefined ? node : ((schema['$defs'] as Data)[ref.replace('#/$defs/', '')] as Data)
}

function choicesOf(schema: Data, node: Data | undefined): unknown[] {
  if (!node) return []
  const { enum: several, const: one } = resolved(schema, node)
  return Array.isArray(several) ? several : typeof one === 'string' ? [one] : []
}

/** Maps merge, everything else is replaced. */
function merge(base: Data, over: Data): Data {
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(over))
    merged[key] = isMap(merged[key]) && isMap(value) ? merge(merged[key], value) : value
  return merged
}

function isMap(value: unknown): value is Data {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof InvalidFileError) return error.message
    throw error
  }
  throw new Error('It did not fail.')
}

function read(page: string): string {
  return readFileSync(docs + page, 'utf8')
}

function readYaml(file: string): Data {
  return load(readFileSync(root + file, 'utf8')) as Data
}

function write(name: string, text: string): string {
  mkdirSync(dirname(out + name), { recursive: true })
  writeFileSync(out + name, text)
  return out + name
}
