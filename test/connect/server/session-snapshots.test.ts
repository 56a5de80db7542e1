import type { Snapshot } from 'sparring'
import { expect, test } from 'vitest'
import { control, open } from '../../support/server/server.ts'
import { clientOf, type OpenedSession } from '../../support/server/session-client.ts'

test('the state of a session goes through the control API into others, which go on side by side', async () => {
  const server = await open({ vendors: ['seek'] })
  const { body: first } = await control<OpenedSession>(server, 'POST', '/sessions', { id: 'seeded' })
  const client = clientOf(server, first, true)
  expect(await client.submit('seeded')).toBe(202)
  await control(server, 'POST', '/clock?session=seeded', { advance: '2s' })
  const { status, body: snapshot } = await control<Snapshot>(server, 'GET', '/snapshot?session=seeded')
  expect([status, snapshot.session, snapshot.omitted]).toEqual([200, 'seeded', ['the journal, with 1 exchange']])
  for (const id of ['one', 'two']) {
    const { body: opened } = await control<OpenedSession>(server, 'POST', '/sessions', { id })
    const restored = await control(server, 'PUT', `/snapshot?session=${id}`, snapshot)
    expect([restored.status, restored.body]).toMatchObject([200, { id, exchanges: 1 }])
    const { body: report } = await control<object>(server, 'GET', `/report?session=${id}&format=json`)
    expect(report).toMatchObject({ exchanges: { judged: 0, notJudged: 0 } })
    expect(await clientOf(server, opened, true).jobs()).toMatchObject([{ status: 'running' }])
  }
  await control(server, 'POST', '/clock?session=one', { advance: '1m' })
  expect(await client.jobs()).toMatchObject([{ status: 'running' }])
})

test('a snapshot that cannot be restored is refused, and so is one that names files outside of the server’s folders', async () => {
  const server = await open({ vendors: ['seek'] })
  const { body: snapshot } = await control<Snapshot>(server, 'GET', '/snapshot')
  const put = (body: unknown) => control<{ code: string; detail: string }>(server, 'PUT', '/snapshot', body)
  expect(await put({ ...snapshot, format: 9 })).toMatchObject({
    status: 422,
    body: {
      code: 'invalid-snapshot',
      detail: 'Failed to restore the snapshot: it has the format 9, and this sparring reads 1. Take a new snapshot.',
    },
  })
  expect(await put({})).toMatchObject({ status: 422, body: { code: 'invalid-snapshot' } })
  expect(await put({ ...snapshot, plays: [{ names: ['/etc/passwd'], changes: null }] })).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  })
  expect(await put({ ...snapshot, plays: [{ names: ['seek/gone'], changes: null }] })).toMatchObject({ status: 404 })
  expect(await control(server, 'GET', '/snapshot?session=none')).toMatchObject({ status: 404 })
  // Larger than other calls may be.
  const large = { ...snapshot, scope: 'x'.repeat(2 * 1024 * 1024) }
  expect((await put(large)).status).toBe(200)
})
