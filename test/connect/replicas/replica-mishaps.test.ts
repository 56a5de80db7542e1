import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createReplicaLife } from '../../../mocks/connect/replicas/replica-life.ts'
import { openStoreLink, type StoreLink } from '../../../mocks/connect/replicas/store/store-link.ts'
import type { ServedMock } from '../../../mocks/connect/server/start-server.ts'
import { control, get, KEY, storeTest, useReplicas } from '../../support/server/replicas.ts'

/** What users do to replicas and their store. */

const { redis, start, prefix } = useReplicas()

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

storeTest('a store that has forgotten all leaves each session with one replica', async () => {
  const [first, second] = (await start(2)) as [ServedMock, ServedMock]
  expect((await get(first, '/v1/me')).status).toBe(200)
  const link = await openStoreLink(redis().url, prefix(), 1000)
  await link.run(`for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end`)
  link.close()
  // The session begins anew, at the other one.
  await expect.poll(async () => (await get(second, '/v1/me')).status).toBe(200)
  await expect.poll(async () => (await get(first, '/v1/me')).status).toBe(200)
  for (const server of [first, second]) {
    const { exchanges } = (await control(server, 'GET', '/journal')) as { exchanges: Array<{ number: number }> }
    expect(exchanges.map(({ number }) => number)).toEqual([1, 2])
  }
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
