import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { whatHappened } from '../../mocks/testing/aftermath.ts'
import { frozenMock } from '../support/mock/mock.ts'
import { seekClient } from '../support/vendors/seek.ts'

/** What is said of a test that has failed, with jobs of one name. */
function said(mock: Parameters<typeof whatHappened>[0]): string[] {
  return whatHappened(mock)
    .replaceAll(/job_\w+/g, 'job_1')
    .split('\n')
}

const open = () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const { send } = seekClient(mock.fetch)
  const submit = () =>
    send('POST', '/workers/linkedin-profile/jobs', {
      body: { profile_url: 'https://linkedin.com/in/example', webhook: 'https://client.example/hooks' },
    })
  return { mock, submit, me: () => send('GET', '/me') }
}

test('a failed test says what has become of its webhooks, and why one was not sent', async () => {
  const { mock, submit } = open()
  await submit()
  await mock.clock.advance('10s')
  const taken = said(mock).slice(0, 2)
  expect(taken).toEqual([
    'The mock has seen 1 request; its clock is at +10s:',
    '  1 +0ms seek POST /v1/workers/linkedin-profile/jobs -> 202 by handle: job_1',
  ])
  expect(said(mock)[2]).toMatch(
    /^ {2}\+5210ms seek webhook jobFinished of job_1 to https:\/\/client\.example\/hooks -> not sent: ./,
  )
  mock.webhooks.to(() => new Response(null, { status: 503 }))
  await submit()
  await mock.clock.advance('6s')
  expect(said(mock)[4]).toBe(
    '  +15210ms seek webhook jobFinished of job_1 to https://client.example/hooks -> 503, again in 5s',
  )
  mock.webhooks.to(() => new Response())
  await submit()
  await mock.clock.advance('6s')
  expect(said(mock).slice(5, 7)).toEqual([
    '  +15210ms seek webhook jobFinished of job_1 to https://client.example/hooks -> 200',
    '  +21210ms seek webhook jobFinished of job_1 to https://client.example/hooks -> 200',
  ])
})

test('a failed test whose client has not reached the mock lists possible causes', () => {
  expect(said(open().mock)).toEqual([
    "The mock has seen 0 requests. Does the client have the URL of the mock's server, mock.fetch, or mock.handlers?",
  ])
})

test('a failed test says that its client waits in real time for a clock that stands still', async () => {
  const { mock, me } = open()
  await me()
  await me()
  expect(said(mock)).toHaveLength(3)
  await delay(950)
  await me()
  expect(said(mock)[4]).toMatch(
    /^ {2}The clock stood still while the client waited \S+ of real time before #3: hand mock\.clock\.sleep to the client, or let the clock flow\.$/,
  )
})

test('a client that sleeps on the clock of the mock gets no such advice', async () => {
  const { mock, me } = open()
  await me()
  await delay(950)
  await me()
  const asleep = mock.clock.sleep('1h')
  expect(said(mock).join('\n')).not.toContain('stood still')
  mock.close()
  await asleep
})
