import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { createReplicas } from '../../../mocks/connect/replicas/create-replicas.ts'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import type { MockOptions } from '../../../mocks/connect/mock/api/mock-options.ts'
import { type ServedMock, serveMock, type ServerOptions } from '../../../mocks/connect/server/start-server.ts'
import { HAS_REDIS, NO_REDIS, type Redis, startRedis } from './redis.ts'

export const storeTest = test.skipIf(!HAS_REDIS)

type Options = Partial<MockOptions & ServerOptions>

/** Replicas of a test file, and their store. */
export interface Replicas {
  readonly redis: () => Redis
  /** Starts replicas that share a world of their own. */
  readonly start: (count: number, options?: Options, lease?: number) => Promise<ServedMock[]>
  readonly startOne: (prefix: string, options?: Options, lease?: number) => Promise<ServedMock>
  /** Prefix of the keys of the world that was started last. */
  readonly prefix: () => string
  /** Prefix of a new world. */
  readonly newPrefix: () => string
}

/** Prepares a test file: its replicas stop after each test, and its store after all of them. */
export function useReplicas(): Replicas {
  if (!HAS_REDIS) test.skip(`replicas share sessions (${NO_REDIS})`, () => {})
  let redis: Redis
  let servers: ServedMock[] = []
  let worlds = 0
  beforeAll(async () => {
    if (HAS_REDIS) redis = await startRedis()
  })
  afterAll(async () => redis?.remove())
  afterEach(async () => {
    const open = servers
    servers = []
    await Promise.all(open.map((server) => server.close()))
  })

  const startOne: Replicas['startOne'] = async (prefix, options = {}, lease = 1500) => {
    const placing = await createReplicas({ store: redis.url, prefix, lease })
    const all = { vendors: ['seek'], ...options } as MockOptions & ServerOptions
    const server = await serveMock(assemble(all, undefined, placing), { ...all, port: 0 }, { placing })
    servers.push(server)
    return server
  }
  const prefix = (): string => `world-${worlds}:`
  const newPrefix = (): string => {
    worlds++
    return prefix()
  }
  return {
    redis: () => redis,
    prefix,
    newPrefix,
    startOne,
    start: async (count, options, lease) => {
      const own = newPrefix()
      return Promise.all(Array.from({ length: count }, () => startOne(own, options, lease)))
    },
  }
}

export const KEY = 'sk_live_sparring00main'

export function get(server: ServedMock, path: string, key = KEY): Promise<Response> {
  return fetch(server.url + path, { headers: { 'x-api-key': key } })
}

export function startJob(server: ServedMock, webhook?: string, root = ''): Promise<Response> {
  return fetch(`${server.url}${root}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example', ...(webhook && { webhook }) }),
  })
}

export async function control(server: ServedMock, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${server.url}/__sparring${path}`, {
    method,
    ...(method !== 'GET' && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
  })
  const text = await response.text()
  return text === '' ? response.status : JSON.parse(text)
}

/** A receiver of webhooks, which answers the first one when it is let go. */
export async function receiver(
  isHeld = false,
): Promise<{ url: string; jobs: string[]; letGo: () => void; close: () => void }> {
  const jobs: string[] = []
  const first = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += chunk))
    request.on('end', () => {
      jobs.push((JSON.parse(text) as { job_uuid: string }).job_uuid)
      if (isHeld && jobs.length === 1) void first.promise.then(() => response.end())
      else response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    jobs,
    letGo: first.resolve,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
