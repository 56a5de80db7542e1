import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createMock } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { notAFile } from '../../mocks/load/files/regular-file.ts'
import { project, sparring } from '../support/processes/cli.ts'
import { control, open } from '../support/server/server.ts'
import { testFolder } from '../support/mock/spec.ts'

interface Refusal {
  readonly detail: string
  readonly code: string
}

const API = `openapi: 3.1.0
info: { title: Acme, version: '1' }
paths:
  /things:
    get: { operationId: list, responses: { '204': { description: Nothing. } } }
`

const scenario = (title: string, more = ''): string => `title: ${title}\nclient: waits\nvendor: seek\n${more}`

test('a path that is not a file is reported as what it is', async () => {
  const folder = testFolder({ 'a.yaml': '' })
  spawnSync('mkfifo', [join(folder, 'fifo.yaml')])
  const socket = createServer().listen(join(folder, 'socket.yaml'))
  onTestFinished(() => void socket.close())
  await new Promise((resolve) => socket.once('listening', resolve))
  expect(
    [
      folder,
      join(folder, 'fifo.yaml'),
      join(folder, 'socket.yaml'),
      '/dev/zero',
      join(folder, 'a.yaml'),
      '/nowhere',
    ].map(notAFile),
  ).toEqual([
    'is a folder, not a file',
    'is a FIFO, not a file',
    'is a socket, not a file',
    'is a device, not a file',
    undefined,
    undefined,
  ])
})

test('over HTTP a path that is not a file is a 422, and is never read', async () => {
  const folder = testFolder({})
  spawnSync('mkfifo', [join(folder, 'fifo.yaml')])
  const server = await open({ scenarios: [folder] })
  const before = (await control(server, 'GET', '/scenario')).body
  for (const [names, what] of [
    ['./', '"." is a folder, not a file.'],
    [join(folder, 'fifo.yaml'), `"${join(folder, 'fifo.yaml')}" is a FIFO, not a file.`],
    ['/dev/zero', '"/dev/zero" is a device, not a file.'],
  ]) {
    const { status, body } = await control<Refusal & { problems: Array<{ message: string }> }>(
      server,
      'PUT',
      '/scenario',
      {
        names,
      },
    )
    expect([status, body.code, body.problems.map(({ message }) => message)]).toEqual([422, 'invalid-file', [what]])
  }
  expect((await control(server, 'GET', '/scenario')).body).toEqual(before)
})

test('over HTTP only scenarios in the folders of the server can be played, even through symbolic links', async () => {
  const outside = testFolder({ 'secret.yaml': 'the text of a secret' })
  const folder = project({
    'mine.yaml': scenario('Mine'),
    'seek/named.yaml': scenario('Named'),
    'out.yaml': scenario('Out', `extends: ${outside}/secret.yaml\n`),
  })
  symlinkSync(join(outside, 'secret.yaml'), join(folder, 'link.yaml'))
  symlinkSync(outside, join(folder, 'linked'))
  const server = await open({ scenarios: [folder] })
  const play = async (names: string) => {
    const { status, body } = await control<Refusal>(server, 'PUT', '/scenario', { names })
    expect(JSON.stringify(body)).not.toContain('the text')
    return [status, body.code]
  }
  expect(await play(join(folder, 'mine.yaml'))).toEqual([200, undefined])
  expect(await play('seek/named')).toEqual([200, undefined])
  expect(await play('seek/rate-limited')).toEqual([200, undefined])
  for (const path of [
    '/etc/hostname',
    '/nowhere/at-all.yaml',
    './package.json',
    './a\0.yaml',
    join(outside, 'secret.yaml'),
    join(folder, 'link.yaml'),
    join(folder, 'linked/secret.yaml'),
    join(folder, 'out.yaml'),
    `${folder}/../${outside.split('/').at(-1)}/secret.yaml`,
  ]) {
    expect([path, ...(await play(path))]).toEqual([path, 403, 'forbidden'])
  }
  expect(await play('linked/secret')).toEqual([403, 'forbidden'])
  expect(await play('seek/../../secret')).toEqual([404, 'unknown-name'])
  expect(await play(join(folder, 'gone.yaml'))).toEqual([404, 'unknown-name'])
  const opened = await control<Refusal>(server, 'POST', '/sessions', { scenario: '/etc/hostname' })
  expect([opened.status, opened.body.detail]).toEqual([
    403,
    `Failed to play "/etc/hostname": that file is in none of the folders whose scenarios can be played over HTTP, ${folder}, scenarios. Put it there, or start the server with its folder: --scenarios DIR.`,
  ])
  expect((await control<unknown[]>(server, 'GET', '/sessions')).body).toHaveLength(1)
  const { body: listed } = await control<Array<{ name: string; problems?: Array<{ message: string }> }>>(
    server,
    'GET',
    '/scenarios',
  )
  expect(listed.find(({ name }) => name === 'out')!.problems![0]!.message).toMatch(
    /^Failed to play "\/.*secret\.yaml": that file is in none/,
  )
})

test('a file that the server was started with can be played again over HTTP', async () => {
  const folder = testFolder({ 'mine.yaml': scenario('Mine'), 'other.yaml': scenario('Other') })
  const server = await open({ scenario: join(folder, 'mine.yaml') })
  expect((await control(server, 'PUT', '/scenario', { names: 'seek/happy-path' })).status).toBe(200)
  expect((await control(server, 'PUT', '/scenario', { names: join(folder, 'mine.yaml') })).status).toBe(200)
  expect((await control(server, 'PUT', '/scenario', { names: join(folder, 'other.yaml') })).status).toBe(403)
})

test('a scenario is read as it is on disk whenever it is named', async () => {
  const folder = testFolder({ 'base.yaml': scenario('Base', 'accounts: { default: { credits: 1 } }\n') })
  const file = join(folder, 'seek', 'mine.yaml')
  mkdirSync(join(folder, 'seek'))
  writeFileSync(file, scenario('Mine', 'extends: ../base.yaml\n'))
  const server = await open({ scenarios: [folder] })
  const credits = async (): Promise<number> => {
    expect((await control(server, 'PUT', '/scenario', { names: 'seek/mine', fresh: true })).status).toBe(200)
    const answer = await fetch(`${server.url}/seek/v1/me/credits`, { headers: { 'x-api-key': 'sk_live_a' } })
    return ((await answer.json()) as { balance: number }).balance
  }
  expect(await credits()).toBe(1)
  writeFileSync(join(folder, 'base.yaml'), scenario('Base', 'accounts: { default: { credits: 2 } }\n'))
  expect(await credits()).toBe(2)
  writeFileSync(file, scenario('Mine', 'accounts: { default: { credits: 3 } }\n'))
  expect(await credits()).toBe(3)
  writeFileSync(file, scenario('Mine', 'acounts: {}\n'))
  const broken = await control<Refusal>(server, 'PUT', '/scenario', { names: 'seek/mine' })
  expect([broken.status, broken.body.detail]).toEqual([422, expect.stringContaining('"acounts" is not a keyword')])
  writeFileSync(join(folder, 'seek', 'new.yaml'), scenario('New'))
  const names = (await control<Array<{ name: string }>>(server, 'GET', '/scenarios?vendor=seek')).body.map(
    ({ name }) => name,
  )
  expect(names).toContain('seek/new')
  expect((await control(server, 'PUT', '/scenario', { names: 'seek/new' })).status).toBe(200)
})

test('in process a scenario is read anew too, by name and by path', () => {
  const folder = testFolder({ 'mine.yaml': scenario('Mine', 'pace: 2\n') })
  using mock = createMock({ vendors: ['seek'] })
  mock.play(join(folder, 'mine.yaml'))
  writeFileSync(join(folder, 'mine.yaml'), scenario('Mine', 'pace: nothing\n'))
  expect(() => mock.play(join(folder, 'mine.yaml'))).toThrow(/pace/)
})

test('extends and $ref say at their place what they lead to', async () => {
  const cwd = project({
    'scenarios/seek/up.yaml': scenario('Up', 'extends: //\n'),
    'api.yaml': `openapi: 3.1.0
info: { title: Acme, version: '1' }
paths:
  /things:
    get:
      responses:
        '200': { description: All., content: { application/json: { schema: { $ref: ./schemas } } } }
`,
    'schemas/thing.yaml': '{}',
  })
  expect((await sparring(['check', 'scenarios/seek/up.yaml'], { cwd })).out).toContain(
    'scenarios/seek/up.yaml:4:1 error not-a-file: "/" is a folder, not a file.',
  )
  expect((await sparring(['check', 'api.yaml'], { cwd })).out).toContain(
    'api.yaml:7:78 error dangling-ref: "./schemas" leads to the file "schemas", which cannot be read: "schemas" is a folder, not a file.',
  )
})

test.each([
  ['init --from .', '--from is ".", which is a folder, not a file.'],
  ['init --from fifo.yaml', '--from is "fifo.yaml", which is a FIFO, not a file.'],
  ['init --from api.yaml --out x.yaml --force', 'x.yaml", which is a folder, not a file.'],
  ['check fifo.yaml', '"fifo.yaml" is a FIFO, not a file.'],
  ['build api.yaml --out out.js', 'out.js", which is a folder, not a file.'],
  ['try ./x.yaml a', '"x.yaml" is a folder, not a file.'],
  ['try seek submitJob --body @fifo.yaml', '--body is "@fifo.yaml", and that file is a FIFO, not a file.'],
  ['try seek getMe --scenario ./', '"." is a folder, not a file.'],
  ['serve ./fifo.yaml', '"fifo.yaml" is a FIFO, not a file.'],
  ['serve seek --scenarios api.yaml', '--scenarios is "api.yaml", which is a file, not a folder.'],
  ['serve seek --scenarios /dev/null', '--scenarios is "/dev/null", which is a device, not a folder.'],
])('sparring %s says what is there in place of a file', async (line, message) => {
  const cwd = project({ 'api.yaml': API, 'out.js/a': '', 'x.yaml/a': '' })
  spawnSync('mkfifo', [join(cwd, 'fifo.yaml')])
  const { code, err } = await sparring(line.split(' '), { cwd })
  expect(code).not.toBe(0)
  expect(err).toContain(message)
})

test('an overlay or code that is not a file is reported as such', () => {
  const folder = testFolder({ 'api.yaml': API })
  mkdirSync(join(folder, 'over.yaml'))
  const load = (overlay?: string) => () =>
    createMock({ vendors: { [join(folder, 'api.yaml')]: overlay === undefined ? {} : { overlay } } })
  expect(load(join(folder, 'over.yaml'))).toThrow(/is a folder, not a file/)
  spawnSync('mkfifo', [join(folder, 'api.operations.ts')])
  expect(load()).toThrow(/is a FIFO, not a file/)
})
