import { afterEach, expect, test } from 'vitest'
import { type MockServer, startServer } from '../../../mocks/connect/server/start-server.ts'
import { sparring } from '../../support/processes/cli.ts'

let server: MockServer | undefined
afterEach(async () => server?.close())

async function numberOf(headers: Record<string, string>, path = '/v1/me'): Promise<string> {
  const response = await fetch(server!.url + path, { headers: { 'x-sparring-explain': '1', ...headers } })
  await response.arrayBuffer()
  const sessions = (await (await fetch(`${server!.url}/__sparring/sessions`)).json()) as Array<{
    id: string
    exchanges: number
  }>
  return sessions.map(({ id, exchanges }) => `${id.replace(/-.*/, '')} ${exchanges}`).join(', ')
}

test('clients with different keys are in sessions of their own, and the same key leads to the same session', async () => {
  server = await startServer({ vendors: ['seek'], port: 0, sessionsBy: 'key' })
  expect(await numberOf({ 'x-api-key': 'sk_live_one' })).toBe('default 0, key 1')
  expect(await numberOf({ 'x-api-key': 'sk_live_two' })).toBe('default 0, key 1, key 1')
  expect(await numberOf({ 'x-api-key': 'sk_live_one' })).toBe('default 0, key 2, key 1')
  expect(JSON.stringify(await (await fetch(`${server.url}/__sparring/sessions`)).json())).not.toContain('sk_live')
})

test('a client without a key, and one with a key that the mock has printed, are in the default session', async () => {
  server = await startServer({ vendors: ['seek'], port: 0, sessionsBy: 'key' })
  expect(await numberOf({})).toBe('default 1')
  expect(await numberOf({ 'x-api-key': server.vendors['seek']!.key! })).toBe('default 2')
})

test('a header names the session; what chooses a session by itself wins', async () => {
  server = await startServer({ vendors: ['seek'], port: 0, sessionsBy: 'header:X-Tenant' })
  const key = { 'x-api-key': 'sk_live_mine' }
  expect(await numberOf({ 'x-tenant': 'blue', ...key })).toBe('default 0, blue 1')
  expect(await numberOf({ 'x-tenant': 'blue', ...key }, '/s/default/v1/me')).toBe('default 1, blue 1')
  expect(await numberOf({ 'x-tenant': 'not in a URL', ...key })).toBe('default 1, blue 1, client 1')
})

test('a header with an inherited name of objects counts as not sent', async () => {
  server = await startServer({ vendors: ['seek'], port: 0, sessionsBy: 'header:constructor' })
  const key = { 'x-api-key': 'sk_live_mine' }
  expect(await numberOf(key)).toBe('default 1')
  expect(await numberOf({ constructor: 'blue', ...key })).toBe('default 1, blue 1')
})

test('a value that a URL would take for a step in its path is not the name of a session', async () => {
  server = await startServer({ vendors: ['seek'], port: 0, sessionsBy: 'header:x-tenant' })
  expect(await numberOf({ 'x-tenant': '..', 'x-api-key': 'sk_live_mine' })).toBe('default 0, client 1')
})

test('a client in its own session has its own credits', async () => {
  server = await startServer({ vendors: ['seek'], port: 0, sessionsBy: 'key', scenario: 'seek/out-of-credits' })
  const start = async (key: string): Promise<number> => {
    const response = await fetch(`${server!.url}/v1/workers/linkedin-profile/jobs`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: '{"profile_url":"https://linkedin.com/in/example"}',
    })
    return response.status
  }
  const statuses: number[] = []
  for (const key of ['sk_live_one', 'sk_live_one', 'sk_live_one', 'sk_live_two']) statuses.push(await start(key))
  expect(statuses).toEqual([202, 202, 402, 202])
})

test('an invalid way to choose sessions is refused, in the server and on the command line', async () => {
  const options = { vendors: ['seek'], port: 0, sessionsBy: 'ip' } as unknown as Parameters<typeof startServer>[0]
  await expect(startServer(options)).rejects.toThrow(
    'Failed to start a server: "sessionsBy" is "ip"; write key, or header:NAME with the name of a header.',
  )
  const { code, err } = await sparring(['serve', 'seek', '--sessions-by', 'ip'])
  expect(code).toBe(2)
  expect(err).toContain('--sessions-by is "ip" and must be key, or header:NAME with the name of a header.')
})

test('a value that is not a store is refused', async () => {
  const { code, err } = await sparring(['serve', 'seek', '--store', 'localhost'])
  expect(code).toBe(2)
  expect(err).toContain(
    '--store is "localhost", no URL of a store; write it as redis://127.0.0.1:6379, or rediss:// for TLS.',
  )
})
