import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { project } from '../../support/data/folder.ts'

const VERSIONS = ['swagger-2.0', 'openapi-3.0', 'openapi-3.1', 'openapi-3.2']
const LARGE = '9007199254740993'

type Sent = readonly [method: string, path: string, body?: BodyInit | undefined, type?: string]

const json = (text: string): Sent => ['POST', '/depots', text, 'application/json']
const form = (text: string): Sent => ['POST', '/search', text, 'application/x-www-form-urlencoded']

function parts(fields: Readonly<Record<string, string | Blob>>): Sent {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  return ['PUT', `/depots/${LARGE}/photo`, body]
}

/** What is sent, and the status of the answer. */
const REQUESTS: ReadonlyArray<readonly [sent: Sent, status: number]> = [
  [['GET', `/depots?ids=1,${LARGE}&tags=a&tags=b&kinds=road|rail&above=0.5`], 200],
  [['GET', '/depots?ids=1,b'], 400],
  [['GET', '/depots?kinds=road|air'], 400],
  [['GET', '/depots?above=0'], 400],
  [['DELETE', '/depots'], 405],
  [['GET', '/depot'], 404],
  [json(`{"id":${LARGE},"name":"a","note":null,"kind":"rail"}`), 201],
  [json('{"id":0,"name":"a","kind":"rail"}'), 400],
  [json('{"id":1,"name":"","note":5,"kind":"air"}'), 400],
  [json('{"id":1'), 400],
  [['POST', '/depots', 'a', 'text/plain'], 415],
  [parts({ photo: new Blob(['x']), caption: 'a', rank: '5' }), 204],
  [parts({ caption: 'a' }), 400],
  [parts({ photo: new Blob(['x']), caption: 'longer than ten', rank: 'first' }), 400],
  [['GET', '/depots/5/photo'], 200],
  [['GET', '/depots/9223372036854775808/photo'], 400],
  [form('words=a&words=b&limit=5'), 200],
  [form('words=a&limit=6'), 400],
  [form('limit=1'), 400],
]

async function answersOf(version: string): Promise<unknown[]> {
  const text = readFileSync(`test/fixtures/four-versions/${version}.yaml`, 'utf8')
  const mock = frozenMock({ vendors: [join(project({ 'depots.yaml': text }), 'depots.yaml')] })
  const answers: unknown[] = []
  for (const [sent] of [...REQUESTS, [['GET', '/depots', undefined, 'no key'] satisfies Sent] as const]) {
    const [method, path, body, type] = sent
    const response = await mock.fetch(`https://depots.example/v1${path}`, {
      method,
      headers: {
        ...(type === 'no key' ? {} : { 'x-key': 'a' }),
        ...(body !== undefined && type && { 'content-type': type }),
      },
      ...(body !== undefined && { body }),
    })
    answers.push([method, path, response.status, response.headers.get('content-type'), await response.text()])
  }
  return answers
}

test('an API has the answers that its document says', async () => {
  const answers = (await answersOf('openapi-3.1')) as ReadonlyArray<readonly [string, string, number]>
  expect(answers.map(([method, path, status]) => [method, path, status])).toEqual([
    ...REQUESTS.map(([[method, path], status]) => [method, path, status]),
    ['GET', '/depots', 401],
  ])
  expect(answers[6]).toEqual([
    'POST',
    '/depots',
    201,
    'application/json',
    `{"id":${LARGE},"name":"North","note":null,"kind":"road"}`,
  ])
})

test.each(VERSIONS.filter((version) => version !== 'openapi-3.1'))(
  'written as %s it has the same answers as in OpenAPI 3.1',
  async (version) => {
    expect(await answersOf(version)).toEqual(await answersOf('openapi-3.1'))
  },
)
