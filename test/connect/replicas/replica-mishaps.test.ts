import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createReplicaLife } from '../../../mocks/connect/replicas/replica-life.ts'
import { openStoreLink, type StoreLink } from '../../../mocks/connect/replicas/store/store-link.ts'
import type { ServedMock } from '../../../mocks/connect/server/start-server.ts'
import { control, get, KEY, storeTest, useReplicas } from '../../support/server/replicas.ts'

/** What users do to replicas and their store. */

const { redis, start, startOne, prefix, newPrefix } = useReplicas()

storeTest(
  'a request at a port of one vendor is answered by that vendor where another replica executes it',
  async () => {
    const options = { vendors: ['seek', 'seal'], ports: { seek: 0 } }
    const all = await start(2, options)
    for (const { urls } of all) {
      const own = urls['seek']!.find((url) => !url.endsWith('/seek'))!
      const response = await fetch(`${own}/v1/me`, { headers: { 'x-api-key': KEY } })
      expect(await response.json()).toMatchObject({ plan: 'free' })
    }
    const { exchanges } = (await control(all[0]!, 'GET', '/journal')) as { exchanges: Array<{ operation: string }> }
    expect(exchanges.map(({ operation }) => operation)).toEqual(['getMe', 'getMe'])
  },
)

storeTest('a replica at an address of IPv6 is reached by the others', async () => {
  for (const server of await start(2, { host: '::1' })) expect((await get(server, '/v1/me')).status).toBe(200)
})

/** Empties the world of the last replicas, as a store does that keeps nothing and restarts. */
async function forgetAll(): Promise<void> {
  const link = await openStoreLink(redis().url, prefix(), 1000)
  await link.run(`for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end`)
  link.close()
}

storeTest('a store that has forgotten all leaves each session with one replica', async () => {
  const [first, second] = (await start(2)) as [ServedMock, ServedMock]
  expect((await get(first, '/v1/me')).status).toBe(200)
  await forgetAll()
  // The session begins anew, at the other one.
  await expect.poll(async () => (await get(second, '/v1/me')).status).toBe(200)
  await expect.poll(async () => (await get(first, '/v1/me')).status).toBe(200)
  for (const server of [first, second]) {
    const { exchanges } = (await control(server, 'GET', '/journal')) as { exchanges: Array<{ number: number }> }
    expect(exchanges.map(({ number }) => number)).toEqual([1, 2])
  }
})

storeTest('a session of servers with other vendors says so, and can be emptied or closed, but not read', async () => {
  const world = newPrefix()
  const before = await startOne(world)
  await control(before, 'POST', '/sessions', { id: 'other' })
  expect((await get(before, '/v1/me')).status).toBe(200)
  await before.close()
  const after = await startOne(world, { vendors: ['seek', 'seal'] })
  const refused = await get(after, '/seek/v1/me')
  expect(refused.status).toBe(503)
  const problem = (id: string): object => ({
    code: 'session-unreadable',
    detail: `the session "${id}" was left in the store by a server with other files or options: it is of seek, and this mock has seek, seal. POST /__sparring/reset?session=${id} empties it.`,
  })
  expect(await refused.json()).toMatchObject(problem('default'))
  expect(await control(after, 'GET', '/journal?session=other')).toMatchObject(problem('other'))
  expect(await control(after, 'POST', '/reset?session=default')).toMatchObject({ id: 'default', exchanges: 0 })
  expect((await get(after, '/seek/v1/me')).status).toBe(200)
  expect(await control(after, 'DELETE', '/sessions/other')).not.toHaveProperty('code')
  expect(await control(after, 'GET', '/sessions')).toMatchObject([{ id: 'default', exchanges: 1 }])
  await after.close()
  // What was emptied is read by those that come later.
  const later = await startOne(world, { vendors: ['seek', 'seal'] })
  expect((await get(later, '/seek/v1/me')).status).toBe(200)
  expect(await control(later, 'GET', '/sessions')).toMatchObject([{ id: 'default', exchanges: 2 }])
})

storeTest('a replica that comes after a store has forgotten all is one of the others', async () => {
  const options = { vendors: ['seek', 'seal'], ports: { seek: 0 } }
  const [first] = (await start(1, options)) as [ServedMock]
  expect((await get(first, '/seek/v1/me')).status).toBe(200)
  await forgetAll()
  const link = await openStoreLink(redis().url, prefix(), 1000)
  await expect.poll(() => link.texts(['secret']), { timeout: 5000 }).not.toEqual([null])
  link.close()
  expect((await get(first, '/seek/v1/me')).status).toBe(503)
  expect((await get(first, '/seek/v1/me')).status).toBe(200)
  const second = await startOne(prefix(), options)
  const own = second.urls['seek']!.find((url) => !url.endsWith('/seek'))!
  expect((await fetch(`${own}/v1/me`, { headers: { 'x-api-key': KEY } })).status).toBe(200)
})

storeTest('a store that refuses writes is quoted, with what it says, and asked again', async () => {
  const [first] = (await start(1)) as [ServedMock]
  expect((await get(first, '/v1/me')).status).toBe(200)
  const set = async (bytes: number): Promise<void> =>
    expect(await redis().ask(`CONFIG SET maxmemory ${bytes}`)).toBe('+OK\r\n')
  await set(1)
  onTestFinished(() => set(0))
  const why = `the store ${redis().url} refuses: OOM command not allowed when used memory > 'maxmemory'.`
  const detail = async (): Promise<string> => ((await (await get(first, '/v1/me')).json()) as { detail: string }).detail
  expect(await detail()).toContain(why)
  await expect.poll(detail, { timeout: 10_000 }).toBe(why)
  await set(0)
  await expect.poll(async () => (await get(first, '/v1/me')).status, { timeout: 10_000 }).toBe(200)
})

storeTest('a replica that passes on a stream of events does not wait for its end to stop', async () => {
  const [first, second] = (await start(2)) as [ServedMock, ServedMock]
  expect((await get(first, '/v1/me')).status).toBe(200)
  const response = await fetch(`${second.url}/__sparring/events`)
  const ended = response.text().catch(() => 'broken')
  const began = performance.now()
  await second.close()
  expect(performance.now() - began).toBeLessThan(4000)
  expect(await ended).toBe('broken')
})

storeTest('a session with a scenario that a replica does not have is reported once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparring-scenarios-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'mine.yaml')
  writeFileSync(file, 'title: Mine\nclient: does nothing\nvendor: seek\nextends: seek/happy-path\n')
  const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => lines.mockRestore())
  const world = newPrefix()
  const first = await startOne(world, { scenario: file })
  expect(await control(first, 'POST', '/sessions', { id: 'one', scenario: file })).toMatchObject({ id: 'one' })
  rmSync(file)
  const second = await startOne(world)
  for (const path of ['/s/one/v1/me', '/s/one/v1/me', '/v1/me']) await (await get(second, path)).text()
  const said = lines.mock.calls.map(([line]) => line as string).filter((line) => line.includes('"one"'))
  expect(said).toEqual([
    expect.stringMatching(
      /^sparring: the session "one", which another server has opened, cannot be opened here: Failed/,
    ),
  ])
})

storeTest('a session with very many rows moves as a whole, and is read in parts', async () => {
  const [first, second] = (await start(2)) as [ServedMock, ServedMock]
  expect((await get(first, '/v1/me')).status).toBe(200)
  await first.close()
  const link = await openStoreLink(redis().url, prefix(), 1000)
  await link.run(`
    for number = 1, 20000 do redis.call('HSET', ARGV[1] .. 's:default:rows', 'many\u001f' .. number, (1000 + number) .. ' {}') end`)
  const calls = async (): Promise<string> => (await link.run(`return redis.call('INFO', 'commandstats')`)) as string
  expect((await get(second, '/v1/me')).status).toBe(200)
  const { rows } = (await control(second, 'GET', '/snapshot')) as {
    rows: { tables: Array<[table: string, rows: unknown[]]> }
  }
  expect(rows.tables.find(([table]) => table === 'many')![1]).toHaveLength(20_000)
  expect(Number(/cmdstat_hscan:calls=(\d+)/.exec(await calls())?.[1])).toBeGreaterThan(10)
  link.close()
})

test('an answer of the store that arrives late does not spoil what is known of its time', async () => {
  let late = 0
  const link = {
    run: async () => {
      const time = Date.now()
      await sleep(late)
      return [time, '0']
    },
  } as unknown as StoreLink
  const life = createReplicaLife({
    id: 'one',
    lease: 60_000,
    ttl: Infinity,
    link,
    listed: async () => {},
    orphaned: () => {},
    busyWith: () => [],
    gone: () => {},
  })
  await life.begin('http://127.0.0.1:1')
  late = 600
  await life.beat()
  expect(Math.abs(life.storeNow() - Date.now())).toBeLessThan(200)
  life.stop()
})
