import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { root } from './support/cli.ts'
import { type Call, seclai, uuid } from './support/seclai.ts'

const AGENT = uuid('a0', 1)
const ALL = readdirSync(`${root}scenarios/seclai`).map((file) => file.replace('.yaml', ''))

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
