import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readArguments } from '../../mocks/cli/arguments.ts'
import { commands } from '../../mocks/cli/commands.ts'
import { fixtureContent, sizeOf, contentText } from '../../mocks/cli/fixtures/content.ts'
import { spawned } from '../support/processes/cli.ts'
import { emptyFolder, fixtures, load, read, tree, written } from '../support/processes/fixtures.ts'

type Data = Readonly<Record<string, unknown>>

const acme = 'examples/acme/openapi.yaml'
const parcels = 'test/fixtures/parcels.yaml'

describe('what is written', () => {
  test('is one file for each documented answer of each operation, and an index of them', async () => {
    const folder = await written(acme)
    const { paths } = parse(readFileSync(acme, 'utf8')) as { paths: Record<string, Record<string, Data>> }
    const documented = Object.values(paths)
      .flatMap((item) => Object.values(item))
      .flatMap(({ operationId, responses }) =>
        Object.keys(responses as Data).map((code) => `acme/${String(operationId)}/${code}`),
      )
    const names = Object.keys(tree(folder)).filter((path) => path.startsWith('acme/'))
    expect(names.map((path) => path.replace(/-[^/]*$/, ''))).toEqual(documented.sort())
    expect(read(folder, 'index.json')).toMatchObject({
      writtenBy: 'sparring fixtures',
      format: 'sparring',
      clock: '2026-03-16T10:00:00Z',
      vendors: { acme: { operations: { getRender: { '200-ok': 'acme/getRender/200-ok.json' } } } },
      files: [...names, 'fixtures.d.ts', 'fixtures.js', 'package.json'].sort(),
    })
  })

  test('is the answer, how it was had, and the request that got it', async () => {
    const folder = await written(acme, '--operation', 'createRender')
    expect(read(folder, 'acme/createRender/402-credits.json')).toEqual({
      vendor: 'acme',
      operation: 'createRender',
      name: '402-credits',
      status: 402,
      headers: { 'content-type': 'application/json', 'x-remaining': '59' },
      encoding: 'json',
      body: { message: 'Not enough credits.' },
      source: { how: 'behaviour', by: 'a key without credits' },
      request: {
        method: 'POST',
        url: 'https://api.acme.example/v1/renders',
        headers: { authorization: 'Bearer acme_sparring00broke', 'content-type': 'application/json' },
        encoding: 'json',
        body: { scene: expect.any(String) as string },
      },
    })
    expect(read(folder, 'acme/createRender/429-rate.json')).toMatchObject({
      source: {
        how: 'behaviour',
        by: 'request after request',
        changes: { limits: { requests: { limit: 1 } } },
      },
    })
  })

  test('names the scenario that an answer is had by, and what was called before', async () => {
    const folder = await written('seek', '--operation', 'getJob', '--operation', 'submitJob')
    expect(read(folder, 'seek/getJob/500-unexpected.json')['source']).toEqual({
      how: 'scenario',
      by: 'a good request',
      scenario: 'seek/flaky-5xx',
      before: ['submitJob'],
    })
  })

  test('is the same on another day, in another time zone and when it is written again', async () => {
    const folder = await written(parcels, acme)
    const before = tree(folder)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-12-31T23:30:00Z') })
    vi.stubEnv('TZ', 'Pacific/Kiritimati')
    onTestFinished(() => {
      vi.useRealTimers()
      vi.unstubAllEnvs()
    })
    expect(tree(await written(parcels, acme))).toEqual(before)
    vi.useRealTimers()
    expect((await fixtures([parcels, acme, '--out', folder])).out).toContain(': 0 written, 28 as before.')
  })

  test('is the same for one operation as among all', async () => {
    const all = tree(await written(parcels))
    const one = tree(await written(parcels, '--operation', 'getLabel'))
    const path = 'parcels/getLabel-2/204-no-content.json'
    expect(one[path]).toBe(all[path])
    expect(Object.keys(one)).toEqual(['fixtures.d.ts', 'fixtures.js', 'index.json', path, 'package.json'].sort())
  })

  test('has names that every system can have', async () => {
    const folder = await written(parcels)
    expect(Object.keys(tree(folder)).filter((path) => path.startsWith('parcels/'))).toEqual([
      'parcels/GET-label-pdf/200-ok.json',
      'parcels/getLabel-2/204-no-content.json',
      'parcels/getParcel/200-ok.json',
      'parcels/getParcel/404-refused.json',
      'parcels/getlabel/200-ok.json',
      'parcels/getlabel/500-refused.json',
      'parcels/sendParcel/202-accepted.json',
      'parcels/sendParcel/422-refused.json',
      'parcels/webhooks-2/200-ok.json',
      'parcels/webhooks/parcel-ended-delivered.json',
      'parcels/webhooks/parcel-ended-lost.json',
      'parcels/webhooks/parcel-ended-recalled.json',
    ])
  })

  test('is text if a body is text, and empty if there is no body', async () => {
    const folder = await written(parcels)
    expect(read(folder, 'parcels/getlabel/200-ok.json')).toMatchObject({
      headers: { 'content-type': 'text/plain' },
      encoding: 'text',
      body: 'Two lines,\nand a snowman ☃',
    })
    const empty = read(folder, 'parcels/getLabel-2/204-no-content.json')
    expect(empty).toMatchObject({ status: 204, headers: {}, encoding: 'none' })
    expect(empty).not.toHaveProperty('body')
  })

  test('is a stream to its end', async () => {
    const folder = await written('test/fixtures/streams/atlas.yaml', '--operation', 'streamRun', '--status', '200')
    const { headers, encoding, body } = read(folder, 'atlas/streamRun/200-ok.json')
    expect(headers).toMatchObject({ 'content-type': 'text/event-stream' })
    expect(encoding).toBe('text')
    expect(body).toMatch(/^(?:id|event|data): /)
    expect(String(body).endsWith('\n\n')).toBe(true)
  })

  test('is each webhook, with a signature that the secret makes', async () => {
    const folder = await written(parcels)
    const { request, secret, ...delivery } = read<{
      request: { method: string; url: string; headers: Record<string, string>; body: unknown }
      secret: string
    }>(folder, 'parcels/webhooks/parcel-ended-lost.json')
    expect(delivery).toEqual({
      vendor: 'parcels',
      webhook: 'parcelEnded',
      state: 'lost',
      name: 'parcel-ended-lost',
      acknowledge: { status: ['2xx'], within: 5000 },
      source: { operation: 'sendParcel', changes: { jobs: { parcel: { outcome: 'lost' } } } },
    })
    expect(request).toMatchObject({ method: 'POST', url: 'https://client.example/webhooks/parcelEnded' })
    const signature = createHmac('sha256', secret).update(JSON.stringify(request.body)).digest('base64')
    expect(request.headers['x-parcels-signature']).toBe(signature)
    expect(read(folder, 'parcels/webhooks/parcel-ended-recalled.json')['source']).toEqual({
      operation: 'sendParcel',
      verb: 'recall',
    })
  })

  test('has webhooks that go to a URL of the account, with the secret that they show', async () => {
    const folder = await written('seamless', '--operation', 'research*', '--status', '4xx')
    const { request, secret } = read<{ request: { headers: Data }; secret: string }>(
      folder,
      'seamless/webhooks/contact-researched-done.json',
    )
    expect(request.headers['x-seamless-webhook-secret']).toBe(secret)
  })

  test('is what was asked for: operations by pattern, statuses by range', async () => {
    const folder = await written(acme, '--operation', '*Render', '--status', '4xx')
    expect(Object.keys(tree(folder)).filter((path) => path.startsWith('acme/'))).toEqual([
      'acme/createRender/400-bad-request.json',
      'acme/createRender/401-key.json',
      'acme/createRender/402-credits.json',
      'acme/createRender/429-rate.json',
      'acme/getRender/401-key.json',
      'acme/getRender/404-not-found.json',
      'acme/getRender/429-rate.json',
    ])
  })

  test('uses the chosen dialect', async () => {
    const only = ['--operation', 'submitJob', '--status', '202']
    const [credits, usd] = [await written('seek', ...only), await written('seek', ...only, '--dialect', 'usd')]
    const bodies = [credits, usd].map((folder) => read(folder, 'seek/submitJob/202-accepted.json')['body'])
    expect(bodies).toMatchObject([{ status: 'queued' }, { status: 'ACCEPTED' }])
  })

  test('is not changed by what the environment says of other mocks', async () => {
    const before = tree(await written(acme))
    vi.stubEnv('SPARRING_SCENARIO', 'acme/rate-limited')
    vi.stubEnv('SPARRING_MAX_BODY', '1')
    vi.stubEnv('SPARRING_DELIVER', 'http://127.0.0.1:1')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(tree(await written(acme))).toEqual(before)
  })
})

test('no webhook leaves the process while answers are played', async () => {
  const received: string[] = []
  const receiver = createServer((request, response) => {
    received.push(request.url!)
    response.end()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void receiver.close())
  await once(receiver, 'listening')
  const folder = emptyFolder()
  const { port } = receiver.address() as AddressInfo
  const text = readFileSync(parcels, 'utf8')
  const own = text.replace('{ to: Anna }', `{ to: Anna, notify: 'http://127.0.0.1:${port}/hook' }`)
  expect(own).not.toBe(text)
  writeFileSync(join(folder, 'parcels.yaml'), own)
  const { code } = await fixtures([join(folder, 'parcels.yaml'), '--out', join(folder, 'out')])
  expect({ code, received }).toEqual({ code: 0, received: [] })
  expect(read(folder, 'out/parcels/sendParcel/202-accepted.json')).toMatchObject({
    request: { body: { notify: `http://127.0.0.1:${port}/hook` } },
  })
})

describe('a body', () => {
  const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)
  const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)

  test.for<[string, Uint8Array, string, object]>([
    ['JSON', encoded('{"a":1}'), 'application/problem+json', { encoding: 'json', body: { a: 1 } }],
    ['JSON null', encoded('null'), 'application/json', { encoding: 'json', body: null }],
    ['JSON with spaces', encoded('{ "a": 1 }'), 'application/json', { encoding: 'text', body: '{ "a": 1 }' }],
    [
      'a number no double holds',
      encoded('9007199254740993'),
      'application/json',
      { encoding: 'text', body: '9007199254740993' },
    ],
    ['broken JSON', encoded('{'), 'application/json', { encoding: 'text', body: '{' }],
    ['text', encoded('{"a":1}'), 'text/plain', { encoding: 'text', body: '{"a":1}' }],
    ['text with a mark of its order', encoded('\uFEFFa'), 'text/csv', { encoding: 'text', body: '\uFEFFa' }],
    ['bytes', bytes(0xff, 0xd8), 'image/jpeg', { encoding: 'base64', body: '/9g=' }],
    ['bytes that look like text', bytes(80, 75, 0), 'application/zip', { encoding: 'base64', body: 'UEsA' }],
    ['nothing', bytes(), 'application/json', { encoding: 'none' }],
  ])('is kept without loss: %s', ([, sent, mediaType, content]) => {
    const kept = fixtureContent(sent, mediaType)
    expect(kept).toEqual(content)
    expect(sizeOf(kept)).toBe(sent.byteLength)
    if (kept.encoding !== 'base64') expect(encoded(contentText(kept) ?? '')).toEqual(sent)
  })
})

describe('what is printed', () => {
  test('is a summary, and as JSON for programs', async () => {
    const folder = emptyFolder()
    expect(await fixtures([acme, parcels, '--out', folder])).toEqual({
      code: 0,
      out: `${folder} holds 21 answers and 3 webhooks of acme, parcels in 28 files: 28 written, 0 as before.\n`,
      err: '',
    })
    const { out } = await fixtures([acme, '--out', folder, '--json'])
    expect(JSON.parse(out)).toMatchObject({
      out: folder,
      format: 'sparring',
      files: 16,
      vendors: [{ vendor: 'acme', answers: 12, webhooks: 0, missing: [] }],
      missing: [],
      changed: ['fixtures.d.ts', 'index.json'],
      foreign: [],
    })
  })

  test('shows on a terminal what is being played', async () => {
    const { err } = await fixtures([acme, '--out', emptyFolder()], true)
    expect(err.split('\r\u001B[K')).toEqual([
      '',
      'acme 1/3 listRenders',
      'acme 2/3 createRender',
      'acme 3/3 getRender',
      '',
    ])
  })

  test('names the documented answers that no request got', async () => {
    const { code, err } = await fixtures([
      'test/fixtures/media/answers.yaml',
      '--out',
      emptyFolder(),
      '--operation',
      'getPacked',
    ])
    expect({ code, err }).toEqual({
      code: 0,
      err: 'sparring: no request got these documented answers of answers: getPacked 200.\n',
    })
  })

  test.for<[line: string, message: string]>([
    ['seek', 'fixtures needs a folder: --out fixtures.'],
    ['seek --out README.md', '--out is "README.md", which is a file, not a folder.'],
    ['seek --out /dev/null', '--out is "/dev/null", which is a device, not a folder.'],
    [
      'seke --out x',
      'Failed to load the vendor "seke": no such vendor. Did you mean "seek"? For a vendor of your own give the path of its OpenAPI document, as "./acme/openapi.yaml".',
    ],
    ['seek --out x --operation getmee', '"getmee" is not an operation of seek. Did you mean "getMe"?'],
    ['seek --out x --operation put*', '--operation is "put*", which fits no operation of seek.'],
    ['seek --out x --status oops', '--status is "oops" and must be a status, as 404, or a range, as 4xx.'],
    ['seek --out x --status 418', '--status is "418", and no operation of seek documents that.'],
    ['seek --out x --format mws', '--format is "mws", which is not a format. Did you mean "msw"?'],
    ['seek --out x --dialect us', '--dialect is "us", and "us" is not a dialect of seek. Did you mean "usd"?'],
    [
      `${acme} ./${acme} --out x`,
      `"${acme}" and "./${acme}" are both named acme. Write their fixtures to two folders.`,
    ],
  ])('says what is wrong with: %s', async ([line, message]) => {
    const { code, out, err } = await fixtures(line.split(' '))
    expect({ code, out, message: err.split('\n')[0] }).toEqual({ code: 2, out: '', message: `sparring: ${message}` })
    expect(existsSync('x')).toBe(false)
  })
})

test.each([
  ['sparring', 'fixtures.js', 'fixture'],
  ['msw', 'handlers.js', 'answer'],
])('the module of the format %s is one of ES modules in a project of CommonJS too', async (format, module, name) => {
  const folder = await written(acme, '--format', format)
  const project = mkdtempSync(`${dirname(folder)}/commonjs-`)
  onTestFinished(() => rmSync(project, { recursive: true }))
  writeFileSync(`${project}/package.json`, '{ "type": "commonjs" }')
  cpSync(folder, `${project}/made`, { recursive: true })
  writeFileSync(`${project}/use.mjs`, `import { ${name} } from './made/${module}'\nconsole.log(typeof ${name})`)
  const { stdout, stderr } = spawnSync(process.execPath, [`${project}/use.mjs`], { encoding: 'utf8' })
  expect([stdout, stderr]).toEqual(['function\n', ''])
})

test('answers are read by name from the module beside them', async () => {
  const folder = await written(parcels)
  const { fixture, webhook, bodyOf } = await load<{
    fixture: (...names: string[]) => Data & { request: Data }
    webhook: (...names: string[]) => { request: Data }
    bodyOf: (content: unknown) => Uint8Array
  }>(folder, 'fixtures.js')
  const found = fixture('parcels', 'GET label/pdf', '200-ok')
  expect(found).toEqual(read(folder, 'parcels/GET-label-pdf/200-ok.json'))
  expect(new TextDecoder().decode(bodyOf(fixture('parcels', 'getlabel', '200-ok')))).toBe('Two lines,\nand a snowman ☃')
  expect(bodyOf(fixture('parcels', 'getLabel', '204-no-content'))).toHaveLength(0)
  expect(new TextDecoder().decode(bodyOf(webhook('parcels', 'parcel-ended-lost').request))).toContain('"state":"lost"')
  expect(bodyOf({ encoding: 'base64', body: '/9g=' })).toEqual(new Uint8Array([0xff, 0xd8]))
  expect(() => fixture('parcels', 'getLabel', '404')).toThrow('There is no fixture parcels getLabel 404.')
})

test('the command of the package does the same, and help says how', async () => {
  const folder = emptyFolder()
  const { code, out } = await spawned(['fixtures', acme, '--out', folder])
  expect({ code, out }).toEqual({
    code: 0,
    out: `${folder} holds 12 answers of acme in 16 files: 16 written, 0 as before.\n`,
  })
  const help = await fixtures(['--help'])
  for (const flag of ['out DIR', 'operation NAME', 'status CODE', 'check', 'format FORMAT', 'json'])
    expect(help.out).toContain(`--${flag}`)
})

test('the page on it shows commands that there are', () => {
  const page = readFileSync('docs/fixtures.md', 'utf8')
  const command = commands.find(({ name }) => name === 'fixtures')!
  const lines = [...page.matchAll(/^\$ npx sparring fixtures (.*)$/gm)].map(([, line]) => line!)
  expect(lines).toHaveLength(5)
  for (const line of lines) expect(readArguments(command, line.split(' '), {}).words).toEqual(['seek'])
  for (const { name } of command.flags.filter((flag) => !/^(?:scenarios)$/.test(flag.name)))
    expect(page).toContain(`--${name}`)
})
