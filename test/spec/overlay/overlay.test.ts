import { createMock, InvalidFileError } from 'sparring'
import { expect, test } from 'vitest'
import { applyOverlays } from '../../../mocks/spec/overlay/apply.ts'
import { formatProblem } from '../../../mocks/spec/problems/problem.ts'
import { parseSource } from '../../../mocks/spec/read/source.ts'
import { project, sparring } from '../../support/processes/cli.ts'

const acme = `openapi: 3.1.0
info: { title: Acme, version: '1' }
servers: [{ url: https://acme.example }]
tags: [{ name: jobs }]
paths:
  /jobs:
    post: { operationId: startJob, tags: [a, b, c], responses: { '202': { description: It is started. } } }
    get: { operationId: listJobs, tags: [a], responses: { '200': { description: All of them. } } }
components:
  responses: { TooMany: { description: Slow down. } }
`

const HEAD = `overlay: 1.1.0
info: { title: How Acme behaves, version: '1' }
actions:
`

function overlaid(...actions: readonly string[]) {
  const document = parseSource(acme, 'acme.yaml')
  const before = JSON.stringify(document.data)
  const overlays = actions.map((text, index) => parseSource(HEAD + text, `${index + 1}.overlay.yaml`))
  const source = applyOverlays(document, overlays)
  expect(JSON.stringify(document.data)).toBe(before)
  return { ...source, told: source.problems.map(formatProblem), json: source.data as Data }
}

interface Data {
  readonly [key: string]: Data
}

test('maps are merged, entries are added to lists, primitives are replaced', () => {
  const { json, told } = overlaid(`
  - target: $
    update: { info: { title: Acme 2, x-new: { a: 1 } }, tags: [{ name: more }], x-top: [1] }
  - target: $.tags
    update: { name: one }
  - target: $.tags
    update: [{ name: two }, { name: three }]
  - target: $.paths['/jobs'].post.operationId
    update: submitJob
`)
  expect(told).toEqual([])
  expect(json['info']).toEqual({ title: 'Acme 2', version: '1', 'x-new': { a: 1 } })
  expect(json['tags']).toEqual([
    { name: 'jobs' },
    { name: 'more' },
    { name: 'one' },
    { name: 'two' },
    { name: 'three' },
  ])
  expect(json['x-top']).toEqual([1])
  expect(json['paths']!['/jobs']!['post']!['operationId']).toBe('submitJob')
})

test('places are removed, each once, whatever their order', () => {
  const { json, told } = overlaid(`
  - { target: "$.paths['/jobs'].post.tags[0,2,-1]", remove: true }
  - { target: '$..description', remove: true }
  - { target: "$.tags[?@.name == 'jobs']", remove: true }
`)
  expect(told).toEqual([])
  expect(json['paths']!['/jobs']!['post']).toEqual({ operationId: 'startJob', tags: ['b'], responses: { '202': {} } })
  expect(json['tags']).toEqual([])
})

test('a copy is a value of its own, which later actions change alone', () => {
  const { json, told } = overlaid(`
  - { target: $.components.responses, update: { Copy: { x-mock-status: 429 } } }
  - { target: $.components.responses.Copy, copy: $.components.responses.TooMany }
  - { target: $.components.responses.Copy.description, update: Changed. }
  - { target: $.paths, update: { /again: {} } }
  - { target: "$.paths['/again']", copy: "$.paths['/jobs']" }
  - { target: "$.paths['/again'].get.tags", update: only here }
`)
  expect(told).toEqual([])
  expect(json['components']!['responses']).toEqual({
    TooMany: { description: 'Slow down.' },
    Copy: { 'x-mock-status': 429, description: 'Changed.' },
  })
  expect(json['paths']!['/again']!['get']!['tags']).toEqual(['a', 'only here'])
  expect(json['paths']!['/jobs']!['get']!['tags']).toEqual(['a'])
})

test('actions see what those before them did, and a second overlay what the first did', () => {
  const { json, told } = overlaid(
    `
  - { target: "$.paths['/jobs'].get", remove: true }
  - { target: "$.paths['/jobs']", update: { get: { operationId: anew } } }`,
    `
  - { target: "$.paths['/jobs'].get", update: { summary: second } }`,
  )
  expect(told).toEqual([])
  expect(json['paths']!['/jobs']!['get']).toEqual({ operationId: 'anew', summary: 'second' })
})

test('every mistake is reported at its place, with the nearest existing path', () => {
  const { told } = overlaid(`
  - target: $.paths['/job'].post
    update: { summary: x }
  - target: $.paths['/jobs'].put
    remove: true
  - target: $.info
    update: { title: { no: map } }
  - target: $.info
    update: [1]
  - target: $.tags
    copy: $.paths.*.tags
  - { target: '$.info[*]', copy: $.info.* }
  - { target: $, remove: true }
  - { target: '$.paths..*', update: { a: 1 } }
`)
  expect(told).toEqual([
    `1.overlay.yaml:5:5 error overlay-target: "$.paths['/job'].post" leads nowhere in acme.yaml: "$.paths" has no "/job". Did you mean "$.paths['/jobs'].post"?`,
    `1.overlay.yaml:7:5 error overlay-target: "$.paths['/jobs'].put" leads nowhere in acme.yaml: "$.paths['/jobs']" has no "put". Known: post, get.`,
    '1.overlay.yaml:10:15 error overlay-merge: $.info.title is a plain value, and a map cannot be merged with it. Remove it with an earlier action, and add it again.',
    '1.overlay.yaml:12:5 error overlay-merge: $.info is a map, and a list cannot be merged with it. Remove it with an earlier action, and add it again.',
    '1.overlay.yaml:14:5 error overlay-target: "$.paths.*.tags" leads nowhere in acme.yaml: "$.paths.*" has no "tags". Known: post, get.',
    '1.overlay.yaml:15:28 error overlay-target: "$.info.*" leads to 2 places, and must lead to one.',
    '1.overlay.yaml:16:7 error overlay-target: The whole document cannot be removed.',
    '1.overlay.yaml:17:7 error overlay-merge: "$.paths..*" leads to a map and a plain value and a list, and must lead to one kind.',
  ])
})

test('for an invalid overlay, the error says what is missing', () => {
  const wrong = parseSource(
    `overlay: 2.0.0\ninfo: { title: x }\nactoins: []\nactions:\n  - { target: $.a./b, updaet: 1 }\n  - { remove: true }\n`,
    'wrong.overlay.yaml',
  )
  expect(applyOverlays(parseSource(acme, 'acme.yaml'), [wrong]).problems.map(formatProblem)).toEqual([
    'wrong.overlay.yaml:1:1 error bad-format: "overlay" must be 1.0.0 or 1.1.0; got "2.0.0".',
    `wrong.overlay.yaml:2:1 error missing-keyword: "version" is missing from an info. Write for example: version: "1"`,
    'wrong.overlay.yaml:3:1 error unknown-keyword: "actoins" is not a keyword of the overlay. Did you mean "actions"?',
    'wrong.overlay.yaml:5:23 error unknown-keyword: "updaet" is not a keyword of an action. Did you mean "update"?',
    'wrong.overlay.yaml:6:5 error missing-keyword: "target" is missing from an action. Write for example: target: "$.paths[\'/jobs\'].post"',
  ])
  const { told } = overlaid(`
  - { target: $.a./b, update: 1 }
  - { target: $.info }
  - { target: $.info, update: {}, remove: true }
`)
  expect(told).toEqual([
    `1.overlay.yaml:5:7 error overlay-path: "$.a./b" is not a JSONPath from character 5 on: write the name as ['/b'].`,
    '1.overlay.yaml:6:5 error overlay-action: Action 2 does nothing. Write what it does beside "target": "update", "copy" or "remove: true".',
    '1.overlay.yaml:7:5 error overlay-action: Action 3 has "update" and "remove". Keep one, and write a separate action for each other.',
  ])
})

test('an overlay can name the source of all its changes with one keyword', () => {
  const sdk = parseSource(
    `overlay: 1.1.0\ninfo: { title: x, version: '1' }\nx-mock-source: sdk\nactions: [{ target: $.info, update: {} }]\n`,
    'sdk.overlay.yaml',
  )
  expect(applyOverlays(parseSource(acme, 'acme.yaml'), [sdk]).problems.map(formatProblem)).toEqual([
    'sdk.overlay.yaml:3:1 error unknown-value: "x-mock-source" must be document, client or assumed; got "sdk".',
  ])
})

test('a place leads to the file in which it was written', () => {
  const { problem } = overlaid(`
  - target: $
    update: { x-mock: { limits: [{ name: a }] }, tags: [{ name: second }] }
  - { target: "$.tags[0]", remove: true }
  - { target: $.components.responses, update: { Copy: {} } }
  - { target: $.components.responses.Copy, copy: $.components.responses.TooMany }
`)
  const at = (pointer: string): string => {
    const { file, line, column } = problem({ code: 'x', message: 'x', pointer })
    return `${file}:${line}:${column}`
  }
  expect(at('/x-mock/limits/0/name')).toBe('1.overlay.yaml:6:36')
  expect(at('/tags/0/name')).toBe('1.overlay.yaml:6:59')
  expect(at('/paths/~1jobs/get/operationId')).toBe('acme.yaml:8:12')
  expect(at('/components/responses/Copy/description')).toBe('acme.yaml:10:27')
  expect(at('')).toBe('acme.yaml:1:1')
})

const sidecar = `${HEAD}  - target: $
    update:
      x-mock:
        limits: [{ name: rate, algorithm: fixed-window, limit: 1, window: 1m, per: [ip], refuse: TooMany, x-mock-assumed: One. }]
  - { target: $.components.responses.TooMany, update: { x-mock-status: 429 } }
`

test.each([
  ['acme/openapi.yaml', 'acme/acme.mock.overlay.yaml'],
  ['acme/openapi.yaml', 'acme/openapi.mock.overlay.yaml'],
  ['acme.yaml', 'acme.mock.overlay.yaml'],
  ['Acme v2.yaml', 'acme-v2.mock.overlay.yml'],
])('beside %s, %s is laid over it unasked', async (document, overlay) => {
  const folder = project({ [document]: acme, [overlay]: sidecar })
  const mock = createMock({ vendors: [`${folder}/${document}`] })
  const call = async (): Promise<number> => (await mock.fetch('https://acme.example/jobs')).status
  expect([await call(), await call()]).toEqual([200, 429])
})

test('overlays can be named, several in order, or left out', async () => {
  const more = `${HEAD}  - { target: '$.x-mock.limits[0].limit', update: 2 }\n`.replace('$.x-mock', "$[''x-mock'']")
  const folder = project({ 'acme.yaml': acme, 'a.yaml': sidecar, 'b.yaml': more, 'acme.mock.overlay.yaml': 'broken' })
  const statuses = async (overlay: string | readonly string[] | false): Promise<number[]> => {
    const mock = createMock({ vendors: { [`${folder}/acme.yaml`]: { overlay } } })
    const call = async (): Promise<number> => (await mock.fetch('https://acme.example/jobs')).status
    return [await call(), await call(), await call()]
  }
  expect(await statuses(`${folder}/a.yaml`)).toEqual([200, 429, 429])
  expect(await statuses([`${folder}/a.yaml`, `${folder}/b.yaml`])).toEqual([200, 200, 429])
  expect(await statuses(false)).toEqual([200, 200, 200])
  await expect(statuses('nowhere.yaml')).rejects.toThrow('Failed to load the overlay "nowhere.yaml": there is no file')
  expect(() => createMock({ vendors: [`${folder}/acme.yaml`] })).toThrow(InvalidFileError)
})

test('an overlay may be laid over a vendor of the package, for one mock alone', () => {
  const folder = project({ 'seek.overlay.yaml': `${HEAD}  - { target: $.info.title, update: Sought }\n` })
  const changed = createMock({ vendors: { seek: { overlay: `${folder}/seek.overlay.yaml` } } })
  expect(changed.vendors).toEqual(['seek'])
  expect(createMock({ vendors: ['seek'] }).vendors).toEqual(['seek'])
})

test('two sidecars, and an overlay in place of its document, are mistakes', () => {
  const folder = project({
    'acme/openapi.yaml': acme,
    'acme/acme.mock.overlay.yaml': sidecar,
    'acme/openapi.mock.overlay.yaml': sidecar,
  })
  expect(() => createMock({ vendors: [`${folder}/acme/openapi.yaml`] })).toThrow(
    'Failed to choose an overlay for openapi.yaml: acme.mock.overlay.yaml and openapi.mock.overlay.yaml are both next to it.',
  )
  expect(() => createMock({ vendors: [`${folder}/acme/acme.mock.overlay.yaml`] })).toThrow(
    'it is an overlay. Give the document that it belongs to; an overlay next to it is found automatically.',
  )
})

test('overlays that build on each other are one mistake each, and an overlay that builds on another leads to its document', async () => {
  const named = (below: string): string =>
    `${HEAD.replace('actions', `extends: ${below}\nactions`)}  - { target: $.info, update: { description: x } }\n`
  const cwd = project({
    'acme.yaml': acme,
    'a.overlay.yaml': named('b.overlay.yaml'),
    'b.overlay.yaml': named('a.overlay.yaml'),
    'self.overlay.yaml': named('self.overlay.yaml'),
    'above.overlay.yaml': named('a.overlay.yaml'),
    'low.overlay.yaml': named('acme.yaml'),
    'high.overlay.yaml': named('low.overlay.yaml'),
  })
  const complaint = 'extends itself. Let one of these overlays extend the document.'
  for (const [file, place, name] of [
    ['a.overlay.yaml', 'b.overlay.yaml', 'a.overlay.yaml'],
    ['self.overlay.yaml', 'self.overlay.yaml', 'self.overlay.yaml'],
    ['above.overlay.yaml', 'b.overlay.yaml', 'above.overlay.yaml'],
  ] as const) {
    const { code, out, err } = await sparring(['check', file], { cwd })
    expect([code, err]).toEqual([1, ''])
    expect(out).toMatch(new RegExp(`^${place}:\\d+:\\d+ error overlay-extends: "${name}" ${complaint}\\n`))
  }
  expect(await sparring(['check', 'high.overlay.yaml'], { cwd })).toMatchObject({ code: 0, err: '' })
  expect((await sparring(['try', 'high.overlay.yaml', 'listJobs'], { cwd })).err).toContain(
    'it is an overlay. Give the document that it belongs to "acme.yaml"; an overlay next to it is found automatically.',
  )
})

test('sparring check and vendors find sidecars, and name the right file', { timeout: 120_000 }, async () => {
  const cwd = project({ 'acme.yaml': acme, 'acme.mock.overlay.yaml': sidecar })
  const checked = await sparring(['check', 'acme.mock.overlay.yaml', '--assumptions'], { cwd })
  expect(checked.out).toContain('acme.mock.overlay.yaml:7:107 limits rate: One.\n')
  expect(checked.out).toContain('1 spec, 1 overlay, 0 scenarios: no errors')
  expect((await sparring(['vendors', 'acme.yaml'], { cwd })).out).toContain('overlay   acme.mock.overlay.yaml')
  const broken = project({
    'acme.yaml': acme.replace('/jobs', '/works'),
    'acme.mock.overlay.yaml': `${sidecar.replace('refuse: TooMany', 'refuse: TooMany#a')}  - { target: "$.paths['/works'].post", update: { x-mock: { job: 1 } } }\n`,
    'own.overlay.yaml': `${HEAD.replace('actions', 'extends: acme.yaml\nactions')}  - { target: $.nothing, remove: true }\n`,
  })
  const { code, out } = await sparring(['check', 'acme.yaml', 'own.overlay.yaml'], { cwd: broken })
  expect(out).toContain('acme.mock.overlay.yaml:9:61 error ')
  expect(out).toContain('own.overlay.yaml:5:7 error overlay-target: "$.nothing" leads nowhere in acme.yaml')
  expect(code).toBe(1)
})
