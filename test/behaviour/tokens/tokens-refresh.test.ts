import { createMock } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { failure, scenes, scenesWith, tokenClient } from '../../support/mock/tokens.ts'

test('a refresh token rotates: the new one is good, the replay of an old one ends the grant', async () => {
  const { mock, walk, refresh, list } = scenes()
  const first = await walk({ scope: 'scenes:read offline_access' })
  const second = await refresh(first)
  expect(second.status).toBe(200)
  const third = await refresh(second)
  expect(third.status).toBe(200)
  expect(await refresh(first)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Used already; authorize again.' },
  })
  expect(await refresh(third)).toMatchObject(failure('grant 1 has ended: a refresh token was replayed'))
  expect((await list(third)).status).toBe(401)
  expect(mock.journal.explain({ operation: 'token' })).toContain(
    '400 by handle (TokenError#replayed): replayed: the refresh token was used 0 ms ago: a replay; grant 1 ends',
  )
})

test('a lost race is not a replay: one is served, the other refused, and the grant goes on', async () => {
  const { mock, walk, refresh } = scenes()
  const first = await walk({ scope: 'offline_access' })
  const both = await Promise.all([refresh(first), refresh(first)])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
  const winner = both.find(({ status }) => status === 200)!
  await mock.clock.advance('1999ms')
  expect(await refresh(first)).toMatchObject(
    failure('another request has used the refresh token 1999 ms before: a lost race; grant 1 continues'),
  )
  expect((await refresh(winner)).status).toBe(200)
})

test('the same token after the grace is a replay, even if its successor is unused', async () => {
  const { mock, walk, refresh } = scenes()
  const first = await walk({ scope: 'offline_access' })
  const second = await refresh(first)
  await mock.clock.advance('2s')
  expect((await refresh(first)).body).toMatchObject({ error_description: 'Used already; authorize again.' })
  expect((await refresh(second)).status).toBe(400)
})

test('a grant ends with its own time, however often it was refreshed', async () => {
  const { mock, walk, refresh } = scenes()
  let tokens = await walk({ scope: 'offline_access' })
  for (let month = 0; month < 3; month++) {
    await mock.clock.advance('29d')
    tokens = await refresh(tokens)
    expect(tokens.status).toBe(200)
  }
  await mock.clock.advance('3d')
  expect(await refresh(tokens)).toMatchObject(failure('grant 1 has reached its longest lifetime'))
})

test('a refresh token that lies for its thirty days is too old', async () => {
  const { mock, walk, refresh } = scenes()
  const tokens = await walk({ scope: 'offline_access' })
  await mock.clock.advance('30d')
  expect(await refresh(tokens)).toMatchObject(failure('the refresh token is too old'))
})

test('a refresh may ask for less, and not for more', async () => {
  const { walk, refresh } = scenes()
  const tokens = await walk({ scope: 'scenes:read offline_access' })
  expect(await refresh(tokens, { scope: 'scenes:write' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_scope', error_description: 'grant 1 does not have the scope scenes:write' },
  })
  expect((await refresh(tokens, { scope: 'scenes:read' })).body).toMatchObject({ scope: 'scenes:read' })
})

test('if refresh tokens do not rotate, the answer repeats one only if its schema requires it', async () => {
  const { mock, walk, refresh } = keeping([])
  const first = await walk({ scope: 'offline_access' })
  expect((await refresh(first)).body).not.toHaveProperty('refresh_token')
  expect((await refresh(first)).status).toBe(200)
  expect(mock.breaches()).toEqual([])
  const other = keeping(['refresh_token'])
  const token = await other.walk({ scope: 'offline_access' })
  const { refresh_token } = token.body as Record<string, string>
  expect((await other.refresh(token)).body).toMatchObject({ refresh_token })
})

function keeping(required: readonly string[]) {
  const mock = createMock({ vendors: [scenesWith({ refresh: { rotate: false } }, required)], clock: { frozen: true } })
  onTestFinished(() => mock[Symbol.dispose]())
  return { mock, ...tokenClient(mock) }
}
