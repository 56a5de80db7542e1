import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { startServer } from 'sparring'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, root } from '../support/processes/cli.ts'

/** An agent whose tools come from `sparring mcp`. */
async function agent(args: readonly string[], cwd = root) {
  const client = new Client({ name: 'agent', version: '1.0.0' })
  const command = { command: process.execPath, args: [COMMAND, 'mcp', ...args], cwd }
  await client.connect(new StdioClientTransport({ ...command, stderr: 'ignore' }))
  const call = async (name: string, given: Record<string, unknown> = {}) => {
    const { content, isError = false } = await client.callTool({ name, arguments: given })
    const { text } = (content as Array<{ readonly text: string }>)[0]!
    return { isError, text }
  }
  return { client, call, json: async (name: string, given = {}) => JSON.parse((await call(name, given)).text) as never }
}

test('an agent lists vendors, plays a scenario, sends requests and reads the explanations', async () => {
  const { client, call, json } = await agent(['seek', 'seal', '--frozen'])
  onTestFinished(() => client.close())
  const { tools } = await client.listTools()
  expect(tools.map(({ name, annotations }) => `${name}${annotations?.readOnlyHint === true ? '' : ' acts'}`)).toEqual([
    'list_vendors',
    'list_operations',
    'list_scenarios',
    'journal',
    'findings',
    'play acts',
    'next_error acts',
    'move_clock acts',
    'send_request acts',
    'reset acts',
    'check_scenario',
  ])
  expect(await json('list_vendors')).toEqual([
    {
      name: 'seek',
      title: 'Seek API',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/seek$/) as string,
      key: 'sk_live_sparring00main',
      webhookSecret: 'sparring00webhook',
      plays: 'seek/happy-path',
      operations: 10,
    },
    expect.objectContaining({ name: 'seal', plays: 'seal/happy-path' }),
  ])
  expect(await json('list_operations', { vendor: 'seek' })).toContainEqual(
    expect.objectContaining({ id: 'getMe', errors: expect.arrayContaining(['TooManyRequests#rate']) as string[] }),
  )
  expect(await json('list_scenarios', { vendor: 'seek' })).toContainEqual(
    expect.objectContaining({ name: 'seek/rate-limited' }),
  )
  expect(await json('play', { names: ['seek/rate-limited'] })).toMatchObject({ vendors: { seek: 'seek/rate-limited' } })
  for (let count = 1; count <= 3; count++)
    expect(await json('send_request', { vendor: 'seek', path: '/v1/me' })).toMatchObject({ status: 200 })
  expect(await json('send_request', { vendor: 'seek', path: '/v1/me' })).toMatchObject({
    status: 429,
    explanation: expect.stringMatching(/^429 by limit \(TooManyRequests#rate\): limit requests: 3 of 3 used/) as string,
  })
  expect(await json('move_clock', { advance: '1m' })).toMatchObject({ frozen: true })
  expect((await call('next_error', { vendor: 'seek', operation: 'getMe', error: '500' })).text).toBe(
    'The next 1 call of getMe: 500.',
  )
  expect(await json('send_request', { vendor: 'seek', path: 'v1/me' })).toMatchObject({ status: 500 })
  expect(await json('journal', { limit: 2 })).toEqual([
    expect.objectContaining({ number: 4, request: 'GET /v1/me', status: 429 }),
    expect.objectContaining({ number: 5, request: 'GET /v1/me', status: 500 }),
  ])
  expect(await json('findings')).toMatchObject({ judged: 5 })
  await call('reset')
  expect(await json('journal')).toEqual([])
}, 120_000)

describe('in a project', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'sparring-mcp-'))
  let seek: Awaited<ReturnType<typeof agent>>
  beforeAll(async () => {
    mkdirSync(join(cwd, 'scenarios/seek'), { recursive: true })
    const scenario = (name: string, text: string): void => writeFileSync(join(cwd, 'scenarios/seek', name), text)
    scenario('good.yaml', 'title: One request passes\nextends: happy-path\nlimits: { requests: { capacity: 1 } }\n')
    scenario(
      'bad.yaml',
      'title: A limit that is not there\nextends: happy-path\nlimits: { request: { capacity: 1 } }\n',
    )
    seek = await agent(['seek'], cwd)
  })
  afterAll(async () => {
    await seek.client.close()
    rmSync(cwd, { recursive: true, force: true })
  })

  test('a body is sent as JSON, and a credential of its own wins over the key', async () => {
    const job = { vendor: 'seek', method: 'POST', path: '/v1/workers/linkedin-profile/jobs' }
    const body = { profile_url: 'https://linkedin.com/in/example' }
    expect(await seek.json('send_request', { ...job, body })).toMatchObject({ status: 202 })
    const revoked = { 'x-api-key': 'sk_live_sparring00revoked' }
    expect(await seek.json('send_request', { ...job, body, headers: revoked })).toMatchObject({ status: 401 })
  }, 120_000)

  test('mistakes of the agent are reported as results that it can read', async () => {
    expect(await seek.call('play', { names: ['seek/rate-limitd'] })).toEqual({
      isError: true,
      text: 'Failed to play "seek/rate-limitd": no such scenario. Did you mean "seek/rate-limited"?',
    })
    expect(await seek.call('list_operations', { vendor: 'sook' })).toEqual({
      isError: true,
      text: 'There is no vendor "sook". Known: seek.',
    })
    expect((await seek.call('play', { names: 'seek/rate-limited' })).isError).toBe(true)
  }, 120_000)

  test('a scenario file is checked, with the place of each mistake', async () => {
    expect((await seek.call('check_scenario', { file: 'scenarios/seek/good.yaml' })).text).toBe('No mistakes.')
    expect((await seek.call('check_scenario', { file: 'scenarios/seek/bad.yaml' })).text).toMatch(
      /^scenarios\/seek\/bad\.yaml:3:\d+ .*Did you mean "requests"\?/,
    )
  }, 120_000)
})

test('with --url the tools are about a server that runs already', async () => {
  const server = await startServer({ vendors: ['seek'], port: 0 })
  onTestFinished(() => server.close())
  const { client, call } = await agent(['--url', server.url])
  onTestFinished(() => client.close())
  await call('play', { names: ['seek/out-of-credits'] })
  await call('send_request', { vendor: 'seek', path: '/v1/me' })
  expect(server.mock.journal.exchanges()).toHaveLength(1)
}, 120_000)
