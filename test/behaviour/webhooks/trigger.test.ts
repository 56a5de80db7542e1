import { createMock, startServer } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { frozenMock, NOW } from '../../support/mock/mock.ts'
import { HOOKED, openReceiver, receive, signatureOf } from '../../support/server/receiver.ts'
import { document } from '../../support/data/folder.ts'
import { PROFILE, seekClient } from '../../support/vendors/seek.ts'

test('a webhook that is asked for has the body, the signature and the retries of the vendor', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock, 503, 200)

  const first = await mock.webhooks.trigger('seek', 'jobFinished')

  expect(first).toMatchObject({ outcome: 'waiting', attempts: [{ status: 503 }], due: NOW + 5000, state: 'completed' })
  const [hook] = received
  expect(hook!.headers['x-seekapi-signature']).toBe(signatureOf(hook!.text, mock.credentials('seek').webhookSecret))
  expect(hook!.body).toMatchObject({
    event: 'job.completed',
    job_uuid: first.job,
    worker: 'linkedin-profile',
    cost_credits: 5,
    duration_ms: 4210,
    completed_at: '2026-03-16T10:00:00Z',
  })
  await mock.clock.advance('5s')
  expect(received[1]!.text).toBe(received[0]!.text)
  expect(mock.webhooks.deliveries()[0]!.outcome).toBe('acknowledged')
})

test('the job that is created for a webhook is found by every client, costs nothing, and is not a request', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock)
  const { job } = await mock.webhooks.trigger('seek', 'jobFinished')
  expect(mock.journal.exchanges()).toEqual([])
  const seek = seekClient(mock.fetch)
  const { event, fired_at, ...told } = received[0]!.body
  expect([event, fired_at]).toEqual(['job.completed', '2026-03-16T10:00:00Z'])
  expect(await seek.job(job)).toEqual(told)
  expect((await seek.jobs()).map(({ job_uuid }) => job_uuid)).toEqual([job])
  expect(await seek.credits()).toMatchObject({ balance: 100 })
  expect(mock.findings()).toEqual([])
})

test('the newest job of a client in the right state is reported, to the URL of its request', async () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const received = receive(mock)
  const seek = seekClient(mock.fetch)
  const done = await seek.start(HOOKED)
  await mock.clock.advance('10s')
  const running = await seek.start(PROFILE)

  const { job } = await mock.webhooks.trigger('seek', 'jobFinished')

  expect(job).toBe(done)
  expect(received.map(({ url }) => url)).toEqual([HOOKED.webhook, HOOKED.webhook])
  expect(received[1]!.text).toBe(received[0]!.text)
  await expect(mock.webhooks.trigger('seek', 'jobFinished', { job: running })).rejects.toThrow(
    `Failed to trigger jobFinished: ${running} is queued, and it reports completed or failed or timeout or cancelled. It is completed in 5210ms; move the clock.`,
  )
  await expect(mock.webhooks.trigger('seek', 'jobFinished', { job: 'job_none' })).rejects.toThrow(
    'Failed to trigger jobFinished: this session has no job "job_none".',
  )
  await mock.clock.advance('10s')
  expect((await mock.webhooks.trigger('seek', 'jobFinished', { job: running })).job).toBe(running)
})

test('a scenario’s changes to jobs and webhooks apply to a triggered one too', async () => {
  const mock = frozenMock({ vendors: ['seek'], scenario: 'seek/webhook-forged-signature' })
  const received = receive(mock)
  expect((await mock.webhooks.trigger('seek', 'jobFinished')).played).toEqual(['tamper signature'])
  const secret = mock.credentials('seek').webhookSecret
  expect(received[0]!.headers['x-seekapi-signature']).not.toBe(signatureOf(received[0]!.text, secret))
  mock.play('seek/job-fails', { fresh: true })
  expect((await mock.webhooks.trigger('seek', 'jobFinished')).state).toBe('failed')
  mock.play('seek/webhook-delayed', { fresh: true })
  expect(await mock.webhooks.trigger('seek', 'jobFinished')).toMatchObject({ outcome: 'waiting', attempts: [] })
})

test.each([
  ['seamless', 'contact-researched', 'done'],
  ['seamless', 'company-researched', 'done'],
  ['seclai', 'runCompleted', 'completed'],
  ['seclai', 'runFailed', 'failed'],
] as const)('%s %s can be asked for', async (vendor, webhook, state) => {
  const mock = frozenMock({ vendors: [vendor], checkReplies: true })
  const received = receive(mock)
  expect(await mock.webhooks.trigger(vendor, webhook as never)).toMatchObject({ outcome: 'acknowledged', state })
  expect(received).toHaveLength(1)
  expect(mock.breaches()).toEqual([])
})

const PARCELS = `openapi: 3.1.0
info: { title: Parcels, version: '1' }
servers: [{ url: https://parcels.example }]
webhooks:
  shipped:
    post:
      requestBody:
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Shipped' }
            examples: { one: { value: { parcel: P-1, weight: 2 } } }
      responses: { '200': { description: Received. } }
  lost:
    post:
      requestBody:
        content: { application/json: { schema: { $ref: '#/components/schemas/Shipped' } } }
      responses: { '200': { description: Received. } }
  dropped: { delete: { responses: { '204': { description: Gone. } } } }
paths:
  /parcels: { get: { responses: { '200': { description: All. } } } }
components:
  schemas:
    Shipped:
      type: object
      required: [parcel, weight]
      properties: { parcel: { type: string }, weight: { type: integer, minimum: 1 } }
`

test('a webhook that only the OpenAPI document describes is sent with its example, or a generated body', async () => {
  using mock = createMock({ vendors: [document('parcels.yaml', PARCELS)], clock: { frozen: true } })
  const received = receive(mock)
  const shipped = await mock.webhooks.trigger('parcels', 'shipped')
  expect(shipped).toMatchObject({ outcome: 'acknowledged', job: '', state: '', webhook: 'shipped' })
  expect(received[0]).toMatchObject({
    text: '{"parcel":"P-1","weight":2}',
    headers: { 'content-type': 'application/json' },
  })
  await mock.webhooks.trigger('parcels', 'lost')
  expect(received[1]!.body).toEqual({ parcel: expect.any(String) as string, weight: expect.any(Number) as number })
  expect(await mock.webhooks.trigger('parcels', 'dropped')).toMatchObject({ method: 'DELETE', body: '' })
  await expect(mock.webhooks.trigger('parcels', 'drop')).rejects.toThrow(
    '"drop" is not a webhook of parcels, which has shipped, lost, dropped.',
  )
  await expect(mock.webhooks.trigger('parcels', 'shipped', { job: 'p1' })).rejects.toThrow(
    'Failed to trigger shipped: it reports no job, so it takes none.',
  )
  expect((await mock.webhooks.trigger('parcels', 'shipped')).id).not.toBe(shipped.id)
})

test('a base takes a webhook that no client has given a URL, at its own path', async () => {
  const { url, received } = await openReceiver()
  const server = await startServer({ vendors: ['seek'], port: 0, deliver: `${url}/hooks/seek` })
  onTestFinished(() => server.close())
  const { attempts } = await server.mock.webhooks.trigger('seek', 'jobFinished')
  expect(attempts.map(({ to, status }) => [to, status])).toEqual([[`${url}/hooks/seek`, 200]])
  expect(received.map(({ path }) => path)).toEqual(['/hooks/seek'])
})

test('an account has the URL of a webhook that no job names', async () => {
  const mock = frozenMock({ vendors: ['seamless'], scenario: 'seamless/webhooks' })
  const received = receive(mock)
  const { url } = await mock.webhooks.trigger('seamless', 'contact-researched')
  expect(received[0]!.url).toBe(url)
  expect(new URL(url).hostname).not.toBe('receiver.example')
})
