import { createTest, expect } from 'sparring/vitest'
import { createSealClient } from './client.ts'

// Each test has its own session on a clock that stands still: `mock.drive` moves it, so nobody really waits.
// A test fails by itself when the client has done what the vendor forbids.
const test = createTest({ vendors: ['seal'], clock: { frozen: true } })

const BATCH = '30000000-0000-4000-8000-000000000042'
const YIELD = 'Yield %'

test('sets a field whose name is a label', async ({ seal, clock }) => {
  const { entity, warning } = await createSealClient({ ...seal, clock }).setField(BATCH, YIELD, 97.5)
  expect(entity.fields[YIELD]!.value).toBe(97.5)
  expect(warning).toBeUndefined()
})

test('a 200 with a message is a warning, and the value is set', async ({ seal, play, mock, clock }) => {
  play('seal/soft-failure')
  const { entity, warning } = await createSealClient({ ...seal, clock }).setField(BATCH, YIELD, 97.5)
  expect(entity.fields[YIELD]!.value).toBe(97.5)
  expect(warning).toBe('The value was rounded.')
  expect(mock).toHaveCalled('updateFieldValue', 1)
})

test('a revoked key ends the work at the first request', async ({ seal, mock, clock }) => {
  const client = createSealClient({ ...seal, key: seal.credentials.revoked, clock })
  await expect(client.publish(BATCH)).rejects.toMatchObject({ cause: { status: 401 } })
  expect(mock).toHaveCalled('getEntityChangeSet', 1)
  expect(mock).not.toHaveCalled('requestChangeSetReview')
})

test('too many requests a minute: waits as long as Retry-After says', async ({ seal, play, mock, clock }) => {
  play('seal/request-rate')
  const client = createSealClient({ ...seal, clock })
  await mock.drive(async () => {
    for (let read = 0; read < 5; read++) await client.getEntity(BATCH)
  })
  expect(mock).toHaveMet('getEntity', 'TooManyRequests#rate')
  expect(mock).toHaveWaited('retry-after')
})

test('too many requests at a time: waits a second, and sends fewer at once', async ({ seal, play, mock, clock }) => {
  play('seal/concurrency')
  const client = createSealClient({ ...seal, clock, parallel: 4 })
  const readMany = () => mock.drive(() => Promise.all(Array.from({ length: 8 }, () => client.getEntity(BATCH))))
  expect(await readMany()).toHaveLength(8)
  expect(mock).toHaveMet('getEntity', 'TooManyRequests#concurrency')
  const refusedAtFirst = mock.journal.exchanges({ status: 429 }).length
  expect(await readMany()).toHaveLength(8)
  expect(mock.journal.exchanges({ status: 429 })).toHaveLength(refusedAtFirst)
})

test('both limits at once are told apart by their messages', async ({ seal, play, mock, clock }) => {
  play('seal/both-limits')
  const client = createSealClient({ ...seal, clock, parallel: 4 })
  await mock.drive(() => Promise.all(Array.from({ length: 8 }, () => client.getEntity(BATCH))))
  expect(mock).toHaveMet('getEntity', 'TooManyRequests#concurrency')
  expect(mock).toHaveMet('getEntity', 'TooManyRequests#rate')
})

test('a change whose answer is lost is made again: the same value twice is one change', async ({
  seal,
  play,
  mock,
  clock,
}) => {
  play('seal/lost-answer')
  const client = createSealClient({ ...seal, clock })
  const { entity } = await mock.drive(() => client.setField(BATCH, YIELD, 97.5))
  expect(entity.fields[YIELD]!.value).toBe(97.5)
  expect(mock).toHaveMet('updateFieldValue', 'connection-reset')
})

test('an entity in review is not changed, and the client does not try again', async ({ seal, play, mock, clock }) => {
  play('seal/entity-locked')
  const client = createSealClient({ ...seal, clock })
  await expect(client.setField(BATCH, YIELD, 97.5)).rejects.toMatchObject({ cause: { status: 409 } })
  expect(mock).toHaveCalled('updateFieldValue', 1)
})

test('a review is polled until a colleague has approved it', async ({ seal, mock, clock }) => {
  const client = createSealClient({ ...seal, clock })
  const approve = async () => {
    await clock.sleep('20m')
    mock.do('seal', '80000000-0000-4000-8000-000000000012', 'approve')
  }
  const [entity] = await mock.drive(() => Promise.all([client.publish(BATCH), approve()]))
  expect(entity).toMatchObject({ status: 'FINISHED', version: '1' })
})

test('an entity whose checks fail comes back to its author', async ({ seal, play, mock, clock }) => {
  play('seal/checks-fail')
  const work = mock.drive(() => createSealClient({ ...seal, clock }).publish(BATCH))
  await expect(work).rejects.toThrow('Buffer Batch #42 came back: its checks or its review failed')
})

test('a review that nobody ends is given up at the deadline', async ({ seal, mock, clock }) => {
  const work = mock.drive(() => createSealClient({ ...seal, clock }).publish(BATCH, 3_600_000))
  await expect(work).rejects.toThrow('is not published after 3600 s')
  expect(mock).toHaveCalled('requestChangeSetReview', 1)
})

test('a client that comes back before Retry-After is caught', async ({ seal, next, mock, clock }) => {
  next('seal', 'getEntity', 'TooManyRequests#rate', { times: 2 })
  const read = () => fetch(`${seal.url}/entities/${BATCH}`, { headers: { authorization: `Bearer ${seal.key}` } })
  await mock.drive(async () => {
    while (!(await read()).ok) await clock.sleep('1s')
  })
  expect(mock).toHaveFinding('retry-after')
})
