import { defineNetworkFixture } from '@msw/playwright'
import { expect, test as base } from '@playwright/test'
import { createMock } from 'sparring'

const mock = createMock({ vendors: ['seek'], clock: { frozen: true } })

const test = base.extend({
  session: [
    async ({ context }, use) => {
      const session = mock.session()
      const network = defineNetworkFixture({ context, handlers: [...session.handlers] })
      await network.enable()
      await use(session)
      await network.disable()
      session.close()
    },
    { auto: true },
  ],
})

test.beforeEach(async ({ page }) => {
  await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '<p></p>' }))
  await page.goto('http://localhost/')
})

/** What a script of the page sees of an answer. */
function ask(page, path, body) {
  return page.evaluate(
    async ([path, body]) => {
      const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
      try {
        const answer = await fetch(`https://api.seek-api.com${path}`, {
          headers,
          ...(body && { method: 'POST', body }),
        })
        return `${answer.status} ${answer.headers.get('retry-after')}`
      } catch (error) {
        return error.name
      }
    },
    [path, body],
  )
}

test('pages meet the session, with every header of its answers', async ({ page, session }) => {
  session.play('seek/out-of-credits')
  const submit = () =>
    ask(page, '/v1/workers/linkedin-profile/jobs', '{"profile_url":"https://linkedin.com/in/example"}')
  expect([await submit(), await submit(), await submit()]).toEqual(['202 null', '202 null', '402 null'])
  session.next('seek', 'getMe', 'TooManyRequests#rate')
  expect(await ask(page, '/v1/me')).toBe('429 1')
  expect(session.journal.exchanges()).toHaveLength(4)
})

test('the next test starts fresh', async ({ page, session }) => {
  expect(await ask(page, '/v1/me')).toBe('200 null')
  expect(session.journal.exchanges()).toHaveLength(1)
})

test('a broken connection fails the request', async ({ page, session }) => {
  session.play('seek/happy-path', { rules: [{ when: { operation: 'getMe' }, then: { fault: 'connection-reset' } }] })
  expect(await ask(page, '/v1/me')).toBe('TypeError')
})
