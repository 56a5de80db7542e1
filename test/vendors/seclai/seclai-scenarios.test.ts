import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { root } from '../../support/processes/cli.ts'
import { type Call, seclai, uuid } from '../../support/vendors/seclai.ts'

const AGENT = uuid('a0', 1)
const ALL = readdirSync(`${root}scenarios/seclai`)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''))

/** Statuses of so many requests in turn; 0 for one that got no whole answer. */
async function statuses(call: Call, times: number, method: string, path: string, body?: object): Promise<number[]> {
  const seen: number[] = []
  for (let count = 0; count < times; count++)
    seen.push(
      await call(method, path, body).then(
        ({ status }) => status,
        () => 0,
      ),
    )
  return seen
}

const RUNS = `/agents/${AGENT}/runs`
const HELLO = { input: 'Hello' }

type Play = readonly [times: number, method: string, path: string, body: object | undefined, seen: readonly number[]]

/** What the first requests meet. */
const PLAYS: Readonly<Record<string, Play>> = {
  'key-missing': [2, 'GET', '/me', undefined, [401, 401]],
  'key-unknown': [2, 'GET', '/me', undefined, [401, 401]],
  'key-revoked': [2, 'GET', '/me', undefined, [401, 401]],
  'key-expired': [2, 'GET', '/me', undefined, [401, 401]],
  'key-revoked-midway': [7, 'GET', '/me', undefined, [200, 200, 200, 200, 200, 401, 401]],
  'token-expires': [5, 'GET', '/me', undefined, [200, 200, 200, 401, 200]],
  'not-an-owner': [1, 'PUT', '/version', { version: null }, [403]],
  'key-without-user': [1, 'GET', '/email-domains', undefined, [403]],
  'no-governance': [1, 'GET', '/governance/ai-assistant/conversations', undefined, [403]],
  'rate-limited': [4, 'GET', '/me', undefined, [200, 200, 200, 429]],
  'rate-limited-address': [4, 'GET', '/me', undefined, [200, 200, 200, 429]],
  'rate-limited-account': [5, 'GET', '/me', undefined, [200, 200, 200, 200, 429]],
  'rate-near': [11, 'GET', '/me', undefined, [...Array.from({ length: 10 }, () => 200), 429]],
  'plan-scale': [121, 'GET', '/me', undefined, [...Array.from({ length: 120 }, () => 200), 429]],
  'retry-after-date': [4, 'GET', '/me', undefined, [200, 200, 200, 429]],
  'credits-empty': [1, 'POST', RUNS, HELLO, [402]],
  'credits-near': [2, 'POST', RUNS, HELLO, [200, 402]],
  'out-of-credits': [3, 'POST', RUNS, HELLO, [200, 200, 402]],
  'no-subscription': [1, 'POST', '/sources', { name: 'S', source_type: 'custom_index' }, [402]],
  'agent-limit': [1, 'POST', '/agents', { name: 'One more' }, [402]],
  'agents-disabled': [1, 'POST', RUNS, HELLO, [409]],
  'assistant-fails': [2, 'POST', '/governance/ai-assistant', { user_input: 'x' }, [400, 400]],
  'plan-decided': [1, 'POST', `/ai-assistant/${uuid('c3', 11)}/accept`, {}, [400]],
  'connection-reset': [3, 'GET', '/me', undefined, [0, 0, 200]],
  'empty-response': [3, 'GET', '/me', undefined, [0, 0, 200]],
  garbage: [2, 'GET', '/me', undefined, [0, 200]],
  'lost-answer': [2, 'POST', RUNS, HELLO, [0, 200]],
  'truncated-answer': [2, 'POST', RUNS, HELLO, [0, 200]],
  outage: [6, 'GET', '/me', undefined, [500, 500, 500, 500, 500, 200]],
  'started-despite-500': [2, 'POST', RUNS, HELLO, [500, 200]],
  'gateway-html': [3, 'GET', '/me', undefined, [502, 502, 200]],
  'bad-day': [4, 'GET', '/me', undefined, [500, 500, 500, 200]],
}

test.each(Object.entries(PLAYS))('%s plays what it says', async (name, [times, method, path, body, seen]) => {
  const { call } = seclai({ scenario: `seclai/${name}` })
  expect(await statuses(call, times, method, path, body)).toEqual(seen)
})

/** Where a run stands after five seconds. */
const ENDS: Readonly<Record<string, string>> = {
  'happy-path': 'completed',
  'run-completes': 'completed',
  'run-at-once': 'completed',
  'run-fails': 'failed',
  'run-slow': 'processing',
  'run-slow-start': 'pending',
  'run-never-starts': 'pending',
  'run-never-ends': 'processing',
  'run-waits-for-a-human': 'waiting_human',
  'run-waits-for-a-time': 'waiting_scheduled',
  'run-queued': 'queued',
  'run-blocked': 'failed',
  'run-unsafe': 'failed',
  'credits-refunded': 'failed',
}

test.each(Object.entries(ENDS))('after five seconds of %s a run is %s', async (name, status) => {
  const { mock, call } = seclai({ scenario: `seclai/${name}` })
  const { run_id } = (await call('POST', RUNS, HELLO)).body as { run_id: string }
  await mock.clock.advance('5s')
  expect((await call('GET', `/agents/runs/${run_id}`)).body).toMatchObject({ status })
})

test('every scenario can be played, and its requests are answered or broken off as it says', async () => {
  const { mock, call } = seclai()
  for (const name of ALL) {
    mock.play(`seclai/${name}` as 'seclai/happy-path', { fresh: true })
    // An answer that hangs, or is slow, waits for the clock.
    if (['hang', 'slow-answers'].includes(name)) continue
    const seen = await statuses(call, 2, 'POST', RUNS, HELLO)
    expect(
      seen.filter((status) => ![0, 200, 400, 401, 402, 409, 429, 500, 502].includes(status)),
      name,
    ).toEqual([])
  }
})

type Script = (on: ReturnType<typeof seclai>) => Promise<void>

const SOURCE = uuid('b0', 3)
const started = async ({ call }: ReturnType<typeof seclai>, input = 'Hello'): Promise<string> =>
  ((await call('POST', RUNS, { input })).body as { run_id: string }).run_id
const polled = async ({ call }: ReturnType<typeof seclai>, id: string, times: number): Promise<number[]> =>
  statuses(call, times, 'GET', `/agents/runs/${id}`)
const stateOf = async ({ call }: ReturnType<typeof seclai>, path: string, field = 'status'): Promise<unknown> =>
  ((await call('GET', path)).body as Readonly<Record<string, unknown>>)[field]

/** Starts something and says what has become of it some time later. */
const becomes =
  (path: string, body: object, at: (id: string) => string, after: string, status: string, key = 'id'): Script =>
  async (on) => {
    const made = (await on.call('POST', path, body)).body as Readonly<Record<string, unknown>>
    await on.mock.clock.advance(after)
    expect(await stateOf(on, at(String(made[key])), key.includes('version_id') ? 'content_status' : 'status')).toBe(
      status,
    )
  }

const sound =
  (status: string): Script =>
  async (on) => {
    const form = new FormData()
    form.append('file', new Blob(['abc'], { type: 'audio/mpeg' }), 'call.mp3')
    const path = `/agents/${uuid('a0', 3)}`
    const { id } = (await on.call('POST', `${path}/upload-input`, form)).body as { id: string }
    await on.mock.clock.advance('5s')
    expect(await stateOf(on, `${path}/input-uploads/${id}`)).toBe(status)
  }

const inline = (status: string): Script =>
  becomes(
    `/sources/${SOURCE}`,
    { text: 'New.' },
    (id) => `/contents/${id}`,
    '5s',
    status,
    'source_connection_content_version_id',
  )
const exported = (after: string, status: string): Script =>
  becomes(`/sources/${SOURCE}/exports`, { format: 'csv' }, (id) => `/sources/${SOURCE}/exports/${id}`, after, status)
const migrated = (status: string): Script =>
  becomes(
    `/sources/${SOURCE}/embedding-migration`,
    { target_embedding_model: 'm', target_dimensions: 8 },
    () => `/sources/${SOURCE}/embedding-migration`,
    '10s',
    status,
  )

/** What comes of a stream, read to its end or to where it breaks. */
const streamed =
  (wanted: RegExp): Script =>
  async ({ mock }) => {
    const response = await mock.fetch(`https://api.seclai.com${RUNS}/stream`, {
      method: 'POST',
      headers: { 'x-api-key': 'sk-test', 'content-type': 'application/json' },
      body: JSON.stringify(HELLO),
    })
    const reading = response.text().then(
      (text) => text,
      (error: unknown) => `broken: ${String(error)}`,
    )
    await mock.clock.advance('5s')
    expect(await reading).toMatch(wanted)
  }

const SCRIPTS: Readonly<Record<string, Script>> = {
  'seclai/cancel-too-late': async (on) => {
    const id = await started(on)
    await on.mock.clock.advance('1s')
    expect((await on.call('DELETE', `/agents/runs/${id}`)).status).toBe(409)
  },
  'seclai/definition-changed': async (on) => {
    const path = `/agents/${AGENT}/definition`
    const { change_id } = (await on.call('GET', path)).body as { change_id: string }
    const write = { definition: { child_steps: [] }, expected_change_id: change_id }
    expect(await statuses(on.call, 2, 'PUT', path, write)).toEqual([409, 200])
  },
  'seclai/domain-not-found': async ({ call }) => {
    const { body } = await call('POST', `/email-domains/${uuid('f3', 1)}/verify`)
    expect(body).toMatchObject({ status: 'failed', verified: false })
  },
  'seclai/experiment-fails': becomes(
    '/models/playground/experiments',
    { prompt: 'x', model_ids: ['openai_gpt_5_2'] },
    (id) => `/models/playground/experiments/${id}`,
    '5s',
    'failed',
    'experiment_id',
  ),
  'seclai/export-expires': exported('2m', 'expired'),
  'seclai/export-fails': exported('5s', 'failed'),
  'seclai/export-slow': exported('5m', 'running'),
  'seclai/ingestion-fails': inline('failed'),
  'seclai/ingestion-slow': inline('processing'),
  'seclai/migration-fails': migrated('failed'),
  'seclai/migration-slow': migrated('running'),
  'seclai/upload-fails': sound('failed'),
  'seclai/upload-slow': sound('processing'),
  'seclai/flaky-5xx': async ({ call }) => expect(await statuses(call, 20, 'GET', '/me')).toContain(500),
  'seclai/flaky-mix': async ({ mock, call }) => {
    const seen = new Set<number>()
    for (let count = 0; count < 40; count++) {
      const asked = call('GET', '/me')
      // One in ten waits.
      await mock.clock.advance('2s')
      seen.add((await asked).status)
    }
    expect([...seen].sort()).toEqual([200, 429, 500])
  },
  'seclai/outage': async ({ call }) =>
    expect(await statuses(call, 6, 'GET', '/me')).toEqual([500, 500, 500, 500, 500, 200]),
  'seclai/other-envelope': async ({ call }) => {
    expect((await call('POST', '/agents', {})).body).toMatchObject({ error: { code: 'missing_field' } })
  },
  'seclai/polls-meet-500': async (on) =>
    expect(await polled(on, await started(on), 6)).toEqual([500, 200, 500, 200, 500, 200]),
  'seclai/rate-limited-polls': async (on) =>
    expect(await polled(on, await started(on), 4)).toEqual([200, 429, 429, 200]),
  'seclai/run-vanishes': async (on) => expect(await polled(on, await started(on), 4)).toEqual([200, 200, 404, 404]),
  'seclai/run-fails-by-input': async (on) => {
    const [bad, good] = [await started(on, 'Divide by zero'), await started(on)]
    await on.mock.clock.advance('5s')
    expect([await stateOf(on, `/agents/runs/${bad}`), await stateOf(on, `/agents/runs/${good}`)]).toEqual([
      'failed',
      'completed',
    ])
  },
  'seclai/runs-mixed': async (on) => {
    const ids = [await started(on), await started(on), await started(on), await started(on)]
    await on.mock.clock.advance('5s')
    const ends: unknown[] = []
    for (const id of ids) ends.push(await stateOf(on, `/agents/runs/${id}`))
    expect(ends).toEqual(['completed', 'failed', 'failed', 'completed'])
  },
  'seclai/stream-times-out': streamed(/event: timeout\n/),
  'seclai/stream-breaks-off': streamed(/^broken: /),
  'seclai/stream-reset': streamed(/^broken: /),
  'seclai/webhook-forged': async (on) => {
    const bodies: string[] = []
    on.mock.webhooks.to(async (request: Request) => {
      bodies.push(await request.text())
      return new Response()
    })
    const id = await started(on)
    await on.mock.clock.advance('5s')
    expect(bodies).toHaveLength(1)
    expect(bodies[0]).not.toBe(
      JSON.stringify({ event: 'agent.run.completed', data: { run_id: id, agent_id: AGENT, status: 'completed' } }),
    )
  },
  'seclai/credits-return': async ({ mock, call }) => {
    expect(await statuses(call, 2, 'POST', RUNS, HELLO)).toEqual([200, 402])
    await mock.clock.advance('16d')
    expect((await call('POST', RUNS, HELLO)).status).toBe(200)
  },
  'seclai/stream-hangs': async ({ mock }) => {
    void mock.fetch(`https://api.seclai.com${RUNS}/stream`, {
      method: 'POST',
      headers: { 'x-api-key': 'sk-test', 'content-type': 'application/json' },
      body: JSON.stringify(HELLO),
    })
    await mock.clock.advance('1m')
    expect(mock.held()).toHaveLength(1)
  },
}

test.each(Object.entries(SCRIPTS))('%s goes as it says', async (name, script) => {
  await script(seclai({ scenario: name as 'seclai/happy-path' }))
})
