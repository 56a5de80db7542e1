import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { afterReading, afterRealTime, createClock, nextTurn } from '../../../mocks/state/clock.ts'
import { guarded, MistakeError } from '../../../mocks/state/guard.ts'
import { createMemoryStore } from '../../../mocks/state/store.ts'
import { finished, seen, start } from '../../support/processes/cli.ts'
import { serving } from '../../support/processes/serving.ts'
import { open, SEEK_KEY } from '../../support/server/server.ts'
import { testFolder } from '../../support/mock/spec.ts'

const JOBS = '/seek/v1/workers/linkedin-profile/jobs'

function post(url: string, body: string, key = SEEK_KEY['x-api-key']): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'x-api-key': key, 'content-type': 'application/json' }, body })
}

function spyOnErrors() {
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  return (): string[] => said.mock.calls.map(([line]) => String(line))
}

test('serve logs what a client sends as null or in 50,000 levels, and escapes what a terminal would obey', async () => {
  const { url, said } = await serving(['seek', '--port', '0'])
  for (const body of ['null', '5', '['.repeat(50_000) + ']'.repeat(50_000)]) {
    expect([400, 422]).toContain((await post(`${url}${JOBS}`, body)).status)
  }
  expect((await fetch(`${url}/seek/v1/jobs/%1b%5b31mRED%0aFAKE%c2%9b`, { headers: SEEK_KEY })).status).toBe(404)
  const lines = (await said('no item')).trimEnd().split('\n')
  expect(lines.length).toBe(4)
  expect(lines[0]).toMatch(/^\S+Z seek POST \/v1\/workers\/linkedin-profile\/jobs 4\d\d by \w+ /)
  expect(lines[3]).toContain('no item "\\u001b[31mRED\\nFAKE\\u009b" in jobs')
  expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
})

test.each(['stdout', 'stderr'] as const)('a reader of %s that has gone away ends no server', async (name) => {
  const child = start(['serve', 'seek', '--port', '0'])
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await seen(child.stdout!, /control +http/))![0]
  child[name]!.destroy()
  for (let call = 0; call < 3; call++) {
    expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 80))
  }
  expect(child.exitCode).toBe(null)
})

test('a command whose reader has gone away ends as it would have', async () => {
  const child = start(['help', 'serve'])
  child.stdout!.destroy()
  expect((await finished(child)).code).toBe(0)
})

test('a webhook that is no URL is not sent, and the server that delivers to a base lives on', async () => {
  const { url, said } = await serving(['seek', '--port', '0', '--pace', '100', '--deliver', 'http://127.0.0.1:9'])
  for (const webhook of ['http://127.0.0.1:99999/', 'http://']) {
    const sent = JSON.stringify({ profile_url: 'https://linkedin.com/in/example', webhook })
    expect((await post(`${url}${JOBS}`, sent)).status).toBe(202)
  }
  expect((await said(/http:\/\/127.*\n[^]*http:\/\/ /)).match(/jobFinished .*/g)).toEqual([
    'jobFinished http://127.0.0.1:99999/ not sent: http://127.0.0.1:99999/ is not a URL of HTTP',
    'jobFinished http:// not sent: http:// is not a URL of HTTP',
  ])
  expect((await fetch(`${url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
})

test('an error outside of all guards is a line on stderr, and the server continues', async () => {
  const folder = testFolder({
    'openapi.yaml': `
openapi: 3.1.0
info: { title: Slips, version: '1' }
x-mock: { vendor: slips }
paths:
  /slip:
    get: { operationId: slip, x-mock: { code: true }, responses: { '200': { description: d } } }
`,
    'operations.ts': `export const operations = { slip: { handle: () => {
      setTimeout(() => { throw new Error('a mistake of the vendor\\u001b') })
      Promise.reject(new Error('another'))
      return {}
    } } }`,
  })
  const child = start(['serve', `${folder}/openapi.yaml`, '--port', '0', '--quiet'])
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await seen(child.stdout!, /control +http/))![0]
  const told = seen(child.stderr!, /another[^]*of the vendor|of the vendor[^]*another/)
  expect((await fetch(`${url}/slip`)).status).toBe(200)
  const lines = (await told).split('\n').filter((line) => line.startsWith('sparring: '))
  expect(lines.sort()).toEqual([
    'sparring: Failed to keep a mistake behind the guard; the server goes on: Error: a mistake of the vendor\\u001b',
    'sparring: Failed to keep a mistake behind the guard; the server goes on: Error: another',
  ])
  expect((await fetch(`${url}/slip`)).status).toBe(200)
})

test('a follower that does not read misses events, and gets their number when it reads again', async () => {
  const server = await open()
  const waiting = await new Promise<IncomingMessage>((resolve) => {
    request(`${server.url}/__sparring/events`, resolve).end()
  })
  onTestFinished(() => void waiting.destroy())
  waiting.pause()
  const text = JSON.stringify({ profile_url: 'y'.repeat(60_000) })
  for (let call = 0; call < 200; call++) await post(`${server.url}${JOBS}`, text, `sk_live_key${call}`)
  const { promise, resolve } = Promise.withResolvers<number>()
  let all = ''
  waiting.setEncoding('utf8').on('data', (chunk: string) => {
    // Without what fills the bodies: the search below is from the beginning, for each chunk.
    all += chunk.replaceAll(/y+/g, 'y')
    const told = /event: missed\ndata: \{"count":(\d+)\}/.exec(all)
    if (told) resolve(Number(told[1]))
  })
  waiting.resume()
  const missed = await promise
  expect(missed).toBeGreaterThan(10)
  await post(`${server.url}${JOBS}`, 'null')
  await vi.waitFor(() => expect(all.match(/event: exchange/g)!.length).toBe(201 - missed))
})

test('a connection that breaks in the middle of anything does not affect other connections', async () => {
  const errors = spyOnErrors()
  const server = await open()
  const { port } = new URL(server.url)
  for (const bytes of [
    'GET / HT',
    'POST /seek/v1/me HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{',
    '\u0000\r\n\r\n',
  ]) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(bytes)
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.resetAndDestroy()
  }
  expect((await fetch(`${server.url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
  expect(errors()).toEqual([])
})

test('an error of a timer, a watch or a listener is reported, and the others are still called', async () => {
  const errors = spyOnErrors()
  const seenCalls: string[] = []
  const fails = (name: string) => (): never => {
    seenCalls.push(name)
    throw new MistakeError(`a mistake of ${name}\u001b`)
  }
  const clock = createClock({ at: 0, frozen: true })
  clock.wakeAt(5, fails('the clock'))
  clock.wakeAt(5, () => seenCalls.push('the next'))
  clock.busy(Promise.reject(new Error('of nobody')))
  await clock.advance(10)
  const store = createMemoryStore()
  store.watch({ table: 't', key: 'k' }, fails('a watch'))
  expect(store.transact((tx) => (tx.put('t', 'k', 1), 'done'))).toBe('done')
  afterRealTime(1, fails('real time'))
  afterReading(fails('what was deferred'))
  afterReading(() => seenCalls.push('the last'))
  await vi.waitFor(() => expect(seenCalls.length).toBe(6))
  await nextTurn()
  expect(seenCalls.sort()).toEqual(
    ['a watch', 'real time', 'the clock', 'the last', 'the next', 'what was deferred'].sort(),
  )
  expect(errors().sort()).toEqual([
    'sparring: Failed to do what was due on the clock: a mistake of the clock\\u001b',
    'sparring: Failed to follow a change: a mistake of a watch\\u001b',
    'sparring: Failed to run a timer: a mistake of real time\\u001b',
    'sparring: Failed to run deferred work: a mistake of what was deferred\\u001b',
  ])
})

test('the guard shows whatever was thrown, and cleans up', async () => {
  const errors = spyOnErrors()
  let cleaned = 0
  const clean = (): void => void cleaned++
  guarded('try', () => Promise.reject(new TypeError('later')), clean)()
  for (const thrown of [null, { toString: null }, 'a text', Symbol('x')]) {
    guarded(
      'try',
      () => {
        throw thrown
      },
      clean,
    )()
  }
  await nextTurn()
  expect(cleaned).toBe(5)
  expect(errors().map((line) => line.split('\n')[0])).toEqual([
    'sparring: Failed to try: null',
    'sparring: Failed to try: an error that cannot be shown',
    'sparring: Failed to try: a text',
    'sparring: Failed to try: Symbol(x)',
    'sparring: Failed to try: TypeError: later',
  ])
})
