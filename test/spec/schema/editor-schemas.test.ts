import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { load } from 'js-yaml'

const read = (file: string): object => JSON.parse(readFileSync(file, 'utf8')) as object
const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false })
ajv.addSchema(read('specs/x-mock.schema.json'))
const isSpec = ajv.compile(read('specs/openapi.schema.json'))

/** Files with the schema that their first line names for editors. */
const files = ['specs', 'scenarios'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && (folder === 'specs' ? entry.name === 'openapi.yaml' : entry.name.endsWith('.yaml')),
    )
    .map((entry) => join(entry.parentPath, entry.name)),
)

test('every spec and scenario names the schema by which editors check it', () => {
  for (const file of files) {
    const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8'))?.[1]
    expect(schema, file).toBe(
      relative(
        dirname(file),
        file.startsWith('specs') ? 'specs/openapi.schema.json' : 'scenarios/scenario.schema.json',
      ),
    )
    expect(() => readFileSync(join(file, '..', schema!))).not.toThrow()
  }
})

test.each(files.filter((file) => file.startsWith('specs')))('%s fits the schema for editors', (file) => {
  isSpec(load(readFileSync(file, 'utf8'), { json: true }))
  expect(isSpec.errors ?? []).toEqual([])
})

test('the schema for editors sees a wrong word at the root, on an operation and on an example', () => {
  const wrong = { limts: [] }
  const examples = { rate: { value: {}, 'x-mock': wrong } }
  const responses = { '429': { content: { 'application/json': { examples } } } }
  isSpec({
    'x-mock': wrong,
    paths: { '/a': { get: { 'x-mock': wrong, responses } } },
    components: { responses: { A: responses['429'] } },
  })
  expect(
    isSpec.errors?.filter((error) => error.keyword === 'additionalProperties').map((error) => error.instancePath),
  ).toEqual([
    '/x-mock',
    '/paths/~1a/get/x-mock',
    '/paths/~1a/get/responses/429/content/application~1json/examples/rate/x-mock',
    '/components/responses/A/content/application~1json/examples/rate/x-mock',
  ])
})

/* Scenarios of one vendor */

const vendors = readdirSync('specs', { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)
const isScenario = new Map(
  vendors.map((name) => [
    name,
    new Ajv2020({ strict: false, allErrors: true, logger: false }).compile(
      read(`scenarios/${name}/scenario.schema.json`),
    ),
  ]),
)

/** What an editor would say of a scenario. */
function mistakesOf(vendor: string, scenario: unknown): string[] {
  const validate = isScenario.get(vendor)!
  validate(scenario)
  return [...new Set((validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`))]
}

test.each(vendors)('every scenario of %s fits the schema that has the names of the vendor', (vendor) => {
  const own = files.filter((file) => file.startsWith(`scenarios/${vendor}/`))
  expect(own.length, `scenarios in scenarios/${vendor}/`).toBeGreaterThan(0)
  for (const file of own) expect([file, mistakesOf(vendor, load(readFileSync(file, 'utf8')))]).toEqual([file, []])
})

test.each<readonly [wrong: string, part: object, place: string]>([
  [
    'an operation',
    { rules: [{ when: { operation: 'submitjob' }, then: { delay: '1s' } }] },
    '/rules/0/when/operation enum',
  ],
  ['an error', { rules: [{ then: { error: 'PaymentRequird' } }] }, '/rules/0/then/error enum'],
  ['a limit', { limits: { request: { capacity: 1 } } }, '/limits additionalProperties'],
  [
    'a keyword of another algorithm',
    { limits: { requests: { window: '60s' } } },
    '/limits/requests additionalProperties',
  ],
  ['a job', { jobs: { jobs: { outcome: 'failed' } } }, '/jobs additionalProperties'],
  ['an outcome', { jobs: { job: { outcome: 'complete' } } }, '/jobs/job/outcome enum'],
  [
    'a state',
    { jobs: { job: { nth: { 2: { timings: { runing: '1s' } } } } } },
    '/jobs/job/nth/2/timings additionalProperties',
  ],
  [
    'a state in a condition',
    { rules: [{ when: { job: { state: 'done' } }, then: { delay: '1s' } }] },
    '/rules/0/when/job/state enum',
  ],
  ['a collection', { data: { worker: {} } }, '/data additionalProperties'],
  ['a plan', { accounts: { default: { plan: 'fre' } } }, '/accounts/default/plan enum'],
  ['a webhook', { webhooks: { finished: { drop: true } } }, '/webhooks additionalProperties'],
  ['a scheme of tokens', { tokens: { oauth: { deny: true } } }, '/tokens additionalProperties'],
  ['a dialect', { dialect: 'euro' }, '/dialect enum'],
  ['an operation of latency', { latency: { operations: { getme: '1s' } } }, '/latency/operations additionalProperties'],
  ['a vendor', { vendor: 'seal' }, '/vendor enum'],
])('the schema of Seek sees %s that it has not', (_, part, place) => {
  expect(mistakesOf('seek', { title: 'x', ...part })).toContain(place)
})

test('scenarios of one’s own are built on those of the package and on others', () => {
  expect(mistakesOf('seek', { title: 'x', extends: 'happy-path' })).toEqual([])
  expect(mistakesOf('seek', { title: 'x', extends: './mine.yaml' })).toEqual([])
  const schema = read('scenarios/seek/scenario.schema.json') as {
    $defs: { scenario: { properties: { extends: { anyOf: [{ enum: string[] }] } } } }
  }
  expect(schema.$defs.scenario.properties.extends.anyOf[0].enum).toEqual(
    expect.arrayContaining(['happy-path', 'seek/happy-path', 'out-of-credits']),
  )
})

test('after "vendor:" the schema of all scenarios offers every vendor', () => {
  const schema = read('scenarios/scenario.schema.json') as {
    $defs: { scenario: { properties: { vendor: { examples: string[] } } } }
  }
  expect(schema.$defs.scenario.properties.vendor.examples).toEqual(vendors.sort())
})

/* Overlays */

const isOverlay = ajv.compile(read('specs/overlay.schema.json'))
const overlays = ['specs', 'examples', 'test/fixtures'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.overlay.yaml'))
    .map((file) => join(folder, file)),
)

test('every overlay fits the schema for editors', () => {
  expect(overlays.length).toBeGreaterThan(8)
  for (const file of overlays) {
    isOverlay(load(readFileSync(file, 'utf8')))
    expect([file, isOverlay.errors ?? []]).toEqual([file, []])
  }
})

test('the schema of overlays sees a wrong word in an update of the document, of an operation and of an example', () => {
  const update = { 'x-mock': { limts: [] } }
  isOverlay({
    overlay: '1.1.0',
    info: { title: 'x', version: '1' },
    actions: [
      { target: '$', update },
      { target: "$.paths['/labels'].post", update },
      { target: '$.components.responses.TooMany.content.*.examples.rate', update },
      { target: "$['x-mock']", update: { limts: [] } },
    ],
  })
  expect(
    isOverlay.errors?.filter((error) => error.keyword === 'additionalProperties').map((error) => error.instancePath),
  ).toEqual(['/actions/0/update/x-mock', '/actions/1/update/x-mock', '/actions/2/update/x-mock', '/actions/3/update'])
})
