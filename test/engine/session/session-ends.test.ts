import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test, vi } from 'vitest'
import { assembledOf, frozenMock } from '../../support/mock/mock.ts'
import { LIBRARY, sparring } from '../../support/processes/cli.ts'
import { serving } from '../../support/processes/serving.ts'
import { control, open, SEEK_KEY, send } from '../../support/server/server.ts'
import { SEEK, SEEK_KEY as KEY } from '../../support/vendors/seek.ts'

/** What `sparring serve` writes on stderr, here. */
function captureErrors(): string[] {
  const lines: string[] = []
  const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
  onTestFinished(() => spy.mockRestore())
  return lines
}

test('closing sessions gives back all that was kept for them', () => {
  const code = `
    const { createMock } = await import('${LIBRARY}')
    const mock = createMock({ vendors: ['seek'] })
    const heap = () => { for (let times = 0; times < 4; times++) gc(); return process.memoryUsage().heapUsed }
    const openAndClose = async (count, name) => {
      for (let n = 0; n < count; n++) {
        const session = mock.session({ id: name + n })
        await session.fetch('${SEEK}/me', { headers: { 'x-api-key': '${KEY}' } })
        session[Symbol.dispose]()
      }
    }
    await openAndClose(200, 'warm')
    const before = heap()
    await openAndClose(1000, 's')
    console.log(Math.round((heap() - before) / 1024))`
  const run = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', code], { encoding: 'utf8' })
  expect(run.stderr).toBe('')
  // 19 kB each would be 19,000.
  expect(Number(run.stdout)).toBeLessThan(2000)
})

test('a mock that is disposed of takes its sessions with it', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session({ id: 'mine' })
  mock[Symbol.dispose]()
  await expect(session.fetch(`${SEEK}/me`)).rejects.toThrow('Failed to answer: there is no session "mine".')
  expect([...assembledOf(mock).sessions.all.keys()]).toEqual(['default'])
})

test('an idle session that was opened over HTTP is closed, and one in use stays open', async () => {
  const lines = captureErrors()
  const server = await open({ sessionTtl: '1500ms' })
  for (const id of ['idle', 'asked', 'named', 'held', 'followed']) await control(server, 'POST', '/sessions', { id })
  server.mock.session({ id: 'own' })
  const ids = async () => {
    const { body } = await control<Array<{ id: string }>>(server, 'GET', '/sessions')
    return body.map(({ id }) => id)
  }
  await control(server, 'PUT', '/scenario?session=held', { names: 'seek/happy-path', changes: { latency: '5s' } })
  const me = (id: string) => fetch(`${server.url}/s/${id}/seek/v1/me`, { headers: SEEK_KEY })
  const held = me('held')
  const gone = new AbortController()
  const events = await fetch(`${server.url}/__sparring/events?session=followed`, { signal: gone.signal })
  while ((await ids()).includes('idle')) {
    await me('asked').then((answer) => answer.text())
    await control(server, 'GET', '/clock?session=named')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(await ids()).toEqual(['default', 'asked', 'named', 'held', 'followed', 'own'])
  expect(lines.filter((line) => line.includes('closed'))).toEqual([
    'sparring: closed the session "idle": it was idle for 1500ms. --session-ttl sets a longer time.',
  ])
  expect((await me('idle')).status).toBe(404)
  await control(server, 'POST', '/clock?session=held', { advance: '5s' })
  expect((await held).status).toBe(200)
  gone.abort()
  await events.text().catch(() => '')
  await vi.waitFor(async () => expect(await ids()).toEqual(['default', 'own']), { timeout: 10_000 })
})

test('sessions that are never idle for too long, and what is no duration', async () => {
  const server = await open({ sessionTtl: 'never' })
  await control(server, 'POST', '/sessions', { id: 'a' })
  expect((await control(server, 'GET', '/sessions/a')).status).toBe(200)
  for (const sessionTtl of ['soon', 0, -1]) await expect(open({ sessionTtl })).rejects.toThrow(RangeError)
  await expect(open({ sessionTtl: 0 })).rejects.toThrow(
    "Failed to read the time that sessions may be idle, 0. Write '30m', '1h' or 'never'.",
  )
  expect((await sparring(['serve', 'seek', '--session-ttl', '5 min'])).err).toContain(
    'sparring: --session-ttl is "5 min" and must be a duration, as 30m or 2h, or never.',
  )
  const byVariable = await sparring(['serve', 'seek'], { env: { SPARRING_SESSION_TTL: '0s' } })
  expect(byVariable.err).toContain('sparring: SPARRING_SESSION_TTL is "0s" and must be')
})

test('closing a session ends the streams of its events', async () => {
  const server = await open()
  await control(server, 'POST', '/sessions', { id: 'a' })
  const events = await fetch(`${server.url}/__sparring/events?session=a`)
  expect((await control(server, 'DELETE', '/sessions/a')).status).toBe(200)
  expect(await events.text()).toBe(': following\n\n')
})

test('the address of the control API lists what can be called', async () => {
  const server = await open()
  for (const path of ['/__sparring', '/__sparring/']) {
    const { status, headers, body } = await send(server.port, path)
    expect([status, headers['content-type']]).toEqual([200, 'application/json'])
    expect((JSON.parse(body) as { calls: unknown[] }).calls).toContainEqual({
      method: 'POST',
      path: '/__sparring/clock',
      about: 'Move, set, stop or start a clock',
    })
  }
  const page = await send(server.port, '/__sparring/', { headers: { accept: 'text/html,*/*;q=0.8' } })
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  // Every address of the page can be opened.
  const paths = [...page.body.matchAll(/href="(\/[^"]+)"/g)].map(([, path]) => path!)
  expect(paths).toContain('/__sparring/openapi.yaml')
  for (const path of paths) expect([path, (await send(server.port, path)).status]).toEqual([path, 200])
})

test('a server that others can reach says so, and lists its calls without a token', async () => {
  const { out } = await serving(['seek', '--host', '0.0.0.0', '--port', '0'], { env: { SPARRING_TOKEN: 'secret' } })
  expect(out()).toMatch(
    /^reach +other machines can reach it(?:, at http:\S+(?: and http:\S+)*)?; the control API needs SPARRING_TOKEN$/m,
  )
  const control = /^control +(\S+)/m.exec(out())![1]!
  expect((await fetch(control)).status).toBe(200)
  expect((await fetch(`${control}clock`)).status).toBe(403)
})
