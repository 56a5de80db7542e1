import { expect, test } from 'vitest'
import { createMock, type Mock } from '../../mocks/index.ts'
import { webhookAck } from '../../mocks/verdict/conduct/webhooks/webhook-ack.ts'
import { webhookDuplicate } from '../../mocks/verdict/conduct/webhooks/webhook-duplicate.ts'
import { webhookSignature } from '../../mocks/verdict/conduct/webhooks/webhook-signature.ts'
import type { Rule } from '../../mocks/verdict/rule.ts'
import { acknowledged, deliveriesOf, refused, timedOut, type ToldDelivery } from '../support/verdict/deliveries.ts'
import { breachesOf } from '../support/verdict/exchanges.ts'

function breaches(rule: Rule, ...told: readonly ToldDelivery[]) {
  const start = { operation: 'submitJob', at: 0, jobs: ['job_1', 'job_2'] }
  return breachesOf(rule, 'seek', [start], { deliveries: deliveriesOf(...told) })
}

/* webhook-ack */

test('a receiver that fails every attempt has not acknowledged, and the finding shows its answers', () => {
  expect(breaches(webhookAck, { attempts: [refused(503), refused(500), timedOut] })).toEqual([
    {
      message:
        'A delivery of jobFinished never got an acknowledgement: the receiver answered 503, 500, no answer in time.',
      operation: 'submitJob',
      exchanges: [1],
    },
  ])
})

test('deliveries of one webhook are one finding', () => {
  const told = breaches(webhookAck, { attempts: [refused(404)] }, { job: 'job_2', attempts: [refused(404)] })
  expect(told).toMatchObject([{ message: expect.stringMatching(/^2 deliveries of jobFinished never got/) as string }])
})

test('a receiver that refuses deliveries as bad ones may have its reasons', () => {
  expect(breaches(webhookAck, { attempts: [refused(401), refused(401)] })).toMatchObject([{ atMost: 'info' }])
  expect(breaches(webhookAck, { attempts: [refused(401), refused(500)] })[0]).not.toHaveProperty('atMost')
})

test.each<[string, ToldDelivery]>([
  ['that is acknowledged in the end', { attempts: [refused(503), timedOut, acknowledged] }],
  ['that is tried again later', { attempts: [refused(503)], outcome: 'waiting' }],
  ['that somebody has changed on the way', { attempts: [refused(401)], played: ['tamper body'] }],
  ['that comes twice', { attempts: [refused(409)], copyOf: 'dlv_0' }],
  ['that never arrives', { attempts: [{ outcome: 'lost' }, { outcome: 'lost' }] }],
  ['of which only one attempt arrives', { attempts: [{ outcome: 'lost' }, refused(503)] }],
  ['to nobody', { attempts: [{ outcome: 'failed', error: 'connect ECONNREFUSED' }] }],
  ['that cannot be sent', { attempts: [], outcome: 'not sent' }],
  ['that had the time of the clock alone', { attempts: [{ outcome: 'timeout' }] }],
  ['that is answered with another success than the mock takes', { attempts: [refused(204)] }],
])('a delivery %s is none', (_, told) => {
  expect(breaches(webhookAck, told)).toEqual([])
})

/* webhook-signature */

test('a receiver that acknowledges a body which was changed on the way does not verify', () => {
  expect(breaches(webhookSignature, { attempts: [acknowledged], played: ['tamper body'] })).toEqual([
    {
      message: 'A delivery of jobFinished was acknowledged with a body that had been changed on the way.',
      operation: 'submitJob',
      exchanges: [1],
    },
  ])
  const later = { attempts: [refused(500), acknowledged], played: ['duplicate 1', 'tamper signature'] }
  expect(breaches(webhookSignature, later)).toMatchObject([
    { message: 'A delivery of jobFinished was acknowledged with a signature that had been changed on the way.' },
  ])
})

test('if the mock guesses how the vendor signs, the finding is a warning at most', () => {
  const told = { attempts: [acknowledged], played: ['tamper body'], notice: 'a guess' }
  expect(breaches(webhookSignature, told)).toMatchObject([{ atMost: 'warning' }])
})

test.each<[string, ToldDelivery]>([
  ['that is refused', { attempts: [refused(401), refused(401)], played: ['tamper body'] }],
  ['that times out', { attempts: [timedOut], played: ['tamper body'] }],
  ['that is as it was signed', { attempts: [acknowledged], played: ['delay 1000ms', 'duplicate 1'] }],
])('a delivery %s is accepted by nobody', (_, told) => {
  expect(breaches(webhookSignature, told)).toEqual([])
})

test('a body without a signature may be changed by anybody', () => {
  const start = { operation: 'runAgent', at: 0, jobs: ['job_1'] }
  const forged = { vendor: 'seclai', webhook: 'runCompleted', attempts: [acknowledged], played: ['tamper body'] }
  const deliveries = deliveriesOf(forged)
  expect(breachesOf(webhookSignature, 'seclai', [start], { deliveries })).toEqual([])
})

/* webhook-duplicate */

test('a receiver that fails when a delivery comes a second time does not take duplicates', () => {
  const first = { attempts: [acknowledged], played: ['duplicate 1'] }
  const copy = { attempts: [refused(409), { ...refused(409), at: 5000 }], played: ['duplicate 1'], copyOf: 'dlv_1' }
  expect(breaches(webhookDuplicate, first, copy)).toEqual([
    {
      message:
        'A delivery of jobFinished came a second time and never got an acknowledgement, though the first one had: the receiver answered 409.',
      operation: 'submitJob',
      exchanges: [1],
    },
  ])
})

test.each<[string, readonly ToldDelivery[]]>([
  ['is acknowledged again', [{ attempts: [acknowledged] }, { attempts: [acknowledged], copyOf: 'dlv_1' }]],
  [
    'is acknowledged at the second attempt',
    [{ attempts: [acknowledged] }, { attempts: [refused(409), acknowledged], copyOf: 'dlv_1' }],
  ],
  ['fails like the first one', [{ attempts: [refused(500)] }, { attempts: [refused(500)], copyOf: 'dlv_1' }]],
  ['came at the same instant alone', [{ attempts: [acknowledged] }, { attempts: [refused(409)], copyOf: 'dlv_1' }]],
  [
    'came before the first one was acknowledged',
    [{ attempts: [{ ...acknowledged, at: 5000 }] }, { attempts: [refused(409)], copyOf: 'dlv_1' }],
  ],
  [
    'is forged like the first one',
    [
      { attempts: [acknowledged], played: ['tamper body'] },
      { attempts: [refused(401)], played: ['tamper body'], copyOf: 'dlv_1' },
    ],
  ],
  [
    'met a receiver that was gone',
    [{ attempts: [acknowledged] }, { attempts: [{ outcome: 'failed' }], copyOf: 'dlv_1' }],
  ],
])('a duplicate that %s is none', (_, told) => {
  expect(breaches(webhookDuplicate, ...told)).toEqual([])
})

/* End to end */

type Receiver = (request: Request) => Response | Promise<Response>

async function deliver(scenario: string, receiver: Receiver, more: Record<string, string> = {}): Promise<Mock> {
  const mock = createMock({ vendors: ['seek'], scenario: `seek/${scenario}`, clock: { frozen: true } })
  mock.webhooks.to(receiver)
  await submit(mock, more)
  await mock.clock.advance('1h')
  return mock
}

function submit(mock: Mock, more: Record<string, string> = {}): Promise<Response> {
  return mock.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
    method: 'POST',
    headers: { 'x-api-key': 'sk_live_any', 'content-type': 'application/json', ...more },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/ada', webhook: 'https://client.example/hooks' }),
  })
}

const CODES = /^webhook-/

function found(mock: Mock) {
  return mock
    .findings({ final: true })
    .filter(({ code }) => CODES.test(code))
    .map(({ code, severity, exchanges }) => [code, severity, exchanges])
}

test('a receiver that is down for all attempts is found, with the request that started the job', async () => {
  using mock = await deliver('happy-path', () => new Response(null, { status: 503 }))
  expect(found(mock)).toMatchObject([['webhook-ack', expect.any(String), [1]]])
})

test('a receiver that answers everything with 200 is found where the body or the signature is forged', async () => {
  const careless: Receiver = () => new Response()
  using body = await deliver('webhook-forged-body', careless)
  expect(found(body)).toEqual([['webhook-signature', 'warning', [1]]])
  using signature = await deliver('webhook-forged-signature', careless)
  expect(found(signature)).toEqual([['webhook-signature', 'warning', [1]]])
  using plain = await deliver('webhook-twice', careless)
  expect(found(plain)).toEqual([])
})

test('a receiver that cannot store a delivery twice is found', async () => {
  const stored = new Set<string>()
  using mock = await deliver('webhook-twice', async (request) => {
    const body = await request.text()
    if (stored.has(body)) return new Response(null, { status: 500 })
    stored.add(body)
    return new Response()
  })
  expect(found(mock)).toMatchObject([['webhook-duplicate', expect.any(String), [1]]])
})

test.each([
  ['too short in real time as well', { patience: 10 }, []],
  ['as long as the vendor waits', { patience: 60 }, ['webhook-ack']],
])('a receiver that hangs, and had a time that was %s', async (_, options, codes) => {
  using mock = createMock({ vendors: ['seek'], clock: { frozen: true } })
  mock.play([], { webhooks: { jobFinished: { acknowledge: { status: 200, within: '50ms' } } } })
  mock.webhooks.to(() => new Promise<Response>(() => {}), options)
  await submit(mock)
  await mock.clock.advance('1h')
  expect(mock.webhooks.deliveries()).toMatchObject([{ outcome: 'given up' }])
  expect(found(mock).map(([code]) => code)).toEqual(codes)
})

test('a receiver of a job that the test itself has started counts for nothing', async () => {
  const down: Receiver = () => new Response(null, { status: 503 })
  using mock = await deliver('happy-path', down, { 'x-sparring-actor': 'test' })
  expect(found(mock)).toEqual([])
})

test('a delivery is judged once, where its job was started, however many scenarios are played after that', async () => {
  using mock = await deliver('happy-path', () => new Response(null, { status: 503 }))
  const { job } = mock.webhooks.deliveries()[0]!
  mock.play('seek/happy-path')
  mock.scope('another test')
  await mock.fetch(`https://api.seek-api.com/v1/jobs/${job}`, { headers: { 'x-api-key': 'sk_live_any' } })
  expect(found(mock)).toHaveLength(1)
})
