import { createMock } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { parsePattern, shortestLength } from '../../mocks/generate/make/pattern.ts'
import { sparring } from '../support/processes/cli.ts'
import { NOW } from '../support/mock/mock.ts'
import { document } from '../support/server/server.ts'

const FIELD = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } }
const LISTS = [1, 2, 3].reduce<object>((items) => ({ type: 'array', minItems: 100, items }), { type: 'integer' })

/** What is asked for, and why there is none of it. */
const TOO_MUCH: Readonly<Record<string, readonly [schema: object, why: string]>> = {
  items: [
    { type: 'array', minItems: 100_000_000, items: { type: 'string' } },
    'it needs 100000000 items or more, and 10000 values are the most',
  ],
  contained: [
    { type: 'array', contains: { type: 'integer' }, minContains: 300_000_000 },
    'it needs 300000000 items or more, and 10000 values are the most',
  ],
  properties: [
    { type: 'object', minProperties: 50_000_000 },
    'it needs 50000000 properties or more, and 10000 values are the most',
  ],
  text: [
    { type: 'object', required: ['note'], properties: { note: { type: 'string', minLength: 2_000_000_000 } } },
    '/note needs 2000000000 characters or more, and 1048576 are the most',
  ],
  pattern: [
    { type: 'string', pattern: '^(?:(?:[a-z]{900}){900}){900}$' },
    'it needs 729000000 characters or more, and 1048576 are the most',
  ],
  nested: [LISTS, '/0/99 would be one of more than 10000 values'],
  texts: [
    { type: 'array', minItems: 3, items: { type: 'string', minLength: 500_000 } },
    '/2 would be in a value with more than 1048576 characters',
  ],
}

function fileOf(schemas: Readonly<Record<string, object>>): string {
  const paths = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const content = { 'application/json': { schema } }
      return [`/${name}`, { get: { operationId: name, responses: { 200: { description: 'd', content } } } }]
    }),
  )
  const servers = [{ url: 'https://api.big.example' }]
  return document('big.yaml', stringify({ openapi: '3.1.0', info: { title: 'Big', version: '1' }, servers, paths }))
}

function mockOf(schemas: Readonly<Record<string, object>>) {
  const mock = createMock({ vendors: [fileOf(schemas)], clock: { at: NOW, frozen: true } })
  onTestFinished(() => mock[Symbol.dispose]())
  return { mock, get: (name: string) => mock.fetch(`https://api.big.example/${name}`) }
}

test.each(Object.entries(TOO_MUCH))(
  'a schema that asks for too much is answered at once, and says so (%s)',
  async (name, [schema, why]) => {
    const { mock, get } = mockOf({ [name]: schema })
    const before = process.cpuUsage()
    const answer = await get(name)
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000)
    const detail = `No value can be generated for the schema: ${why}. Give an example of the answer.`
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { type: 'about:blank', title: 'Internal Server Error', status: 500, detail },
    ])
    expect(mock.journal.exchanges()[0]!.answeredBy).toMatchObject({ stage: 'handle', because: detail })
  },
)

test('optional properties are left out if they would be too much', async () => {
  const schema = { ...FIELD, properties: { ...FIELD.properties, all: TOO_MUCH['items']![0] } }
  const answer = await mockOf({ optional: schema }).get('optional')
  expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([200, ['id']])
})

test('thousands of items are made, and long texts', async () => {
  const { get } = mockOf({
    many: { type: 'array', minItems: 3000, maxItems: 3000, items: FIELD },
    long: { type: 'string', minLength: 200_000, pattern: '^[a-z]+$' },
    empty: { type: 'string', pattern: '^(?:){1000000000}$' },
  })
  expect(await (await get('many')).json()).toHaveLength(3000)
  expect(await (await get('long')).json()).toMatch(/^[a-z]{200000,}$/)
  expect(await (await get('empty')).json()).toBe('')
})

test('the length of the shortest text of a pattern is computed without generating it', () => {
  for (const [pattern, length] of [
    ['^abc$', 3],
    ['a{3}(?:bc|d)', 4],
    ['(ab)*c+', 1],
    ['(?:(?:[a-z]{900}){900}){2,}', 1_620_000],
    ['^(?=.{8,}$)(\\w)+\\1$', 1],
  ] as const)
    expect([pattern, shortestLength(parsePattern(pattern))]).toEqual([pattern, length])
})

test('check reports answers that cannot be generated, each at its schema', async () => {
  const all = Object.fromEntries(Object.entries(TOO_MUCH).map(([name, [schema]]) => [name, schema]))
  const { code, out } = await sparring(['check', fileOf({ ...all, fine: FIELD })])
  expect(code).toBe(1)
  const lines = out.split('\n').filter((line) => line.includes(' too-much: '))
  expect(lines.map((line) => line.split(' for the schema: ')[1])).toEqual(
    Object.values(TOO_MUCH).map(([, why]) => `${why}. Give an example of the answer.`),
  )
})
