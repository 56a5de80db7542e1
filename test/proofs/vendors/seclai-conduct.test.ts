import type { Mock } from 'sparring'
import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { uuid } from '../../support/vendors/seclai.ts'
import { heldAgainst, unmet } from '../../support/verdict/held-against.ts'
import { patientSender, Stopped } from '../../support/verdict/patient-sender.ts'
import { scenariosOf } from '../../support/verdict/scenarios.ts'
import { type Reply, type Wire, wireTo } from '../../support/verdict/wire.ts'

const SECLAI = 'https://api.seclai.com'
const KEY = { 'x-api-key': 'sk-larkfield' }
const AGENT = `/agents/${uuid('a0', 1)}`
const RUNS = `${AGENT}/runs`
const SOURCE = `/sources/${uuid('b0', 3)}`
const READER = `/agents/${uuid('a0', 3)}`

/** What each client does in its own way. */
interface Hands {
  readonly isGood: boolean
  readonly read: (path: string) => Promise<Reply>
  /** Starts work. */
  readonly start: (path: string, body: unknown) => Promise<Reply>
  readonly write: (method: string, path: string, body?: unknown) => Promise<Reply>
  /** Polls what has been started. */
  readonly poll: (path: string) => Promise<Reply>
  /** Starts a run as a stream, and reads it as far as it comes. */
  readonly stream: (body: unknown) => Promise<void>
  readonly sleep: (ms: number) => Promise<void>
}

function open(scenario: string, isGood: boolean): Wire {
  const mock = frozenMock({
    vendors: ['seclai'],
    scenario: `seclai/${scenario}` as 'seclai/happy-path',
    // This one says when it begins.
    ...(scenario === 'credits-return' && { clock: { frozen: true } }),
    deliver: async () => new Response(null, { status: isGood ? 200 : 500 }),
  })
  return wireTo(mock)
}

function field(body: unknown, name: string): string | undefined {
  return (body as Readonly<Record<string, string>> | undefined)?.[name]
}

const isFinal = (body: unknown): boolean =>
  /^(?:completed|failed|ready|cancell?ed)$/.test(field(body, 'status') ?? field(body, 'content_status') ?? '')

const runAt = (id: string): string => `/agents/runs/${id}`

async function goodHands(wire: Wire, scenario: string): Promise<Hands> {
  const { read, start, write } = patientSender(scenario === 'rate-near' ? cautious(wire) : wire, SECLAI, KEY)
  const runs = async (): Promise<string[]> => {
    const { body } = await read(RUNS)
    return ((body as { data?: Array<{ run_id: string }> }).data ?? []).map(({ run_id }) => run_id)
  }
  const known = new Set(await runs())
  const lost = async (): Promise<object | undefined> => {
    const id = (await runs()).find((each) => !known.has(each))
    return id === undefined ? undefined : { run_id: id }
  }
  const poll: Hands['poll'] = async (path) => {
    const deadline = wire.mock.clock.now() + 90 * 60_000
    for (let wait = 2000; ; wait = Math.min(wait * 1.5, 60_000)) {
      const reply = await read(path)
      if (reply.status !== 200 || isFinal(reply.body)) return reply
      if (wire.mock.clock.now() > deadline) {
        await write('DELETE', path)
        return reply
      }
      await wire.sleep(wait)
    }
  }
  return {
    isGood: true,
    read,
    start: async (path, body) => {
      const reply = await start(path, body, path === RUNS ? lost : async () => undefined)
      const id = field(reply.body, 'run_id')
      if (id !== undefined) known.add(id)
      return reply
    },
    write: (method, path, body) => write(method, path, { body }),
    poll,
    stream: async (body) => {
      const text = await readStream(wire, body)
      const id = /"run_id": ?"([^"]+)"/.exec(text)?.[1]
      if (id !== undefined && !text.includes('event: done')) await poll(runAt(id))
    },
    sleep: wire.sleep,
  }
}

/** Waits for the next window when the answers say that nothing is left of this one. */
function cautious(wire: Wire): Wire {
  return {
    ...wire,
    send: async (...request) => {
      const reply = await wire.send(...request)
      if (reply.headers.get('x-ratelimit-remaining') === '0')
        await wire.sleep(Number(reply.headers.get('x-ratelimit-reset')) * 1000 - wire.mock.clock.now())
      return reply
    },
  }
}

/** What has come of a stream until it ended, broke, or was silent for half a minute. */
async function readStream({ mock }: Wire, body: unknown): Promise<string> {
  const controller = new AbortController()
  let [text, isDone, last] = ['', false, mock.clock.now()]
  const reading = (async () => {
    const response = await mock.fetch(`${SECLAI}${RUNS}/stream`, {
      method: 'POST',
      signal: controller.signal,
      headers: { ...KEY, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      last = mock.clock.now()
    }
  })()
    .catch(() => {})
    .finally(() => (isDone = true))
  while (!isDone) {
    for (let count = 0; count < 20 && !isDone; count++) await tick()
    if (isDone) break
    await mock.clock.advance(1000)
    if (mock.clock.now() - last > 30_000) controller.abort()
  }
  await reading
  return text
}

/** Sends each request so many times at once, and takes no answer for an answer. */
function badHands(wire: Wire, times: number, timeout: number): Hands {
  const send = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    let last: Reply | undefined
    for (let turn = 0; turn < times; turn++) {
      last = await wire.send(method, `${SECLAI}${path}`, { headers: KEY, body, timeout })
    }
    return last!
  }
  return {
    isGood: false,
    read: (path) => send('GET', path),
    start: (path, body) => send('POST', path, body),
    write: send,
    poll: (path) => send('GET', path),
    stream: async (body) => {
      for (let turn = 0; turn < times; turn++) await readStream(wire, body)
    },
    sleep: wire.sleep,
  }
}

type Script = (hands: Hands) => Promise<void>

/** Starts runs one after the other, and polls each. */
const work: Script = async ({ isGood, read, start, poll }) => {
  for (const path of ['/me', '/agents', AGENT, '/sources', '/models', ...(isGood ? [] : ['/solutions', '/alerts'])]) {
    await read(path)
  }
  for (const input of ['Divide by zero', 'Hello', 'What is new?', 'Goodbye']) {
    const { status, body } = await start(RUNS, { input })
    if (status >= 400 && isGood) return
    const id = field(body, 'run_id')
    if (id !== undefined) await poll(runAt(id))
  }
}

/** Starts one run. */
const oneRun: Script = async ({ start, poll }) => {
  const id = field((await start(RUNS, { input: 'Hello' })).body, 'run_id')
  if (id !== undefined) await poll(runAt(id))
}

const exported =
  (after: Script = async () => {}): Script =>
  async (hands) => {
    for (let turn = 0; turn < 2; turn++) {
      const id = field((await hands.start(`${SOURCE}/exports`, { format: 'csv' })).body, 'id')!
      const { body } = await hands.poll(`${SOURCE}/exports/${id}`)
      if (hands.isGood && field(body, 'status') !== 'completed') return
      await after(hands)
      const { status } = await hands.read(`${SOURCE}/exports/${id}/download`)
      if (status !== 410) return
    }
  }

const uploaded: Script = async ({ start, poll }) => {
  const form = new FormData()
  form.append('file', new Blob(['abc'], { type: 'audio/mpeg' }), 'call.mp3')
  const id = field((await start(`${READER}/upload-input`, form)).body, 'id')!
  const { body } = await poll(`${READER}/input-uploads/${id}`)
  if (field(body, 'status') === 'ready') await start(`${READER}/runs`, { input_upload_id: id })
}

const ingested: Script = async ({ start, poll }) => {
  const { body } = await start(SOURCE, { text: 'New.' })
  await poll(`/contents/${field(body, 'source_connection_content_version_id')}`)
}

const migrated: Script = async ({ start, poll }) => {
  await start(`${SOURCE}/embedding-migration`, { target_embedding_model: 'm', target_dimensions: 8 })
  await poll(`${SOURCE}/embedding-migration`)
}

const written =
  (method: string, path: string, body?: unknown): Script =>
  async ({ write }) => {
    await write(method, path, body)
  }

const streamed: Script = async ({ stream }) => {
  await stream({ input: 'Hello' })
}

/** What clients do where starting runs shows nothing of what the scenario is about. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  'agent-limit': written('POST', '/agents', { name: 'One more' }),
  'assistant-fails': async ({ isGood, write }) => {
    await write('POST', '/governance/ai-assistant', { user_input: 'x' })
    if (!isGood) await write('POST', `/governance/ai-assistant/${uuid('c3', 1)}/accept`)
  },
  'cancel-too-late': async ({ start, sleep, write, poll }) => {
    const id = field((await start(RUNS, { input: 'Hello' })).body, 'run_id')!
    await sleep(1000)
    await write('DELETE', runAt(id))
    await poll(runAt(id))
  },
  'definition-changed': async ({ isGood, read, write }) => {
    const path = `${AGENT}/definition`
    for (let turn = 0; turn < 2; turn++) {
      const expected_change_id = field((await read(path)).body, 'change_id')
      const { status } = await write('PUT', path, { definition: { child_steps: [] }, expected_change_id })
      if (status !== 409 || !isGood) return
    }
  },
  'experiment-fails': async ({ start, poll }) => {
    const { body } = await start('/models/playground/experiments', { prompt: 'x', model_ids: ['openai_gpt_5_2'] })
    await poll(`/models/playground/experiments/${field(body, 'experiment_id')}`)
  },
  'export-expires': exported(({ sleep }) => sleep(120_000)),
  'export-fails': exported(),
  'export-slow': exported(),
  'ingestion-fails': ingested,
  'ingestion-slow': ingested,
  'key-without-user': written('GET', '/email-domains'),
  'migration-fails': migrated,
  'migration-slow': migrated,
  'no-governance': written('GET', '/governance/ai-assistant/conversations'),
  'no-subscription': written('POST', '/sources', { name: 'S', source_type: 'custom_index' }),
  'not-an-owner': written('PUT', '/version', { version: null }),
  'other-envelope': written('POST', '/agents', {}),
  'plan-decided': written('POST', `/ai-assistant/${uuid('c3', 11)}/accept`, {}),
  // More than a hundred and twenty a minute, of a client that sends each four times.
  'plan-scale': async ({ read }) => {
    for (let turn = 0; turn < 31; turn++) await read('/me')
  },
  'run-blocked': oneRun,
  'run-fails': oneRun,
  'run-unsafe': oneRun,
  'stream-breaks-off': streamed,
  'stream-fails': streamed,
  'stream-hangs': streamed,
  'stream-reset': streamed,
  'stream-times-out': streamed,
  'token-expires': async ({ read }) => {
    for (let turn = 0; turn < 5; turn++) await read('/me')
  },
  'upload-fails': uploaded,
  'upload-slow': uploaded,
}

async function play(scenario: string, hands: Hands): Promise<void> {
  await (SCRIPTS[scenario] ?? work)(hands)
  // What is late arrives.
  await hands.sleep(10 * 60_000)
}

async function playWell(scenario: string): Promise<Mock> {
  const wire = open(scenario, true)
  try {
    await play(scenario, await goodHands(wire, scenario))
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
  }
  return wire.mock
}

describe('a good client', () => {
  test.each(scenariosOf('seclai'))('meets what %s expects, and earns no error', async (scenario) => {
    expect(heldAgainst(await playWell(scenario))).toEqual([])
  })
})

/** Scenarios whose sentence no expectation can say. */
const SILENT = new Set([
  // No limit is met here.
  'clock-skew',
  'credits-refunded',
  'domain-not-found',
  'happy-path',
  'inbound-paused',
  'slow-body',
  'version-first',
  'version-latest',
])

/** Scenarios of tokens, of which clients with a key meet nothing. */
const OF_TOKENS = new Set(['sign-in-ends', 'token-short-lived', 'user-denies'])

describe('of a client that repeats everything at once, and one that does everything once', () => {
  test.each(scenariosOf('seclai').filter((scenario) => !SILENT.has(scenario) && !OF_TOKENS.has(scenario)))(
    'one does not meet what %s expects',
    async (scenario) => {
      const hasty = open(scenario, false)
      await play(scenario, badHands(hasty, 4, 1000))
      const timid = open(scenario, true)
      await play(scenario, badHands(timid, 1, 10_000))
      expect([...unmet(hasty.mock), ...unmet(timid.mock)]).not.toEqual([])
    },
  )
})

test('a client that enables an agent may start the same run again', async () => {
  const wire = open('agents-disabled', true)
  const { start, write } = badHands(wire, 1, 10_000)
  expect((await start(RUNS, { input: 'Hello' })).status).toBe(409)
  expect((await write('POST', `${AGENT}/enable`)).status).toBe(200)
  expect((await start(RUNS, { input: 'Hello' })).status).toBe(200)
  expect(unmet(wire.mock)).toEqual([])
})

test('a client that has read a stream to its end has seen the end of its run, and needs no poll', async () => {
  const wire = open('run-completes', true)
  expect(await readStream(wire, { input: 'Hello' })).toContain('event: done')
  expect(unmet(wire.mock)).toEqual([])
})

test('expectations of polls of uploads do not apply to runs', async () => {
  const wire = open('upload-slow', true)
  await badHands(wire, 1, 10_000).start(RUNS, { input: 'Hello' })
  expect(unmet(wire.mock)).toEqual([])
})
