import {
  createMock,
  InvalidSnapshotError,
  type Mock,
  type MockSession,
  type Snapshot,
  UnknownNameError,
} from 'sparring'
import { describe, expect, test } from 'vitest'
import { vendorShape } from '../../../mocks/engine/snapshot/vendor-shape.ts'
import { assembledOf, frozenMock, NOW, read } from '../../support/mock/mock.ts'
import { requestsOf } from '../../support/mock/requests.ts'
import { readEntity } from '../../support/vendors/seal.ts'
import { PROFILE, SEEK_KEY, seekClient } from '../../support/vendors/seek.ts'
import { SEQUENTUM } from '../../support/vendors/sequentum.ts'

/** The same snapshot after a way through a file. */
function filed(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot)) as Snapshot
}

/** Sends each request, one after the other. */
async function answersTo(session: MockSession, requests: ReturnType<typeof requestsOf>): Promise<unknown[]> {
  const answers: unknown[] = []
  for (const [index, { url, method, headers, body }] of requests.entries()) {
    // Where a limit queues what it does not let through.
    if (index % 40 === 39) await session.clock.advance('1m')
    const answer = await read(session.fetch(url, { method, headers, ...(body !== undefined && { body }) }))
    answers.push([method, url, answer.status, answer.headers, answer.body])
  }
  return answers
}

describe.each(['seek', 'seal', 'seamless', 'seclai', 'sequentum'])('%s', (vendor) => {
  test('a session that goes on from a snapshot gives the answers that the first one gives', async () => {
    // A stream of events ends with the clock, which stands still.
    const requests = requestsOf(vendor).filter(({ url }) => !url.endsWith('/events'))
    const options = { vendors: [vendor], clock: { at: 0, frozen: true }, checkReplies: false }
    const first = frozenMock(options)
    await answersTo(first, requests)
    await first.clock.advance('2s')
    const second = frozenMock({ vendors: [vendor], seed: 5 })
    second.restore(filed(first.snapshot()))
    for (const wait of ['3s', '1h']) {
      expect(await answersTo(second, requests)).toEqual(await answersTo(first, requests))
      await Promise.all([first.clock.advance(wait), second.clock.advance(wait)])
    }
    expect(second.snapshot().rows).toEqual(first.snapshot().rows)
  })
})

test('jobs, balances, limits and prepared answers of next continue, and the journal is empty', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
  const seek = seekClient(mock.fetch)
  const id = await seek.start()
  await mock.clock.advance('2s')
  mock.next('seek', 'listJobs', 500, { times: 2 })
  await seek.send('GET', '/jobs')
  const { balance } = await seek.credits()
  const snapshot = mock.snapshot()
  expect(snapshot.omitted).toEqual(['the journal, with 3 exchanges'])
  await mock.clock.advance('1h')
  await seek.start()
  mock.play('seek/key-revoked')
  mock.restore(snapshot)
  expect([mock.clock.now() - NOW, mock.clock.frozen()]).toEqual([2000, true])
  expect(mock.journal.exchanges()).toEqual([])
  expect((await seek.job(id)).status).toBe('running')
  expect((await seek.credits()).balance).toBe(balance)
  expect(mock.journal.exchanges().map(({ number }) => number)).toEqual([4, 5])
  expect((await seek.send('GET', '/jobs')).status).toBe(500)
  expect(await seek.jobs()).toHaveLength(1)
  await mock.clock.advance('1m')
  expect((await seek.job(id)).status).toBe('completed')
})

test('a snapshot can be restored again and again, and reset() still leads to the beginning', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const seek = seekClient(mock.fetch)
  await seek.start()
  const seeded = mock.snapshot()
  for (let round = 0; round < 3; round++) {
    mock.restore(seeded)
    await seek.start({ profile_url: `https://linkedin.com/in/${round}` })
    expect(await seek.jobs()).toHaveLength(2)
  }
  mock.reset()
  expect(await seek.jobs()).toEqual([])
})

test('a clock that flows goes on from where it was', async () => {
  const mock = createMock({ vendors: ['seek'], clock: { at: NOW } })
  using other = createMock({ vendors: ['seek'], clock: { frozen: true } })
  const snapshot = mock.snapshot()
  mock.close()
  other.restore(snapshot)
  expect(other.clock.frozen()).toBe(false)
  expect(other.clock.now() - snapshot.clock.now).toBeLessThan(5000)
  expect(snapshot.clock.now - NOW).toBeLessThan(5000)
})

test('the scenario is played again: files, changes, seed and pace; later changes of a test are not', async () => {
  const first = frozenMock({ vendors: ['seek', 'seal'], scenario: 'seal/key-revoked', seed: 7 })
  const changes = { accounts: { default: { credits: 5 } } }
  first.play('seek/job-fails')
  first.play('seek/happy-path', changes)
  first.play('seek/happy-path', { ...changes, pace: 2 })
  const snapshot = filed(first.snapshot())
  changes.accounts.default.credits = 99
  expect(snapshot.plays.map(({ names }) => names)).toEqual([['seal/key-revoked'], ['seek/happy-path']])
  const second = frozenMock({ vendors: ['seek', 'seal'] })
  second.restore(snapshot)
  const situationOf = (mock: Mock) => assembledOf(mock).sessions.all.get('default')!.situation
  const [before, after] = [situationOf(first), situationOf(second)]
  expect([after.seed, after.pace]).toEqual([before.seed, before.pace])
  expect((await second.fetch(readEntity())).status).toBe(401)
  expect((await seekClient(second.fetch).me()).body).toEqual((await seekClient(first.fetch).me()).body)
  // A snapshot of what was restored is the same once more.
  expect(second.snapshot().plays).toEqual(snapshot.plays)
})

test('a play of a test is played again with its changes', async () => {
  const first = frozenMock({ vendors: ['seek'] })
  first.play('seek/happy-path', { accounts: { default: { credits: 5 } } })
  const second = frozenMock({ vendors: ['seek'] })
  second.restore(filed(first.snapshot()))
  expect((await seekClient(second.fetch).credits()).balance).toBe(5)
})

test('webhooks that are due are sent by the session that goes on', async () => {
  const first = frozenMock({ vendors: ['seek'] })
  await seekClient(first.fetch).start({ ...PROFILE, webhook: 'https://client.example/hook' })
  const second = frozenMock({ vendors: ['seek'] })
  second.restore(filed(first.snapshot()))
  const bodies: unknown[] = []
  second.webhooks.to(async (request) => {
    bodies.push(await request.json())
    return new Response()
  })
  await second.clock.advance('1m')
  expect(bodies).toMatchObject([{ event: 'job.completed' }])
  expect(second.webhooks.deliveries()).toMatchObject([{ outcome: 'acknowledged' }])
})

test('tokens stay good, and one that was revoked stays revoked', async () => {
  const first = frozenMock({ vendors: ['sequentum'] })
  const tokens = first.credentials('sequentum').tokens!['oauth']!
  const refresh = async (mock: Mock, refresh_token: string) =>
    read(
      mock.fetch(`${SEQUENTUM}/api/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', client_id: tokens.clientId, refresh_token }),
      }),
    )
  const issued = (await refresh(first, tokens.refreshToken)).body as { access_token: string; refresh_token: string }
  const second = frozenMock({ vendors: ['sequentum'] })
  second.restore(filed(first.snapshot()))
  const list = (token: string) =>
    second.fetch(`${SEQUENTUM}/api/v1/agent/all`, { headers: { authorization: `Bearer ${token}` } })
  expect((await list(issued.access_token)).status).toBe(200)
  expect((await refresh(second, tokens.refreshToken)).status).toBe(400)
})

test('another session goes on with credentials of its own in place of those of the snapshot', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const first = mock.session({ id: 'seeded' })
  await seekClient(first.fetch, first.credentials('seek').active).start()
  const snapshot = filed(first.snapshot())
  const others = [mock.session(), mock.session()]
  for (const other of others) {
    other.restore(snapshot)
    const client = seekClient(mock.fetch, other.credentials('seek').active)
    expect(await client.jobs()).toHaveLength(1)
    await client.start()
    expect(await client.jobs()).toHaveLength(2)
  }
  const { active } = first.credentials('seek')
  expect(await seekClient(mock.fetch, active).jobs()).toHaveLength(1)
  expect((await seekClient(others[0]!.fetch, active).me()).status).toBe(401)
})

test('requests in progress are left out, and their slots are free', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/concurrency' })
  const held = [mock.fetch(readEntity()), mock.fetch(readEntity())]
  await mock.settled({ held: 2 })
  expect((await mock.fetch(readEntity())).status).toBe(429)
  mock.on('seal', 'getEntity', () => undefined)
  void mock.clock.sleep('1h')
  const snapshot = mock.snapshot()
  expect(snapshot.omitted).toEqual([
    'the journal, with 3 exchanges',
    '2 requests in progress or held, with their slots of limits',
    '1 client asleep on the clock',
    '1 answer of mock.on(), since a function cannot be saved',
  ])
  const other = frozenMock({ vendors: ['seal'] })
  other.restore(filed(snapshot))
  const both = [other.fetch(readEntity()), other.fetch(readEntity())]
  await other.settled({ held: 2 })
  expect((await other.fetch(readEntity())).status).toBe(429)
  await other.clock.advance('1s')
  expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200])
  // Where it was taken, those that were held are let go, and give back nothing of what came after.
  mock.restore(snapshot)
  await Promise.all(held)
  const after = [mock.fetch(readEntity()), mock.fetch(readEntity())]
  await mock.settled({ held: 2 })
  expect((await mock.fetch(readEntity())).status).toBe(429)
  await mock.clock.advance('1s')
  await Promise.all(after)
})

test('the bytes of an uploaded file are in it', async () => {
  const first = frozenMock({ vendors: ['seal'] })
  const upload = requestsOf('seal').find(({ url, method }) => method === 'POST' && url.includes('/files'))
  await answersTo(first, [upload!])
  expect(JSON.stringify(first.snapshot().rows)).toContain('"$bytes":')
})

test('exchanges before a snapshot was restored are not judged', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
  const seek = seekClient(mock.fetch)
  for (let call = 0; call < 3; call++) await seek.submit()
  const snapshot = mock.snapshot()
  for (let round = 0; round < 3; round++) {
    mock.restore(snapshot)
    expect((await seek.submit()).status).toBe(402)
    mock.expectNoFindings()
  }
})

describe('a snapshot that cannot be restored is refused, and changes nothing', () => {
  const unchanged = async (restore: (mock: Mock, snapshot: Snapshot) => void, message: string): Promise<void> => {
    const mock = frozenMock({ vendors: ['seek'] })
    const seek = seekClient(mock.fetch)
    await seek.start()
    const snapshot = filed(mock.snapshot())
    expect(() => restore(mock, snapshot)).toThrow(new InvalidSnapshotError(message))
    expect(await seek.jobs()).toHaveLength(1)
    expect(mock.journal.exchanges()).toHaveLength(2)
  }

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [[], '[]'],
    [{}, '{}'],
    ['seek', '"seek"'],
  ])('%j is no snapshot', async (given, shown) => {
    await unchanged(
      (mock) => mock.restore(given as never),
      `${shown} is not a snapshot. Give what snapshot() has returned.`,
    )
  })

  test('one of another format', async () => {
    await unchanged(
      (mock, snapshot) => mock.restore({ ...snapshot, format: 2 } as never),
      'it has the format 2, and this sparring reads 1. Take a new snapshot.',
    )
  })

  test('one that lacks a part, and one with a part that was changed', async () => {
    await unchanged((mock, snapshot) => {
      mock.restore({ ...snapshot, clock: undefined } as never)
    }, 'its "clock" is missing. Give what snapshot() has returned, and change nothing in it.')
    await unchanged(
      (mock, snapshot) => mock.restore({ ...snapshot, rows: { tables: [['seek/jobs']], due: [] } } as never),
      'its "rows" is not as snapshot() writes it. Give what snapshot() has returned, and change nothing in it.',
    )
  })

  test('one of another version of sparring', async () => {
    const { version } = (await import('../../../package.json', { with: { type: 'json' } })).default
    await unchanged(
      (mock, snapshot) => mock.restore({ ...snapshot, sparring: '0.0.1' }),
      `it was taken by sparring 0.0.1, and this is ${version}, which may store state differently. Take a new snapshot.`,
    )
  })

  test('one of other vendors', async () => {
    const both = frozenMock({ vendors: ['seek', 'seal'] }).snapshot()
    await unchanged(
      (mock) => mock.restore(both),
      "it is of seek, seal, and this mock has seek. Create the mock with the same vendors: createMock({ vendors: ['seek', 'seal'] }).",
    )
  })

  test('one of a document that had other jobs or limits', async () => {
    await unchanged((mock, snapshot) => {
      const vendor = [...assembledOf(mock).sessions.engine.runtimes.values()][0]!.vendor
      const shape = { ...vendorShape(vendor), jobs: 'other', limits: 'other' }
      mock.restore({ ...snapshot, vendors: { seek: { ...snapshot.vendors['seek']!, shape } } })
    }, 'it was taken with other jobs, limits of seek. Take a new snapshot.')
  })

  test('one in which a vendor spoke another dialect', async () => {
    const usd = frozenMock({ vendors: { seek: { dialect: 'usd' } } }).snapshot()
    const own = filed(usd).vendors['seek']!.dialect
    expect(own).toBe('usd')
    const mock = frozenMock({ vendors: ['seek'] })
    const now = mock.snapshot().vendors['seek']!.dialect
    expect(() => mock.restore(usd)).toThrow(
      new InvalidSnapshotError(
        `seek uses the dialect usd in it, and ${now} in this mock. Create the mock with the same options.`,
      ),
    )
  })

  test('one whose scenario does not exist any more', async () => {
    const mock = frozenMock({ vendors: ['seek'] })
    const snapshot = filed(mock.snapshot())
    await seekClient(mock.fetch, SEEK_KEY).start()
    expect(() => mock.restore({ ...snapshot, plays: [{ names: ['seek/gone'], changes: null }] })).toThrow(
      UnknownNameError,
    )
    expect(mock.journal.exchanges()).toHaveLength(1)
  })
})
