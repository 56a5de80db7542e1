import { expect, test } from 'vitest'
import { frozenMock, read } from '../../support/mock/mock.ts'

const me = 'https://api.seek-api.com/v1/me'
const ask = (mock: ReturnType<typeof frozenMock>, key = 'one') =>
  read(mock.fetch(me, { headers: { 'x-api-key': `sk_live_${key}` } }))

test('an answer that is kept still follows the account that the scenario sets up', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  expect((await ask(mock)).body).toMatchObject({ plan: 'free', rate_limit: { sustained: 10, burst: 20 } })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'pro' } } })
  expect((await ask(mock)).body).toMatchObject({ plan: 'pro', rate_limit: { sustained: 50, burst: 100 } })
  mock.play('seek/happy-path')
  expect((await ask(mock)).body).toMatchObject({ plan: 'free' })
})

test('two accounts of one mock have answers of their own', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', {
    accounts: { big: { plan: 'enterprise', email: 'big@acme.example', keys: { sk_live_big: 'active' } } },
  })
  expect((await ask(mock, 'big')).body).toMatchObject({ plan: 'enterprise', email: 'big@acme.example' })
  expect((await ask(mock, 'small')).body).toMatchObject({ plan: 'free', email: 'ops@harbourline.example' })
})
