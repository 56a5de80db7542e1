import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

const AGENT = uuid('a0', 1)
const READER = uuid('a0', 3)

interface Run {
  readonly run_id: string
  readonly status: string
  readonly output: string | null
  readonly credits: number | null
  readonly error_count: number
  readonly attempts: ReadonlyArray<{ readonly status: string; readonly error: string | null }>
  readonly steps?: ReadonlyArray<Readonly<Record<string, unknown>>>
}

async function start(call: Call, body: object = { input: 'Hello' }, agent = AGENT): Promise<Run> {
  const { status, body: run } = await call('POST', `/agents/${agent}/runs`, body)
  expect(status).toBe(200)
  return run as Run
}

const poll = async (call: Call, id: string, query = ''): Promise<Run> =>
  (await call('GET', `/agents/runs/${id}${query}`)).body as Run

test('a run is started with 200, is pending, processed and completed, and costs when it completes', async () => {
  const { mock, call } = seclai()
  const run = await start(call)
  expect(run).toMatchObject({ status: 'pending', attempts: [], credits: null, output: null, priority: false })
  await mock.clock.advance('500ms')
  expect(await poll(call, run.run_id)).toMatchObject({ status: 'processing', attempts: [{ status: 'processing' }] })
  await mock.clock.advance('4s')
  const done = await poll(call, run.run_id)
  expect(done).toMatchObject({
    status: 'completed',
    credits: 2,
    error_count: 0,
    attempts: [{ duration: 4, error: null }],
  })
  expect(done.output).toContain('Support Triage')
})

test.each([
  ['waiting_human', 'waiting_human'],
  ['waiting_scheduled', 'waiting_scheduled'],
  ['failed', 'failed'],
  ['queued', 'queued'],
] as const)('a run that is %s says so', async (outcome, status) => {
  const { mock, call } = seclai()
  mock.play('seclai/happy-path', { jobs: { run: { outcome } } })
  const run = await start(call)
  await mock.clock.advance('5s')
  expect((await poll(call, run.run_id)).status).toBe(status)
})

test('a run that waits for a human goes on when a test answers for him', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/run-waits-for-a-human')
  const { run_id } = await start(call)
  await mock.clock.advance('5s')
  mock.do('seclai', run_id, 'answer')
  expect((await poll(call, run_id)).status).toBe('processing')
  await mock.clock.advance('1s')
  expect((await poll(call, run_id)).status).toBe('completed')
})

test('the time for which a run has waited is no part of its duration', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/run-waits-for-a-human')
  const { run_id } = await start(call)
  await mock.clock.advance('4500ms')
  expect(await poll(call, run_id)).toMatchObject({ status: 'waiting_human', hitl_wait_ms: null })
  await mock.clock.advance('1m')
  mock.do('seclai', run_id, 'answer')
  await mock.clock.advance('1s')
  expect(await poll(call, run_id)).toMatchObject({
    status: 'completed',
    hitl_wait_ms: 60_000,
    wait_ms: null,
    attempts: [{ duration: 5 }],
  })
})

test('an unknown status is known to no document and no client', async () => {
  const { mock, call } = seclai()
  const { run_id } = await start(call)
  mock.play('seclai/unknown-status')
  expect((await poll(call, run_id)).status).toBe('postponed')
  expect((await poll(call, run_id)).status).toBe('pending')
})

test('a run shows why its input was blocked', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/run-blocked')
  const blocked = await start(call)
  await mock.clock.advance('5s')
  expect(await poll(call, blocked.run_id)).toMatchObject({
    status: 'failed',
    governance_input_status: 'blocked',
    blocked_policies: [{ policy_name: 'Personal data' }],
  })
  mock.play('seclai/run-unsafe')
  const unsafe = await start(call)
  await mock.clock.advance('5s')
  const run = await poll(call, unsafe.run_id)
  expect(run).toMatchObject({ status: 'failed', input_scan_status: 'unsafe' })
  expect(run.attempts[0]!.error).toContain('flagged as unsafe')
})

test('cancelling is a failure, since no state says cancelled, and comes too late for what has ended', async () => {
  const { mock, call } = seclai()
  const { run_id } = await start(call)
  await mock.clock.advance('1s')
  expect((await call('DELETE', `/agents/runs/${run_id}`)).body).toMatchObject({
    status: 'failed',
    error_count: 1,
    credits: 0,
  })
  expect((await call('DELETE', `/agents/runs/${run_id}`)).status).toBe(409)
  expect((await call('POST', `/agents/runs/${run_id}/cancel`)).status).toBe(404)
})

test('steps are shown to those who ask', async () => {
  const { mock, call } = seclai()
  const { run_id } = await start(call)
  await mock.clock.advance('5s')
  expect(await poll(call, run_id)).not.toHaveProperty('steps')
  const { steps } = await poll(call, run_id, '?include_step_outputs=true')
  expect(steps!.map((step) => step['step_type'])).toEqual([
    'retrieval',
    'prompt_call',
    'streaming_result',
    'call_agent',
  ])
  expect(steps!.at(-1)).toMatchObject({ status: 'completed', credits_used: 2 })
})

test('an agent that is paused starts nothing, until it is enabled', async () => {
  const { call } = seclai()
  const paused = uuid('a0', 5)
  expect((await call('POST', `/agents/${paused}/runs`, { input: 'x' })).body).toEqual({
    detail: 'The agent is disabled.',
  })
  expect((await call('POST', `/agents/${paused}/enable`)).body).toMatchObject({
    disabled: false,
    disabled_reason: null,
  })
  await start(call, { input: 'x' }, paused)
})

test('an agent that others call cannot be disabled, and the error says why', async () => {
  const { call } = seclai()
  const called = uuid('a0', 2)
  expect((await call('GET', `/agents/${called}/callers`)).body).toEqual([
    { id: AGENT, name: 'Support Triage', disabled: false },
  ])
  expect((await call('POST', `/agents/${called}/disable`)).body).toEqual({ detail: 'blocked by callers' })
  await call('POST', `/agents/${AGENT}/disable`)
  expect((await call('POST', `/agents/${called}/disable`)).body).toMatchObject({
    disabled: true,
    disabled_reason: 'manual',
  })
})

test('without credits nothing is started, and the envelope is one of its own', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/out-of-credits', { fresh: true })
  await start(call)
  await start(call, { input: 'again' })
  const third = await call('POST', `/agents/${AGENT}/runs`, { input: 'once more' })
  expect([third.status, third.body]).toEqual([
    402,
    {
      detail: {
        error: 'insufficient_credits',
        message: 'The account has not enough credits.',
        account_id: 'f0000000-0000-4000-8000-000000000001',
      },
    },
  ])
})

test('an upload is ready before a run may have it, and an earlier run lends its files', async () => {
  const { mock, call } = seclai()
  const upload = async (name: string, type: string): Promise<{ id: string; status: string }> => {
    const form = new FormData()
    form.append('file', new Blob(['abc'], { type }), name)
    const { status, body } = await call('POST', `/agents/${READER}/upload-input`, form)
    expect(status).toBe(202)
    return body as { id: string; status: string }
  }
  expect((await upload('lease.txt', 'text/plain')).status).toBe('ready')
  const sound = await upload('call.mp3', 'audio/mpeg')
  expect(sound.status).toBe('processing')
  expect((await call('POST', `/agents/${READER}/runs`, { input_upload_id: sound.id })).status).toBe(400)
  await mock.clock.advance('2s')
  expect((await call('GET', `/agents/${READER}/input-uploads/${sound.id}`)).body).toMatchObject({ status: 'ready' })
  const { run_id } = await start(call, { input_upload_id: sound.id }, READER)
  expect((await call('POST', `/agents/${READER}/runs`, { input: 'No file' })).status).toBe(400)
  await start(call, { replay_of_run_id: run_id }, READER)
  expect((await call('POST', `/agents/${READER}/runs`, { input: 'a', input_upload_id: sound.id })).status).toBe(422)
})

test('a file that a run has made is had by its coded key, padded or not, and is one 404 otherwise', async () => {
  const { call } = seclai()
  const run = uuid('a4', 3)
  const key = Buffer.from('runs/a4-3/terms.txt').toString('base64url')
  const path = `/v2/agent-runs/${run}/attachments/${key}`
  const { body, headers } = await call('GET', path)
  expect([body, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
    'Notice period: three months.',
    'text/plain',
    null,
  ])
  expect((await call('GET', `${path}==`)).status).toBe(200)
  expect((await call('GET', `${path}?download_name=a.txt`)).headers.get('content-disposition')).toBe(
    'attachment; filename="a.txt"',
  )
  expect((await call('GET', path.replace(key, 'bm8'))).body).toEqual({ detail: 'Not found' })
  expect((await call('GET', path.replace(run, uuid('a4', 9)))).body).toEqual({ detail: 'Not found' })
})

test('queued mail is failed all at once, and the pause is lifted once', async () => {
  const { mock, call } = seclai()
  mock.play('seclai/inbound-paused')
  expect((await call('GET', '/agents/inbound-email-status')).body).toEqual({ paused: true, queued_backlog: 1 })
  expect((await call('POST', '/agents/inbound-email-status/cancel-queued')).body).toEqual({ cancelled: 1 })
  expect((await call('POST', '/agents/inbound-email-status/resume')).body).toEqual({ resumed: true })
  expect((await call('GET', '/agents/inbound-email-status')).body).toEqual({ paused: false, queued_backlog: 0 })
  expect((await poll(call, uuid('a4', 4))).status).toBe('failed')
})

test('the end of a run is sent to the account’s webhook', async () => {
  const { mock, call } = seclai()
  const told: unknown[] = []
  mock.webhooks.to(async (request: Request) => {
    told.push(await request.json())
    return new Response()
  })
  mock.play('seclai/webhook')
  const { run_id } = await start(call)
  await mock.clock.advance('5s')
  expect(told).toEqual([{ event: 'agent.run.completed', data: { run_id, agent_id: AGENT, status: 'completed' } }])
})
