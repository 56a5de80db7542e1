import { expect, test } from 'vitest'
import { frozenMock } from '../support/mock/mock.ts'
import { sealRequest } from '../support/vendors/seal.ts'
import { contacts, seamlessMock } from '../support/vendors/seamless.ts'

test('bytes of which the journal keeps only the number are no missing body', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const upload = sealRequest('POST', '/files?filename=a.txt&typeTitle=Certificate', { body: '123' })
  upload.headers.set('content-type', 'application/octet-stream')
  expect((await mock.fetch(upload)).status).toBe(201)
  expect(mock.findings()).toEqual([])
})

test('a body that was never read is not missing, whatever a scenario answers in the end', async () => {
  const mock = frozenMock({ vendors: ['seal'], scenario: 'seal/changed-despite-500' })
  const path = '/entities/30000000-0000-4000-8000-000000000042/fields/No%20such%20field'
  expect((await mock.fetch(sealRequest('PATCH', path, { body: { value: 1 } }))).status).toBe(500)
  expect(mock.findings({ severity: 'warning' })).toEqual([])
})

test('requests whose bodies were never read are not taken for the same, unless they were refused for any body', async () => {
  const send = (mock: ReturnType<typeof frozenMock>, value: number) =>
    mock
      .fetch(
        sealRequest('PATCH', '/entities/30000000-0000-4000-8000-000000000042/fields/Yield%20%25', { body: { value } }),
      )
      .catch(() => undefined)
  const lost = frozenMock({ vendors: ['seal'], scenario: 'seal/connection-reset' })
  lost.play('seal/connection-reset', {
    rules: [{ when: { operation: 'updateFieldValue' }, then: { fault: 'connection-reset' }, at: 'arrival' }],
  })
  for (let value = 1; value <= 12; value++) await send(lost, value)
  expect(lost.findings()).toEqual([])
  const refused = frozenMock({ vendors: ['seal'], scenario: 'seal/read-only' })
  for (let value = 1; value <= 3; value++) await send(refused, value)
  expect(refused.findings().map(({ code }) => code)).toEqual(['retry-refused', 'expect-stops-after'])
})

test('a batch is polled to its end by polls that name several jobs, and is not over before all of them are', async () => {
  const { mock, seamless } = seamlessMock({ scenario: 'seamless/contacts-done' })
  const first = await seamless.start(contacts(1))
  await mock.clock.advance('3s')
  const ids = [...first, ...(await seamless.start(contacts(2)))]
  await mock.clock.advance('2s')
  const polls = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done++) {
      await seamless.poll(ids)
      await mock.clock.advance('5s')
    }
  }
  expect(await seamless.statuses(ids)).toEqual(['done', 'researching'])
  expect(mock.findings({ final: true, code: 'expect-polls-until-final' })).toHaveLength(1)
  await mock.clock.advance('5s')
  await polls(3)
  expect(mock.findings({ final: true })).toEqual([])
  await polls(1)
  expect(mock.findings({ final: true }).map(({ code }) => code)).toEqual(['poll-after-final', 'poll-after-final'])
})

test('polls whose answers a scenario has changed show no end', async () => {
  const { mock, seamless } = seamlessMock()
  mock.play('seamless/happy-path', {
    rules: [
      {
        when: { operation: 'pollContactsResearchResults' },
        then: { patch: { '/data/0/status': 'verifying' } },
        at: 'reply',
      },
    ],
  })
  const ids = await seamless.start(contacts(1))
  for (let poll = 0; poll < 6; poll++) {
    await mock.clock.advance('5s')
    await seamless.poll(ids)
  }
  expect(mock.findings({ final: true })).toEqual([])
})
