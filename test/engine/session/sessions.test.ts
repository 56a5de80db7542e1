import { createMock, type MockSession, UnknownNameError } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { frozenMock, NOW } from '../../support/mock/mock.ts'
import { BATCH, readEntity, SEAL } from '../../support/vendors/seal.ts'
import { SEEK, SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'

test('sessions have clocks, jobs, situations, journals and credentials of their own', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const one = mock.session({ id: 'one' })
  const two = mock.session({ id: 'two', scenario: 'seek/job-fails' })
  const clientOf = (session: MockSession) => seekClient(session.fetch, session.credentials('seek').active)
  const ids = [await clientOf(one).start(), await clientOf(two).start()]
  await one.clock.advance('10s')
  expect((await clientOf(one).job(ids[0]!)).status).toBe('completed')
  expect((await clientOf(two).job(ids[1]!)).status).toBe('queued')
  await two.clock.advance('10s')
  expect((await clientOf(two).job(ids[1]!)).status).toBe('failed')
  expect([mock.clock.now() - NOW, mock.journal.exchanges().length, one.journal.exchanges().length]).toEqual([0, 0, 2])
  two.play('seek/key-revoked')
  expect((await clientOf(two).me()).status).toBe(401)
  expect((await clientOf(one).me()).status).toBe(200)
})

test('of the keys with its tag, a session accepts only those that it has issued', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session({ id: 'strict' })
  const { active, revoked, expired, unknown, broke } = session.credentials('seek')
  expect(active).toMatch(/^sk_live_sp[0-9a-f]{8}main$/)
  const status = async (key: string) => (await seekClient(session.fetch, key).me()).status
  expect([await status(active), await status(broke)]).toEqual([200, 200])
  expect([await status(revoked), await status(expired), await status(unknown), await status(`${active}x`)]).toEqual([
    401, 401, 401, 401,
  ])
  expect(session.journal.explain().split('\n').at(-1)).toBe(
    `6 +0ms seek GET /v1/me -> 401 by authenticate (Unauthorized#key): the key sk_li… in header x-api-key is unknown; these would pass: ${active}`,
  )
  expect((await seekClient(session.fetch, active).credits()).balance).toBe(100)
  expect((await seekClient(session.fetch, broke).credits()).balance).toBe(0)
})

test('a request finds its session by header, by baggage and by the tag in its credential', async () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  const session = mock.session({ id: 'mine' })
  const { active } = session.credentials('seek')
  const me = (headers: Record<string, string>) => mock.fetch(`${SEEK}/me`, { headers })
  const count = () => session.journal.exchanges().length
  await me({ 'x-api-key': active, 'x-sparring-session': 'mine' })
  expect(count()).toBe(1)
  await me({ 'x-api-key': SEEK_KEY, baggage: 'user=7, sparring-session=mine;ttl=1, more=x' })
  expect(count()).toBe(2)
  await me({ 'x-api-key': active })
  expect(count()).toBe(3)
  // Any credential with the tag belongs there, known or not.
  expect((await me({ 'x-api-key': `${active}-more` })).status).toBe(401)
  expect((await me({ 'x-api-key': session.credentials('seek').revoked })).status).toBe(401)
  expect(count()).toBe(5)
  await mock.fetch(`${SEAL}/entities/${BATCH}`, {
    headers: { authorization: `Bearer ${session.credentials('seal').active}` },
  })
  expect(count()).toBe(6)
  await me({ 'x-api-key': SEEK_KEY })
  await me({})
  expect([count(), mock.journal.exchanges().length]).toEqual([6, 2])
  await expect(me({ 'x-sparring-session': 'mind' })).rejects.toThrow(
    new UnknownNameError('Failed to answer: there is no session "mind". Did you mean "mine"?'),
  )
})

test('a session that was closed is gone, its name is free again, and an open name is taken', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const session = mock.session({ id: 'mine' })
  expect(() => mock.session({ id: 'mine' })).toThrow(
    new Error('Failed to open the session "mine": it is already open. Close it first, or leave the name out.'),
  )
  const key = session.credentials('seek').active
  session[Symbol.dispose]()
  expect((await seekClient(mock.fetch, key).me()).status).toBe(401)
  expect(mock.journal.explain()).toBe(
    '1 +0ms seek GET /v1/me -> 401 by authenticate (Unauthorized#key): the key sk_li… in header x-api-key is unknown; it is of a session that is not open; any key like sk_live_anything would pass',
  )
  expect(mock.session({ id: 'mine' }).journal.exchanges()).toEqual([])
  expect(mock.session().id).not.toBe(mock.session().id)
})

test('reset goes back to what the mock was made with', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/job-fails' })
  const seek = seekClient(mock.fetch)
  const ends = async (): Promise<string> => {
    const id = await seek.start()
    await mock.clock.advance('1m')
    return (await seek.job(id)).status
  }
  mock.play('seek/job-times-out')
  mock.on('seek', 'getMe', () => ({ error: 'Unauthorized' }))
  mock.next('seek', 'listJobs', 500)
  await ends()
  mock.reset()
  expect(mock.clock.now()).toBe(NOW)
  expect(mock.journal.exchanges()).toEqual([])
  expect((await seek.me()).status).toBe(200)
  expect(await seek.jobs()).toEqual([])
  expect(await ends()).toBe('failed')
  const session = mock.session({ scenario: 'seek/key-revoked' })
  session.play('seek/happy-path')
  session.reset()
  expect((await seekClient(session.fetch, session.credentials('seek').active).me()).status).toBe(401)
})

test('a reset or disposal of the mock ends all waits', async () => {
  const mock = createMock({ vendors: ['seal'], scenario: 'seal/concurrency', clock: { at: NOW, frozen: true } })
  onTestFinished(() => mock[Symbol.dispose]())
  const waiting = mock.fetch(readEntity())
  await mock.settled({ held: 1 })
  mock.reset()
  expect(mock.held()).toEqual([])
  await waiting
  {
    using other = createMock({ vendors: ['seal'], scenario: 'seal/concurrency', clock: { at: NOW, frozen: true } })
    const session = other.session()
    const answers = [other.fetch(readEntity()), session.fetch(readEntity({ key: session.credentials('seal').active }))]
    await other.settled({ held: 1 })
    await session.settled({ held: 1 })
    void Promise.all(answers)
  }
})

test('a request of before a reset takes nothing from those that come after it', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const play = (): void => mock.play('seal/concurrency', { limits: { concurrency: { limit: 1 } } })
  play()
  const before = mock.fetch(readEntity())
  await mock.settled({ held: 1 })
  mock.reset()
  play()
  const after = mock.fetch(readEntity())
  await before
  await mock.settled({ held: 1 })
  expect((await mock.fetch(readEntity())).status).toBe(429)
  await mock.clock.advance('300ms')
  expect((await after).status).toBe(200)
})

test('close() ends a session and its held requests; its name is free again', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/concurrency' })
  const session = mock.session({ id: 'mine' })
  const waiting = session.fetch(readEntity({ key: session.credentials('seal').active }))
  await session.settled({ held: 1 })
  session.close()
  expect((await waiting).status).toBe(200)
  expect(mock.session({ id: 'mine' }).journal.exchanges()).toEqual([])
})

test('sessions that share what they play do not share what a test changes in it', async () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  const [one, two] = [mock.session(), mock.session({ scenario: 'seal/happy-path' })]
  one.play('seek/happy-path', { accounts: { default: { credits: 1 } } })
  const balance = async (session: MockSession) => (await seekClient(session.fetch).credits()).balance
  expect([await balance(one), await balance(two), await balance(mock), await balance(mock.session())]).toEqual([
    1, 100, 100, 100,
  ])
  one.reset()
  expect(await balance(one)).toBe(100)
})
