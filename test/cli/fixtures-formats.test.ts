import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HttpHandler } from 'msw'
import type { setupServer } from 'msw/node'
import { describe, expect, test } from 'vitest'
import { intercept } from '../support/mock/msw.ts'
import { root } from '../support/processes/cli.ts'
import { emptyFolder, fixtures, load, read, tree } from '../support/processes/fixtures.ts'
import { typeErrors } from '../support/processes/type-errors.ts'

type Data = Readonly<Record<string, unknown>>

const acme = 'examples/acme/openapi.yaml'
const parcels = 'test/fixtures/parcels.yaml'
const BASE = 'https://api.parcels.example/v1/parcels'

async function written(format: string, ...argv: readonly string[]): Promise<string> {
  const folder = emptyFolder()
  const { code, err } = await fixtures([...argv, '--out', folder, '--format', format])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return folder
}

describe('msw', () => {
  interface Module {
    readonly handlers: HttpHandler[]
    readonly answer: (vendor: string, operation: string, name: string) => HttpHandler
  }

  async function serve(...documents: readonly string[]): Promise<Module & { server: ReturnType<typeof setupServer> }> {
    const loaded = await load<Module>(await written('msw', ...documents), 'handlers.js')
    const server = intercept(...loaded.handlers)
    return { ...loaded, server }
  }

  test('is one module that answers each operation with its normal answer', async () => {
    const { handlers } = await serve(parcels)
    expect(handlers).toHaveLength(6)
    const sent = await fetch(BASE, { method: 'POST', body: '{}' })
    expect(sent.status).toBe(202)
    expect(sent.headers.get('content-type')).toBe('application/json')
    const parcel = (await sent.json()) as { id: string; state: string }
    expect(parcel).toEqual({ id: expect.stringMatching(/^par_/) as string, state: 'sent' })
    expect(await (await fetch(`${BASE}/${parcel.id}`)).json()).toEqual(parcel)
    const gone = await fetch(`${BASE}/any/label`, { method: 'DELETE' })
    expect({ status: gone.status, type: gone.headers.get('content-type'), body: await gone.text() }).toEqual({
      status: 204,
      type: null,
      body: '',
    })
    expect((await fetch(`${BASE.replace('/parcels', '/webhooks')}`, { method: 'HEAD' })).status).toBe(200)
  })

  test('distinguishes paths as the document does', async () => {
    await serve(parcels)
    expect(await (await fetch(`${BASE}/latest`)).text()).toBe('Two lines,\nand a snowman ☃')
    expect((await fetch(`${BASE}/par_1.pdf`)).headers.get('content-type')).toBe('application/pdf')
    expect((await fetch(`${BASE}/par_1`)).headers.get('content-type')).toBe('application/json')
  })

  test('gives any other answer by its name', async () => {
    const { server, answer } = await serve(acme)
    server.use(answer('acme', 'createRender', '402-credits'))
    const refused = await fetch('https://api.acme.example/v1/renders', { method: 'POST', body: '{}' })
    expect(refused.status).toBe(402)
    expect(await refused.text()).toBe('{"message":"Not enough credits."}')
    expect(() => answer('acme', 'createRender', '418')).toThrow('There is no answer acme createRender 418.')
  })
})

describe('wiremock', () => {
  interface Mapping extends Data {
    readonly id: string
    readonly priority: number
    readonly request: Readonly<Record<string, string>> & {
      readonly headers?: Readonly<Record<string, { matches: string }>>
    }
    readonly response: Data
  }

  test('is a list of stub mappings with fields that WireMock supports', async () => {
    const folder = await written('wiremock', parcels, acme)
    const paths = Object.keys(tree(folder)).filter((path) => path !== 'index.json')
    const mappings = paths.map((path) => read<Mapping>(folder, path))
    expect(paths.every((path) => /^mappings\/.*\.json$/.test(path))).toBe(true)
    expect(mappings).toHaveLength(30)
    expect(new Set(mappings.map(({ id }) => id)).size).toBe(30)
    for (const mapping of mappings) {
      expect(keysBeside(mapping, 'id name priority request response metadata')).toEqual([])
      expect(keysBeside(mapping.request, 'method urlPath urlPathTemplate urlPathPattern headers')).toEqual([])
      expect(keysBeside(mapping.response, 'status headers jsonBody body base64Body')).toEqual([])
      expect(mapping.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
      expect(Number.isInteger(mapping.priority) && mapping.priority > 0).toBe(true)
      expect(Object.keys(mapping.request).filter((key) => key.startsWith('url'))).toHaveLength(1)
      expect(Object.keys(mapping.response).filter((key) => /body$/i.test(key)).length).toBeLessThan(2)
    }
  })

  test('gives the normal answer, and any other to a request that prefers it', async () => {
    const folder = await written('wiremock', parcels, acme)
    const [normal, refused] = ['normal', '404-not-found'].map((name) =>
      read<Mapping>(folder, `mappings/acme/getRender/${name}.json`),
    )
    expect(normal!.request).toEqual({ method: 'GET', urlPathTemplate: '/v1/renders/{render_id}' })
    expect(normal!.response).toMatchObject({ status: 200, jsonBody: { status: 'queued' } })
    expect(refused!.response).toMatchObject({ status: 404, jsonBody: { message: 'Not found.' } })
    expect(refused!.priority).toBeLessThan(normal!.priority)
    const priorities = ['getlabel', 'GET-label-pdf', 'getParcel'].map(
      (operation) => read<Mapping>(folder, `mappings/parcels/${operation}/normal.json`).priority,
    )
    expect(priorities).toEqual([...priorities].sort((left, right) => left - right))
    const pattern = new RegExp(`^(?:${refused!.request.headers!['Prefer']!.matches})$`)
    const preferred = [
      'example=404-not-found',
      'code=404, example="404-not-found"',
      'example=404-not-found-2',
      'example=404',
    ]
    expect(preferred.map((prefer) => pattern.test(prefer))).toEqual([true, true, false, false])
    const { urlPathPattern } = read<Mapping>(folder, 'mappings/parcels/GET-label-pdf/normal.json').request
    expect(urlPathPattern).toBe(String.raw`\/v1\/parcels\/[^/]+\.pdf`)
    expect(read<Mapping>(folder, 'mappings/parcels/getlabel/normal.json')).toMatchObject({
      request: { urlPath: '/v1/parcels/latest' },
      response: { body: 'Two lines,\nand a snowman ☃' },
    })
  })
})

describe('har', () => {
  /** The fields of HAR 1.2, with their types; those with `?` may be left out. */
  const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    log: {
      version: 'string',
      creator: 'creator',
      'browser?': 'browser',
      'pages?': '[page]',
      entries: '[entry]',
      'comment?': 'string',
    },
    creator: { name: 'string', version: 'string', 'comment?': 'string' },
    entry: {
      'pageref?': 'string',
      startedDateTime: 'string',
      time: 'number',
      request: 'request',
      response: 'response',
      cache: 'cache',
      timings: 'timings',
      'serverIPAddress?': 'string',
      'connection?': 'string',
      'comment?': 'string',
    },
    request: {
      method: 'string',
      url: 'string',
      httpVersion: 'string',
      cookies: '[pair]',
      headers: '[pair]',
      queryString: '[pair]',
      'postData?': 'postData',
      headersSize: 'number',
      bodySize: 'number',
      'comment?': 'string',
    },
    response: {
      status: 'number',
      statusText: 'string',
      httpVersion: 'string',
      cookies: '[pair]',
      headers: '[pair]',
      content: 'content',
      redirectURL: 'string',
      headersSize: 'number',
      bodySize: 'number',
      'comment?': 'string',
    },
    pair: { name: 'string', value: 'string', 'comment?': 'string' },
    postData: { mimeType: 'string', 'params?': '[pair]', 'text?': 'string', 'comment?': 'string' },
    content: {
      size: 'number',
      'compression?': 'number',
      mimeType: 'string',
      'text?': 'string',
      'encoding?': 'string',
      'comment?': 'string',
    },
    cache: {},
    timings: {
      'blocked?': 'number',
      'dns?': 'number',
      'connect?': 'number',
      send: 'number',
      wait: 'number',
      receive: 'number',
      'ssl?': 'number',
    },
  }

  /** Where a value is not of a type. */
  function faults(value: unknown, type: string, at: string): string[] {
    if (type.startsWith('[')) {
      if (!Array.isArray(value)) return [`${at} is no list`]
      return value.flatMap((entry, index) => faults(entry, type.slice(1, -1), `${at}/${index}`))
    }
    if (!(type in FIELDS)) return typeof value === type ? [] : [`${at} is no ${type}`]
    const fields = new Map(Object.entries(FIELDS[type]!).map(([name, own]) => [name.replace('?', ''), own]))
    const needed = Object.keys(FIELDS[type]!).filter((name) => !name.endsWith('?'))
    const given = value as Data
    return [
      ...needed.filter((name) => !(name in given)).map((name) => `${at} has no ${name}`),
      ...Object.entries(given).flatMap(([name, own]) =>
        fields.has(name) ? faults(own, fields.get(name)!, `${at}/${name}`) : [`${at} has ${name}`],
      ),
    ]
  }

  interface Entry {
    readonly startedDateTime: string
    readonly comment: string
    readonly request: {
      readonly method: string
      readonly url: string
      readonly queryString: unknown
      readonly postData?: Data
    }
    readonly response: { readonly status: number; readonly content: Data; readonly redirectURL: string }
  }

  test('is one archive of HAR 1.2 with an entry for each answer', async () => {
    const folder = await written('har', parcels, acme, 'test/fixtures/tokens/openapi.yaml')
    const { log } = read<{ log: { version: string; entries: Entry[] } }>(folder, 'fixtures.har')
    expect(faults(log, 'log', 'log')).toEqual([])
    expect(log.version).toBe('1.2')
    expect(log.entries).toHaveLength(35)
    expect(new Set(log.entries.map(({ startedDateTime }) => startedDateTime))).toEqual(
      new Set(['2026-03-16T10:00:00.000Z']),
    )
    const entry = (comment: string): Entry => log.entries.find((one) => one.comment.startsWith(comment))!
    expect(entry('parcels getlabel 200-ok').response.content).toEqual({
      size: 28,
      mimeType: 'text/plain',
      text: 'Two lines,\nand a snowman ☃',
    })
    expect(entry('parcels getLabel 204').response.content).toEqual({ size: 0, mimeType: '' })
    expect(entry('acme createRender 402-credits').request.postData).toMatchObject({ mimeType: 'application/json' })
    const redirect = entry('scenes authorize 302')
    expect(redirect.response.redirectURL).toContain('code=')
    expect(redirect.request.queryString).toContainEqual({
      name: 'client_id',
      value: 'client_sparring00main',
    })
  })
})

test(
  'the types of all modules are right, and have the names of the written fixtures',
  { timeout: 120_000 },
  async () => {
    const folder = await written('sparring', parcels, acme)
    const handlers = await written('msw', parcels, acme)
    const path = join(root, handlers, 'handlers.js')
    writeFileSync(
      join(folder, 'use.ts'),
      `import { answer, handlers } from '${path}'
import { setupServer } from 'msw/node'
import { bodyOf, fixture, webhook } from './fixtures.js'
import refused from './acme/createRender/402-credits.json' with { type: 'json' }

const status: 402 = fixture('acme', 'createRender', '402-credits').status
const name: 'parcel-ended-lost' = webhook('parcels', 'parcel-ended-lost').name
const bytes: Uint8Array = bodyOf(fixture('parcels', 'GET label/pdf', '200-ok').request)
const message: string = refused.body.message
setupServer(...handlers, answer('acme', 'getRender', '404-not-found'))
// @ts-expect-error -- no such answer
fixture('acme', 'createRender', '418')
// @ts-expect-error -- the vendor has no webhooks
webhook('acme', 'parcel-ended-lost')
// @ts-expect-error -- no such answer
answer('acme', 'getRender', '402-credits')
export { status, name, bytes, message }
`,
    )
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['use.ts'] }),
    )
    expect(typeErrors(folder, 'fixtures')).toBe('')
  },
)

/** The keys of a map that are none of these words. */
function keysBeside(map: Data, words: string): string[] {
  return Object.keys(map).filter((key) => !words.split(' ').includes(key))
}
