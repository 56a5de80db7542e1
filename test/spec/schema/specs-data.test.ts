import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { load } from 'js-yaml'

type Data = Readonly<Record<string, unknown>>

const root = new URL('../../../', import.meta.url)
const facts = new URL('../../../../shared/vendors/', import.meta.url)
const VENDORS = ['seek', 'seal', 'seamless', 'sequentum'] as const
const specs = new Map(VENDORS.map((vendor) => [vendor, readYaml(`specs/${vendor}/openapi.yaml`)] as const))

test.each(VENDORS)('every $ref of %s leads somewhere', (vendor) => {
  const document = specs.get(vendor)!
  const dangling = find(document, (node) => typeof node['$ref'] === 'string')
    .map(({ node }) => String(node['$ref']))
    .filter((ref) => at(document, ref.slice(1)) === undefined)
  expect(dangling).toEqual([])
})

test.each(VENDORS)('every example of %s fits its schema', (vendor) => {
  const document = specs.get(vendor)!
  const check = checker(vendor)
  const places = find(document, (node) => 'schema' in node && 'examples' in node)
  const breaches = places.flatMap(({ node, pointer }) =>
    entries(node['examples']).flatMap(([name, example]) =>
      check(`${pointer}/schema`, (example as Data)['value']).map((error) => `${pointer} ${name}: ${error}`),
    ),
  )
  expect(breaches).toEqual([])
  expect(places.length).toBeGreaterThan(15)
})

test.each(VENDORS)('every body, answer and parameter of %s has a named example', (vendor) => {
  const document = specs.get(vendor)!
  const bare = find(document, (node) => 'schema' in node && !('examples' in node))
    .map(({ pointer }) => pointer)
    .filter((pointer) => !pointer.startsWith('/components/headers/') && !pointer.startsWith('/webhooks/'))
    .filter((pointer) => !pointer.startsWith('/x-mock/'))
    // A page that documents the API is made from the document.
    .filter((pointer) => !pointer.endsWith('/content/text~1html'))
  expect(bare).toEqual([])
})

test.each(VENDORS)('what is laid over an example of %s stands in the example', (vendor) => {
  const missing = find(specs.get(vendor)!, (node) => 'x-mock' in node && 'value' in node).flatMap(({ node, pointer }) =>
    entries((node['x-mock'] as Data)['body'])
      .filter(([target]) => at(node['value'], target) === undefined)
      .map(([target]) => `${pointer}${target}`),
  )
  expect(missing).toEqual([])
})

test.each(VENDORS)('every curated item of %s fits its schema', (vendor) => {
  const check = checker(vendor)
  const breaches = items(vendor).flatMap(({ schema, key, item }) =>
    check(schema, item).map((error) => `${key}: ${error}`),
  )
  expect(breaches).toEqual([])
  expect(items(vendor).length).toBeGreaterThanOrEqual(12)
})

test('every worker of seek describes its input and output with closed schemas', () => {
  const ajv = createAjv({ strict: true, strictTypes: false })
  for (const { key, item } of items('seek')) {
    for (const kind of ['input_schema', 'output_schema']) {
      const schema = item[kind] as Data
      expect(() => ajv.compile(schema), `${key} ${kind}`).not.toThrow()
      expect(schema['additionalProperties'], `${key} ${kind}`).toBe(false)
      expect(schema['required'], `${key} ${kind}`).not.toEqual([])
    }
  }
})

test('entities of seal refer only to entities that are there', () => {
  const known = new Set(items('seal').map(({ key }) => key))
  const seen = JSON.stringify(items('seal')).match(/"[123]0000000-0000-4000-8000-\d{12}"/g)!
  expect(seen.map((id) => id.slice(1, -1)).filter((id) => !known.has(id))).toEqual([])
})

test('entities of seal have a field of every type', () => {
  const types = new Set(
    items('seal').flatMap(({ item }) => entries(item['fields']).map(([, field]) => (field as Data)['type'])),
  )
  expect([...types].sort()).toEqual(
    [...(at(specs.get('seal'), '/components/schemas/FieldType/enum') as string[])].sort(),
  )
})

test.each(VENDORS)('every error that %s names is an answer with that example', (vendor) => {
  const document = specs.get(vendor)!
  const named = find(document['x-mock'], () => true)
    .concat(find(document['paths'], (_, pointer) => pointer.includes('/x-mock')))
    .flatMap(({ node }) => Object.values(node))
    .filter((value): value is string => typeof value === 'string' && /^[A-Z]\w+#\w+$/.test(value))
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((name) => !isError(vendor, name))).toEqual([])
})

test.each(VENDORS)('every operation of %s documents the answers that any request may get', (vendor) => {
  for (const { id, operation } of operations(vendor)) {
    // Pages for people, and what needs no key of the API.
    if (
      id === 'getApiDocs' ||
      id === 'authorize' ||
      (vendor === 'sequentum' && !JSON.stringify(operation['security'] ?? 'apiKey').includes('apiKey'))
    )
      continue
    expect(Object.keys(operation['responses'] as Data), id).toEqual(expect.arrayContaining(['401', '429', '500']))
  }
})

test.runIf(existsSync(facts))('the 401 of seek is the one of the facts, letter by letter', () => {
  const gathered = readFileSync(new URL('seek/seed.txt', facts), 'utf8')
  const body = JSON.parse(gathered.slice(gathered.indexOf('{'), gathered.indexOf('}') + 1)) as Data
  expect(
    at(specs.get('seek'), '/components/responses/Unauthorized/content/application~1json/examples/key/value'),
  ).toEqual(body)
})

const scenarios = VENDORS.flatMap((vendor) =>
  readdirSync(new URL(`scenarios/${vendor}/`, root))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => ({
      vendor,
      name: file.replace('.yaml', ''),
      file: `scenarios/${vendor}/${file}`,
    })),
)

test.each(scenarios)('$file has a description of what it plays and of what a good client does', ({ vendor, file }) => {
  const text = readFileSync(new URL(file, root), 'utf8')
  const scenario = readYaml(file)
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../scenario.schema.json')
  expect(scenario['title']).toMatch(/^[A-Z].+[^.]$/)
  expect(scenario['client']).toMatch(/^[a-z].+[^.]$/)
  expect(scenario['vendor']).toBe(vendor)
})

test.each(scenarios)('$file uses only names of its vendor', ({ vendor, file }) => {
  const scenario = readYaml(file)
  const mock = specs.get(vendor)!['x-mock'] as Data
  const ids = operations(vendor).flatMap(({ id, operation }) => [id, ...(operation['tags'] as string[])])
  const named = find(scenario, (node) => 'operation' in node).flatMap(({ node }) => [node['operation']].flat())
  expect(named.filter((id) => !ids.includes(String(id)))).toEqual([])
  const errors = find(scenario, (node) => 'error' in node).map(({ node }) => String(node['error']))
  expect(errors.filter((name) => !isError(vendor, name))).toEqual([])
  const limits = (mock['limits'] as readonly Data[]).map((limit) => limit['name'])
  expect(limits).toEqual(expect.arrayContaining(Object.keys((scenario['limits'] ?? {}) as Data)))
  for (const [name, settings] of entries(scenario['jobs'])) {
    const states = Object.keys(at(mock, `/jobs/${name}/states`) as Data)
    const { outcome, timings } = settings as Data
    expect(states).toEqual(expect.arrayContaining([outcome ?? states[0], ...Object.keys((timings ?? {}) as Data)]))
  }
  if (scenario['extends'] !== undefined)
    expect(scenarios.map((entry) => entry.file)).toContain(`scenarios/${vendor}/${String(scenario['extends'])}.yaml`)
})

function readYaml(file: string): Data {
  return load(readFileSync(new URL(file, root), 'utf8'), { filename: file }) as Data
}

function createAjv(options: object) {
  const ajv = new Ajv2020({ allErrors: true, validateSchema: false, ...options })
  formats.default(ajv)
  return ajv
}

/** Checks a value against the schema at a place of the vendor's document; gives what is wrong with it. */
function checker(vendor: (typeof VENDORS)[number]): (pointer: string, value: unknown) => string[] {
  const ajv = createAjv({ strict: false })
  ajv.addSchema(specs.get(vendor)!, vendor)
  return (pointer, value) => {
    const fragment = pointer.split('/').map(encodeURIComponent).join('/')
    const validate = ajv.getSchema(`${vendor}#${fragment}`)!
    return validate(value) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.message}`)
  }
}

function items(vendor: (typeof VENDORS)[number]) {
  const seed = readYaml(`specs/${vendor}/data.yaml`)['collections'] as Data
  return entries(at(specs.get(vendor), '/x-mock/collections')).flatMap(([collection, rules]) => {
    const { key: [name] = ['id'], schema } = rules as { key?: readonly string[]; schema?: string }
    const curated = seed[collection]
    // Collections without a schema hold what no answer shows as it is.
    return (schema === undefined ? [] : entries(curated)).map(([id, item]) => ({
      key: id,
      schema: schema!.slice(1),
      item: { [name!]: isNumber(vendor, schema!, name!) ? Number(id) : id, ...(item as Data) } as Data,
    }))
  })
}

function isNumber(vendor: (typeof VENDORS)[number], schema: string, key: string): boolean {
  const type = (at(specs.get(vendor), `${schema.slice(1)}/properties/${key}`) as Data | undefined)?.['type']
  return [type].flat().includes('integer')
}

function operations(vendor: (typeof VENDORS)[number]) {
  return entries(specs.get(vendor)!['paths']).flatMap(([path, item]) =>
    entries(item)
      .filter(([, operation]) => (operation as Data)['operationId'] !== undefined)
      .map(([method, operation]) => ({
        id: String((operation as Data)['operationId']),
        method,
        path,
        operation: operation as Data,
      })),
  )
}

function isError(vendor: (typeof VENDORS)[number], name: string): boolean {
  const [response, example] = name.split('#')
  const content = at(specs.get(vendor), `/components/responses/${response}/content`)
  const found = (Object.values(content ?? {})[0] as Data | undefined)?.['examples'] as Data | undefined
  return found !== undefined && (example === undefined || Object.hasOwn(found, example))
}

/** All objects of a document that a test picks, with their places. */
function find(start: unknown, pick: (node: Data, pointer: string) => boolean): Array<{ node: Data; pointer: string }> {
  const found: Array<{ node: Data; pointer: string }> = []
  const walk = (value: unknown, pointer: string): void => {
    if (value === null || typeof value !== 'object') return
    if (!Array.isArray(value) && pick(value as Data, pointer)) found.push({ node: value as Data, pointer })
    for (const [key, entry] of Object.entries(value))
      walk(entry, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  }
  walk(start, '')
  return found
}

function at(start: unknown, pointer: string): object | undefined {
  let value = start
  for (const step of pointer.split('/').slice(1)) {
    value = (value as Data | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return value as object | undefined
}

function entries(value: unknown): Array<[string, unknown]> {
  return Object.entries((value ?? {}) as Data)
}
