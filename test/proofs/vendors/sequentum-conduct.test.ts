import { createHash } from 'node:crypto'
import { AGENT, ENDED, type Run, SEQUENTUM, SEQUENTUM_KEY } from '../../support/vendors/sequentum.ts'
import { testConduct } from '../../support/verdict/conduct-cases.ts'
import { type JourneyClient, journeyClient } from '../../support/verdict/journey-client.ts'
import type { Reply } from '../../support/verdict/wire.ts'

const API = `${SEQUENTUM}/api/v1`
/** In the space Price Watch. */
const AGENT_OF_OTHER_SPACE = 4704
const ENDS = new Set([6, 7, 8, 9, 10, 11])
const SESSION_ENDS = new Set(['ready', 'completed', 'error', 'cancelled'])

function isRefused({ status }: Reply): boolean {
  return status >= 400 && status < 429
}

/**
 * Starts runs one after the other, polls each to its end, and fetches files; stops where it is refused.
 *
 * @returns whether credits are left
 */
async function work(client: JourneyClient): Promise<boolean> {
  const { call, manners } = client
  const first = await call('GET', `${API}/agent/all`)
  if (first.status === 401 && !manners.repeats) return false
  await call('GET', `${API}/agent/${AGENT_OF_OTHER_SPACE}`)
  let isPaid = true
  for (let round = 0; round < 3; round++) {
    const before = manners.looksAhead ? newest(await call('GET', `${SEQUENTUM}${AGENT}/runs`)) : undefined
    const started = await call('POST', `${SEQUENTUM}${AGENT}/start`, {
      body: {},
      look: async () => {
        const runs = await call('GET', `${SEQUENTUM}${AGENT}/runs`)
        const last = newest(runs)
        return last === undefined || last.id === before?.id ? undefined : { ...runs, status: 202, body: last }
      },
    })
    isPaid = started.status !== 422
    if (isRefused(started)) break
    const { id } = (started.body ?? {}) as { id?: number }
    if (id === undefined) continue
    const ended = await client.poll(() => polled(client, `${SEQUENTUM}${AGENT}/run/${id}/status`))
    // A run that does not stop is killed.
    for (const verb of ended === undefined && manners.looksAhead ? ['stop', 'kill'] : []) {
      await call('POST', `${SEQUENTUM}${AGENT}/run/${id}/${verb}`)
      await client.sleep(60_000)
      if (await polled(client, `${SEQUENTUM}${AGENT}/run/${id}/status`)) break
    }
    if (ended === undefined || isRefused(ended)) break
  }
  const files = (await call('GET', `${SEQUENTUM}${ENDED}/files`)).body as ReadonlyArray<{ id: number }>
  const lead = await call('GET', `${SEQUENTUM}${ENDED}/file/${Array.isArray(files) ? files[0]?.id : 1}/download`)
  const link = lead.headers.get('location')
  if (link !== null) await call('GET', new URL(link, SEQUENTUM).href, { headers: { authorization: '' } })
  await call('POST', `${SEQUENTUM}${ENDED}/stop`)
  return isPaid
}

function newest({ body }: Reply): Run | undefined {
  return Array.isArray(body) ? (body[0] as Run | undefined) : undefined
}

async function polled({ call }: JourneyClient, url: string): Promise<Reply | undefined> {
  const answer = await call('GET', url)
  const { status } = (answer.body ?? {}) as Partial<Run>
  return isRefused(answer) || ENDS.has(status ?? -1) ? answer : undefined
}

/** Has an agent built, and takes it over when it is ready. */
async function build(client: JourneyClient): Promise<void> {
  const { call, manners } = client
  const started = await call('POST', `${API}/agent-builder/start`, { body: { prompt: 'Read the tide tables' } })
  const { sessionId } = (started.body ?? {}) as { sessionId?: string }
  if (sessionId === undefined) return
  const path = `${API}/agent-builder/${sessionId}`
  const ended = await client.poll(async () => {
    const answer = await call('GET', `${path}/status`)
    const { status } = (answer.body ?? {}) as { status?: string }
    return isRefused(answer) || SESSION_ENDS.has(status ?? '') ? answer : undefined
  })
  if (ended === undefined && manners.looksAhead) await call('POST', `${path}/cancel`)
  else if ((ended?.body as { status?: string } | undefined)?.status === 'ready') {
    await call('POST', `${path}/finish`, { body: { agentName: 'Tides' } })
  }
}

const VERIFIER = 'a-verifier-of-at-least-forty-three-characters'
const BACK = 'http://127.0.0.1:7777/callback'
const OAUTH = `${SEQUENTUM}/api/oauth`

/** Registers once, and keeps each token until it is about to end. */
async function workWithTokens({ call, manners, sleep }: JourneyClient): Promise<void> {
  const registered = await call('POST', `${OAUTH}/register`, { body: { client_name: 'Tests', redirect_uris: [BACK] } })
  const client_id = String((registered.body as { client_id?: string } | undefined)?.client_id)
  const asked = new URLSearchParams({
    client_id,
    redirect_uri: BACK,
    response_type: 'code',
    state: 's',
    scope: 'agents:read agents:write offline_access',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const page = await call('GET', `${OAUTH}/authorize?${asked}`)
  const code = new URL(page.headers.get('location') ?? BACK).searchParams.get('code')
  if (code === null) return
  type Tokens = Readonly<Record<'access_token' | 'refresh_token', string>> & { readonly expires_in: number }
  const token = async (form: Readonly<Record<string, string>>): Promise<Tokens | undefined> => {
    const answer = await call('POST', `${OAUTH}/token`, {
      body: new URLSearchParams({ client_id, ...form }),
      isOnce: form['code'] !== undefined,
    })
    return answer.status === 200 ? (answer.body as Tokens) : undefined
  }
  let tokens = await token({ grant_type: 'authorization_code', code, redirect_uri: BACK, code_verifier: VERIFIER })
  for (let round = 0; tokens && round < 3; round++) {
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    await call('GET', `${SEQUENTUM}${AGENT}`, { headers })
    if (round === 0) await call('POST', `${SEQUENTUM}${AGENT}/start`, { body: {}, headers })
    await sleep(tokens.expires_in * (manners.repeats ? 1100 : 800))
    if (manners.repeats) await call('GET', `${SEQUENTUM}${AGENT}`, { headers })
    if (!tokens.refresh_token) return
    tokens = await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  }
}

testConduct(
  'sequentum',
  async (mock, manners, scenario) => {
    const client = journeyClient(mock, manners, { authorization: `ApiKey ${SEQUENTUM_KEY}` })
    const isPaid = await work(client)
    if ((isPaid || manners.repeats) && !scenario.endsWith('single-shot')) await build(client)
    if (/\/(?:token|grant|consent|registrations)-/.test(scenario))
      await workWithTokens(journeyClient(mock, manners, {}))
  },
  [
    // No limit is met here, and no queue is full.
    'sequentum/clock-skew',
    'sequentum/limit-raised',
    'sequentum/queue-eats-window',
    'sequentum/queue-full',
  ],
)
