import { createMock, type InvalidFileError, type Mock, type ScenarioChanges } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { dump, load } from 'js-yaml'
import { readFileSync } from 'node:fs'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import { type Received, receive, signatureOf } from '../../support/server/receiver.ts'
import { NOW } from '../../support/mock/mock.ts'
import { document } from '../../support/server/server.ts'

type Data = Record<string, unknown>

/** The example vendor with these webhooks in it. */
function acmeWith(webhooks: object, documented?: object): string {
  const acme = load(readFileSync('examples/acme/openapi.yaml', 'utf8')) as { 'x-mock': Data; webhooks?: object }
  acme['x-mock']['webhooks'] = webhooks
  if (documented) acme.webhooks = documented
  return document('acme.yaml', dump(acme, { noRefs: true }))
}

const DONE = { on: { job: 'render' }, to: 'https://client.example/{$account.name}' }

/** Starts a render. */
function render(mock: Mock): Promise<Response> {
  return mock.fetch('https://api.acme.example/v1/renders', {
    method: 'POST',
    headers: { authorization: 'Bearer acme_any', 'content-type': 'application/json' },
    body: '{"scene":"harbour"}',
  })
}

/** Starts a render and lets it end; gives what came, and the mock. */
async function run(
  webhooks: object,
  documented?: object,
  changes?: ScenarioChanges,
): Promise<{ received: Received[]; mock: Mock }> {
  const mock = createMock({ vendors: [acmeWith(webhooks, documented)], clock: { at: NOW, frozen: true } })
  onTestFinished(() => mock[Symbol.dispose]())
  if (changes) mock.play([], changes)
  const received = receive(mock)
  const answer = await render(mock)
  expect(answer.status).toBe(202)
  await mock.clock.advance('1h')
  return { received, mock }
}

test('the least that can be written sends the job to any URL, and takes any success', async () => {
  const { received, mock } = await run({ done: DONE })
  expect(received.map(({ url }) => url)).toEqual(['https://client.example/default'])
  expect(received[0]!.body).toMatchObject({ status: 'done' })
  expect(Object.keys(received[0]!.headers)).toEqual(['content-type'])
  expect(mock.webhooks.deliveries()[0]!.notice).toBeUndefined()
})

test('a body of its own, with fields of the job inside, headers, and states that are not final', async () => {
  const { received } = await run({
    moved: {
      ...DONE,
      on: { job: 'render', state: ['running', 'done'] },
      body: { event: 'render.{$job.status}', data: { id: '{$job.id}', plan: '{$account.plan}' } },
      headers: { 'X-Event': 'render.{$job.status}' },
    },
  })
  expect(received.map(({ body, headers }) => [body['event'], headers['x-event']])).toEqual([
    ['render.running', 'render.running'],
    ['render.done', 'render.done'],
  ])
  expect(Object.keys(received[0]!.body)).toEqual(['event', 'data'])
  expect(Object.keys(received[0]!.body['data'] as Data)).toEqual(['id', 'plan'])
})

test('a body may consist of the fields of a value', async () => {
  const { received } = await run({
    whole: { ...DONE, item: '{$job.input}' },
    dated: { ...DONE, item: '{$job.input}', body: { id: '{$job.id}' } },
    empty: { ...DONE, item: '{$job.nothing}' },
  })
  expect(received.map(({ text }) => text.replace(/rnd_\w+/, 'rnd'))).toEqual([
    '{"scene":"harbour"}',
    '{"scene":"harbour","id":"rnd"}',
    '{}',
  ])
})

test('a documented schema decides which fields of the body are sent', async () => {
  const schema = { type: 'object', properties: { event: { type: 'string' }, status: { type: 'string' } } }
  const { received } = await run(
    { done: { ...DONE, item: true, body: { event: 'done' } } },
    { done: { post: { requestBody: { content: { 'application/json': { schema } } } } } },
  )
  expect(received[0]!.text).toBe('{"event":"done","status":"done"}')
})

test('a signature in base64 with a prefix, and a secret that is shown and masked in the log', async () => {
  const { received, mock } = await run({
    done: {
      ...DONE,
      sign: { header: 'X-Sig', algorithm: 'hmac-sha256', encoding: 'base64', prefix: 'sha256=' },
      secret: { header: 'X-Secret', value: 'open sesame, whoever you are' },
    },
  })
  const [{ text, headers }] = received as [Received]
  const hex = signatureOf(text, mock.credentials('acme').webhookSecret)
  expect(headers['x-sig']).toBe(`sha256=${Buffer.from(hex, 'hex').toString('base64')}`)
  expect(headers['x-secret']).toBe('open sesame, whoever you are')
  expect(JSON.stringify(mock.webhooks.deliveries())).not.toContain('open sesame, whoever')
})

test('the header with a secret may have a name from the request, and is still masked', async () => {
  const secret = { header: '{$request.body#/scene}', value: 'open sesame, whoever you are' }
  const { received, mock } = await run({ done: { ...DONE, secret } })
  expect(received[0]!.headers['harbour']).toBe('open sesame, whoever you are')
  expect(JSON.stringify(mock.webhooks.deliveries())).not.toContain('open sesame, whoever')
})

test.each(['{$request.body#/nothing}', '{$request.header.Accept}', '{$server.url}'])(
  'no header is sent for a secret whose header is %s, which is no name',
  async (header) => {
    const { received } = await run({ done: { ...DONE, secret: { header, value: 'open sesame' } } })
    expect(Object.values(received[0]!.headers)).not.toContain('open sesame')
  },
)

test('a forged webhook with a secret has another secret of the same length', async () => {
  const webhook = { ...DONE, secret: { header: 'X-Secret', value: 'open sesame' } }
  const { received } = await run({ done: webhook }, undefined, { webhooks: { done: { tamper: 'signature' } } })
  expect(received[0]!.headers['x-secret']).toBe('0pen sesame')
})

test('mistakes are reported with the nearest name', () => {
  const problems = (webhook: object): string[] => {
    try {
      createMock({ vendors: [acmeWith({ done: webhook })] })
    } catch (error) {
      return (error as InvalidFileError).problems.map(({ code, message }) => `${code}: ${message}`)
    }
    return []
  }
  expect(problems({ ...DONE, on: { job: 'rendr' } })).toEqual([
    'unknown-job: "rendr" is not one of the jobs. Did you mean "render"?',
  ])
  expect(problems({ ...DONE, on: { job: 'render', state: ['done', 'runing'] } })).toEqual([
    'unknown-state: "runing" is not a state of the job render. Did you mean "running"?',
  ])
  expect(problems({ ...DONE, retrys: ['5s'] })).toEqual([
    'unknown-keyword: "retrys" is not a keyword of a webhook. Did you mean "retry"?',
  ])
  expect(problems({ ...DONE, retry: ['5 s'] })[0]).toContain('bad-format: ')
  expect(problems({ ...DONE, body: { a: '{$request.body#/x}' } })).toEqual([
    'unknown-root: "$request" is not a value that can be read here. Known: $job, $now, $account, $plan.',
  ])
  expect(problems({ ...DONE, body: { n: { cel: 'request.body.size * 2' } } })).toEqual([
    'unknown-root: "request" is not a value that can be read here. Known: job, now, account, plan.',
  ])
  expect(problems({ ...DONE, headers: { n: { cel: 'string(limit.used)' } } })[0]).toContain('unknown-root: "limit"')
  expect(problems({ ...DONE, body: { n: { cel: 'size(account.name) + (has(plan.burst) ? 1 : 2)' } } })).toEqual([])
  expect(problems({ ...DONE, acknowledge: { status: '3xx' } })[0]).toContain('"status" must be a status like 200, 2xx')
  expect(problems({ ...DONE, sign: { header: 'X-Sig', algorithm: 'md5' } })[0]).toContain('hmac-sha256')
})

test('a delivery whose sender stops between attempts, or during one, is still sent', async () => {
  const { mock, sessions } = assemble({
    vendors: [acmeWith({ done: { ...DONE, retry: ['5s'] } })],
    clock: { at: NOW, frozen: true },
  })
  onTestFinished(() => mock[Symbol.dispose]())
  mock.webhooks.to(() => new Promise<Response>(() => {}))
  await render(mock)
  void mock.clock.advance('10s')
  await expect.poll(() => mock.webhooks.deliveries()[0]?.outcome).toBe('in work')
  // As a process that is killed: nothing is written down, and what is in the store is found by the next one.
  const session = sessions.all.get('default')!
  session.outbox.halt()
  const received = receive(mock)
  await mock.clock.advance('10s')
  expect(received).toEqual([])
  session.outbox.arm()
  await mock.clock.advance('5m')
  expect(received.length).toBe(1)
  expect(mock.webhooks.deliveries()).toMatchObject([
    {
      outcome: 'acknowledged',
      attempts: [{ status: 200 }],
      played: ['sent again, since its sender has ended: it may have arrived before'],
    },
  ])
})

test('a delivery of a session that ends while its beginning is written down elsewhere is not sent', async () => {
  const { mock, sessions } = assemble({
    vendors: [acmeWith({ done: { ...DONE, retry: ['5s'] } })],
    clock: { at: NOW, frozen: true },
  })
  onTestFinished(() => mock[Symbol.dispose]())
  const received = receive(mock)
  const written = Promise.withResolvers<void>()
  const session = sessions.all.get('default')!
  session.kept = () => written.promise
  await render(mock)
  void mock.clock.advance('10s')
  await expect.poll(() => mock.webhooks.deliveries()[0]?.outcome).toBe('in work')
  expect(session.outbox.isSending(mock.webhooks.deliveries()[0]!.id)).toBe(true)
  session.outbox.halt()
  written.resolve()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(received).toEqual([])
  expect(session.outbox.working()).toBe(0)
})
