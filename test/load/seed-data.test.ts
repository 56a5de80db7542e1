import { createMock } from 'sparring'
import { createMock as createPageMock } from 'sparring/browser'
import { expect, test } from 'vitest'
import { packVendor } from '../../mocks/cli/build/pack.ts'
import { createLibrary } from '../../mocks/load/library.ts'
import { project, sparring } from '../support/processes/cli.ts'

const DOCUMENT = `openapi: 3.1.0
info: { title: Depots, version: '1' }
servers: [{ url: 'https://api.depots.example' }]
x-mock:
  data: seed/data.yaml
  collections:
    depots: { param: depot_id, items: { south: { city: Sud } } }
    trips: { param: trip_id }
  jobs:
    trip:
      in: trips
      item: { status: '{$job.status}' }
      states: { driving: { for: 1h, then: done }, done: { final: true } }
paths:
  /depots:
    get:
      operationId: listDepots
      x-mock: { collection: { do: list, in: depots } }
      responses: { '200': { description: Depots., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Depot' } } } } } }
  /trips/{trip_id}:
    parameters: [{ name: trip_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getTrip
      x-mock: { collection: { do: read, in: trips } }
      responses: { '200': { description: A trip., content: { application/json: { schema: { type: object, properties: { id: {}, status: {} } } } } } }
components:
  schemas:
    Depot: { type: object, properties: { id: { type: string }, city: { type: string } } }
`
const DATA = `collections:
  depots:
    north: { city: Nord }
jobs:
  trip:
    first: { state: done, at: '2026-01-05T09:00:00Z' }
`

async function read(mock: { readonly fetch: typeof fetch }, path: string): Promise<unknown> {
  return (await mock.fetch(`https://api.depots.example${path}`)).json()
}

test('seed items of collections and jobs stand in a file beside the document', async () => {
  const cwd = project({ 'openapi.yaml': DOCUMENT, 'seed/data.yaml': DATA })
  using mock = createMock({ vendors: [`${cwd}/openapi.yaml`] })
  expect(await read(mock, '/depots')).toEqual([
    { id: 'south', city: 'Sud' },
    { id: 'north', city: 'Nord' },
  ])
  expect(await read(mock, '/trips/first')).toEqual({ id: 'first', status: 'done' })
})

test('an overlay changes an item of the file, and brings a file of its own', async () => {
  const cwd = project({
    'openapi.yaml': DOCUMENT,
    'seed/data.yaml': DATA,
    'overlays/more.yaml': `overlay: 1.1.0
info: { title: More, version: '1' }
actions:
  - { target: "$['x-mock'].collections.depots.items.north", update: { city: North } }
  - { target: "$['x-mock']", update: { data: more-data.yaml } }
`,
    'overlays/more-data.yaml': 'collections: { depots: { west: { city: West } } }\n',
  })
  using mock = createMock({ vendors: { [`${cwd}/openapi.yaml`]: { overlay: `${cwd}/overlays/more.yaml` } } })
  expect(await read(mock, '/depots')).toEqual([
    { id: 'south', city: 'Sud' },
    { id: 'north', city: 'North' },
    { id: 'west', city: 'West' },
  ])
})

test('a page has the items of the file built in', async () => {
  const cwd = project({ 'openapi.yaml': DOCUMENT, 'seed/data.yaml': DATA })
  const library = createLibrary({ cwd })
  const packed = packVendor(library, library.vendor('./openapi.yaml'))
  expect((packed.document as { 'x-mock': object })['x-mock']).not.toHaveProperty('data')
  using mock = createPageMock({ vendors: [packed] })
  expect(await read(mock, '/depots')).toContainEqual({ id: 'north', city: 'Nord' })
})

test('check reports what is wrong with an item where it stands in the file', async () => {
  const cwd = project({
    'openapi.yaml': DOCUMENT,
    'seed/data.yaml': `collections:
  depots:
    north: { id: nord, city: Nord }
    south: { city: Sur }
  depot: {}
jobs:
  trip:
    first: { state: flying, at: '2026-01-05T09:00:00Z' }
`,
  })
  const first = await sparring(['check', 'openapi.yaml'], { cwd })
  expect(first.out + first.err).toContain(
    'seed/data.yaml:4:5 error repeated-item: The item "south" is also under "items" of "depots". Keep one of them.',
  )
  expect(first.out + first.err).toContain(
    'seed/data.yaml:5:3 error unknown-collection: "depot" is not one of the collections of the document. Did you mean "depots"?',
  )
})

test('check reports a file of seed items that breaks a rule of x-mock there', async () => {
  const cwd = project({
    'openapi.yaml': DOCUMENT,
    'seed/data.yaml': DATA.replace('done', 'flying').replace('{ city: Nord }', '{ id: nord }'),
  })
  const { out, err } = await sparring(['check', '.'], { cwd })
  expect(out + err).toContain('seed/data.yaml:6:14 error unknown-state: "flying" is not one of the states.')
  expect(out + err).toContain('seed/data.yaml:3:14 error other-key: The item "north" says that its "id" is "nord"')
})

test.each([
  ['none.yaml', 'The seed data "none.yaml" cannot be read: there is no such file.'],
  [
    'https://depots.example/data.yaml',
    '"https://depots.example/data.yaml" is on the network, and only files are read.',
  ],
])('check says why %s gives no items', async (data, message) => {
  const cwd = project({ 'openapi.yaml': DOCUMENT.replace('seed/data.yaml', data) })
  const { out, err } = await sparring(['check', 'openapi.yaml'], { cwd })
  expect(out + err).toContain(`openapi.yaml:5:3 error unreadable-data: ${message}`)
})

test('a file of seed items names collections and jobs alone', async () => {
  const cwd = project({ 'openapi.yaml': DOCUMENT, 'seed/data.yaml': 'depots: { north: { city: Nord } }\n' })
  const { out, err } = await sparring(['check', 'openapi.yaml'], { cwd })
  expect(out + err).toContain('seed/data.yaml:1:1 error unknown-keyword: "depots" is not a keyword of the seed data.')
})
