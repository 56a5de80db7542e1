import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMock } from 'sparring'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { project, sparring } from '../../support/processes/cli.ts'

const apis = 'test/fixtures/documents/apis'

/** What init writes for one of the fixtures, and where. */
async function guessed(
  name: string,
): Promise<{ out: string; text: string; mock: Record<string, unknown>; file: string }> {
  const cwd = project({ 'vendor.yaml': readFileSync(`${apis}/${name}.yaml`, 'utf8') })
  const { out } = await sparring(['init', 'vendor.yaml'], { cwd })
  const text = readFileSync(join(cwd, 'vendor.mock.overlay.yaml'), 'utf8')
  const { actions } = load(text) as { actions: Array<{ target: string; update?: Record<string, unknown> }> }
  const mock = actions.find(({ target }) => target === '$')!.update!['x-mock'] as Record<string, unknown>
  return { out, text, mock, file: join(cwd, 'vendor.yaml') }
}

test('paths with an ending are those of one thing, ids have the form of their pattern, and forms spell names in their own way', async () => {
  const { out, mock, file } = await guessed('messages')
  expect(out).toContain('job   Message: CreateMessage starts it, FetchMessage reads it; queued -> sending -> sent')
  expect(mock['jobs']).toMatchObject({ Message: { id: 'SM{hex32}', start: { body: '{$request.body#/Body}' } } })
  using played = createMock({ vendors: [file] })
  const base = 'https://api.messages.example/2010/Accounts/AC0123456789abcdef0123456789abcdef/Messages'
  const headers = { authorization: 'Basic YTpi', 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await played.fetch(`${base}.json`, { method: 'POST', headers, body: 'To=1&Body=Hello' })
  const { sid } = (await answer.json()) as { sid: string }
  expect([answer.status, sid]).toEqual([201, expect.stringMatching(/^SM[0-9a-f]{32}$/)])
  const read = await played.fetch(`${base}/${sid}.json`, { headers: { authorization: 'Basic YTpi' } })
  expect(await read.json()).toMatchObject({ sid, body: 'Hello', status: 'queued' })
})

test('a resource that may be deleted is recognized, and an error for all operations is reported', async () => {
  const { out, mock } = await guessed('payments')
  expect(out).toContain('things  customers: getCustomer reads one, createCustomer makes one')
  expect(out).toContain('list    listCustomers: customers, by starting_after and limit')
  expect(out).toContain(
    'No 401 is documented, so a request without a key gets the error that stands for all, as a 401 (basic, bearer).',
  )
  expect(Object.keys(mock['collections'] as object)).toEqual(['customers'])
})

test('an invented value fits the name of its field, and an invented error repeats the document’s text', async () => {
  const { text } = await guessed('models')
  expect(text).toMatch(/output_file_id: [0-9a-f]{12}/)
  expect((await guessed('shop')).text).toContain('value: { errors: Slow down. }')
})

test('a prefix of nearly all paths names the caller, and is not a resource that clients create', async () => {
  const ids = {
    200: {
      description: d(),
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['id', 'name'],
            properties: { id: { type: 'string' }, name: { type: 'string' } },
          },
        },
      },
    },
  }
  const list = {
    200: {
      description: d(),
      content: {
        'application/json': {
          schema: { type: 'object', properties: { items: { type: 'array', items: { type: 'object' } } } },
        },
      },
    },
  }
  const body = {
    content: { 'application/json': { schema: { type: 'object', properties: { name: { type: 'string' } } } } },
  }
  const things = (path: string): Record<string, unknown> => ({
    [path]: { get: { responses: list }, post: { requestBody: body, responses: ids } },
    [`${path}/{id}`]: { get: { responses: ids } },
  })
  const paths = {
    ...things('/teams'),
    ...Object.assign({}, ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => things(`/teams/{id}/${name}-things`))),
  } as Record<string, unknown>
  const document = { openapi: '3.1.0', info: { title: 'Teams', version: '1' }, paths }
  const cwd = project({ 'teams.json': JSON.stringify(document) })
  const { out } = await sparring(['init', 'teams.json'], { cwd })
  expect(out).not.toContain('teams: GET /teams/{id}')
  expect(out).toContain('things  a-things:')
})

function d(): string {
  return 'Done.'
}
