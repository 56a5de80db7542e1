import { defineNetworkFixture } from '@msw/playwright'
import { expect, test as base } from '@playwright/test'
import { createMock } from 'sparring'

const mock = createMock({ vendors: ['seek'] })

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

test('the page asks the vendor at its own address, and meets the mock', async ({ page, session }) => {
  session.play('seek/key-expired')
  const status = await page.evaluate(async () => {
    const { status } = await fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_mine' } })
    return status
  })
  expect(status).toBe(401)
})
