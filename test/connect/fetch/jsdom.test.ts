// @vitest-environment jsdom
import axios from 'axios'
import { setupServer } from 'msw/node'
import { createMock } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'

const ME = 'https://api.seek-api.com/v1/me'
const KEY = { 'x-api-key': 'sk_live_a' }

test('axios in jsdom asks for leave, gets it, and reads the answer with every header', async () => {
  const mock = createMock({ vendors: ['seek'] })
  const server = setupServer(...mock.handlers)
  server.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => server.close())
  const answer = await axios.get<{ email: string }>(ME, { headers: { ...KEY, 'x-sparring-explain': '1' } })
  expect([answer.status, typeof answer.data.email]).toEqual([200, 'string'])
  expect(answer.headers['x-sparring-explanation']).toContain('200 by handle')
  // What jsdom asks beforehand is no call of the client.
  expect(mock.journal.exchanges().map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/me'])
})

test('a refusal is read in jsdom as in a page', async () => {
  const mock = createMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
  const server = setupServer(...mock.handlers)
  server.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => server.close())
  const submit = () =>
    axios.post(
      'https://api.seek-api.com/v1/workers/linkedin-profile/jobs',
      { profile_url: 'https://linkedin.com/in/example' },
      { headers: KEY, validateStatus: () => true },
    )
  const statuses = []
  for (let job = 0; job < 3; job++) statuses.push((await submit()).status)
  expect(statuses).toEqual([202, 202, 402])
})
