import axios from 'axios'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { intercept } from './msw.ts'

export const ME = 'https://api.seek-api.com/v1/me'
export const KEY = { 'x-api-key': 'sk_live_a' }

/** Cases that hold in every environment that plays a page. */
export function testInDom(environment: string): void {
  test(`axios in ${environment} asks for leave, gets it, and reads the answer with every header`, async () => {
    const mock = createMock({ vendors: ['seek'] })
    intercept(...mock.handlers)
    const answer = await axios.get<{ email: string }>(ME, { headers: { ...KEY, 'x-sparring-explain': '1' } })
    expect([answer.status, typeof answer.data.email]).toEqual([200, 'string'])
    expect(answer.headers['x-sparring-explanation']).toContain('200 by handle')
    // What the environment asks beforehand is no call of the client.
    expect(mock.journal.exchanges().map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/me'])
  })

  test(`a refusal is read in ${environment} as in a page`, async () => {
    const mock = createMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
    intercept(...mock.handlers)
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
}
