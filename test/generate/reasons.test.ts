import { createMock } from 'sparring'
import { expect, test } from 'vitest'

/** What the document answers to a note; each reply is checked against its schema. */
async function post(path: string, note: unknown): Promise<unknown> {
  const mock = createMock({ vendors: ['test/fixtures/plain/reasons.yaml'], checkReplies: true })
  const body = typeof note === 'string' ? note : JSON.stringify(note)
  const headers = { 'content-type': 'application/json' }
  const answer = await mock.fetch(`https://reasons.example${path}`, { method: 'POST', headers, body })
  return answer.json()
}

test('an error that lists what is wrong has an entry for each thing: where, what and its code', async () => {
  expect(await post('/list', {})).toEqual({
    detail: [{ loc: ['body', 'text'], msg: 'text is required', type: 'missing', input: {} }],
  })
  expect(await post('/list', { text: 'a text', items: [{}, { sku: 1 }] })).toEqual({
    detail: [
      { loc: ['body', 'text'], msg: 'text must have at most 5 characters', type: 'too_long', input: 'a text' },
      { loc: ['body', 'items', 0, 'sku'], msg: 'items[0].sku is required', type: 'missing', input: {} },
      { loc: ['body', 'items', 1, 'sku'], msg: 'items[1].sku must be a string', type: 'type_error', input: 1 },
    ],
  })
})

test('an issue of a parameter is reported as one of a parameter', async () => {
  expect(await post('/list?limit=500', { text: 'a' })).toEqual({
    detail: [
      {
        loc: ['query', 'limit'],
        msg: 'query parameter limit must be at most 50',
        type: 'too_big',
        input: '500',
      },
    ],
  })
})

test('secrets are not repeated', async () => {
  const told = await post('/list', { text: 'a', password: 'hunter2!' })
  expect(told).toEqual({
    detail: [
      {
        loc: ['body', 'password'],
        msg: 'password must have at least 12 characters',
        type: 'too_short',
        input: 'hu…',
      },
    ],
  })
  expect(JSON.stringify(await post('/list', { password: 'hunter2!' }))).not.toContain('hunter2!')
})

test('a problem of RFC 9457 says its status, its name, the reason and the request', async () => {
  expect(await post('/problem', { text: 'a', weight: 10 })).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'weight must be at most 9',
    instance: '/problem',
    errors: [{ detail: 'weight must be at most 9', pointer: '#/weight' }],
  })
})

test('the schema wins: codes are those of its list, texts have its length', async () => {
  expect(await post('/nested', {})).toEqual({
    success: false,
    error: { code: 'invalid_parameter', message: 'text is req…', param: 'text' },
  })
})

test('messages by field, and messages alone', async () => {
  expect(await post('/map', { weight: 'two' })).toEqual({
    message: 'text is required (and 1 more)',
    errors: { text: ['text is required'], weight: ['weight must be an integer'] },
  })
  expect(await post('/texts', { weight: 'two' })).toEqual({
    errors: ['text is required', 'weight must be an integer'],
  })
})

test('an example of the document stays as it is', async () => {
  expect(await post('/shown', {})).toEqual({ message: 'As documented' })
})

test('a body that cannot be read is reported in a sentence, without a field', async () => {
  const told = (await post('/nested', '{"text')) as { error: { message: string } }
  expect(told).toEqual({ success: false, error: { code: 'invalid_parameter', message: 'The body is…' } })
})

test('a played error has a reason that fits its status and the request', async () => {
  using mock = createMock({ vendors: ['test/fixtures/plain/reasons.yaml'], checkReplies: true })
  mock.next('reasons', 'getBox', 404)
  const answer = await mock.fetch('https://reasons.example/boxes/b7')
  expect(await answer.json()).toEqual({
    timestamp: expect.stringMatching(/^2025-/),
    status: 404,
    error: 'Not Found',
    message: 'There is no box b7.',
    path: '/boxes/b7',
  })
  mock.next('reasons', 'getBox', 401)
  expect(await (await mock.fetch('https://reasons.example/boxes/b7')).json()).toMatchObject({
    status: 401,
    error: 'Unauthorized',
    message: 'No valid credentials were sent.',
  })
})

test('the same mistake gives the same bytes', async () => {
  const note = { text: 7, items: [{}] }
  expect(await post('/list', note)).toEqual(await post('/list', note))
})
