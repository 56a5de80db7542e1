// @vitest-environment happy-dom
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { KEY, ME, testInDom } from '../../support/mock/dom-cases.ts'
import { intercept } from '../../support/mock/msw.ts'

testInDom('happy-dom')

test('fetch of happy-dom is answered, also for a path that is not there', async () => {
  const mock = createMock({ vendors: ['seek'] })
  intercept(...mock.handlers)
  const answer = await fetch(ME, { headers: KEY })
  expect([answer.status, await answer.json()]).toMatchObject([200, { plan: 'free' }])
  expect((await fetch('https://api.seek-api.com/v1/nowhere', { headers: KEY })).status).toBe(404)
  expect(mock.journal.exchanges().map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v1/me',
    'GET /v1/nowhere',
  ])
})
