import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createReplicaLife } from '../../../mocks/connect/replicas/replica-life.ts'
import { openStoreLink, type StoreLink } from '../../../mocks/connect/replicas/store/store-link.ts'
import type { ServedMock } from '../../../mocks/connect/server/start-server.ts'
import { control, get, storeTest, useReplicas } from '../../support/server/replicas.ts'

/** What users do to replicas and their store. */

const { redis, start, prefix } = useReplicas()

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
