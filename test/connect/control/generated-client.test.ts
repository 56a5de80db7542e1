import createClient, { type Client } from 'openapi-fetch'
import { startServer } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import type { paths } from '../../support/server/control-api.ts'
import { controlDocument, judgeControl } from '../../support/server/control-document.ts'
import { eventually, JSON_TYPE, NOW, SEEK_KEY } from '../../support/server/server.ts'

/** A client as `openapi-typescript` and `openapi-fetch` make it of the document, and which operations it has called. */
function clientOf(url: string): {
  readonly client: Client<paths>
  readonly called: Set<string>
  readonly broken: string[]
} {
  const called = new Set<string>()
  const broken: string[] = []
  // Calls without a body that change something have to say that they are JSON too.
  const client = createClient<paths>({ baseUrl: `${url}/__sparring`, headers: JSON_TYPE })
  client.use({
    onResponse: async ({ request, response }) => {
      const { pathname } = new URL(request.url)
      const match = controlDocument().router.match(request.method, pathname)
      if (match.found) called.add(match.found.id)
      const isJson = response.headers.get('content-type')?.includes('json') ?? false
      const body = isJson ? ((await response.clone().json()) as unknown) : undefined
      // Of other media types it is the text that counts.
      if (isJson || response.body === null)
        broken.push(...judgeControl(request.method, pathname.slice('/__sparring'.length), response, body))
    },
  })
  return { client, called, broken }
}

test('a client that is generated from the document drives every operation of the control API', async () => {
  const server = await startServer({ vendors: ['seek'], port: 0, clock: { at: NOW, frozen: true } })
  onTestFinished(() => server.close())
  const { client, called, broken } = clientOf(server.url)
  const submit = (session = ''): Promise<Response> =>
    fetch(`${server.url}${session}/seek/v1/workers/linkedin-profile/jobs`, {
      method: 'POST',
      headers: { ...SEEK_KEY, ...JSON_TYPE },
      body: JSON.stringify({ profile_url: 'https://linkedin.com/in/ada', webhook: 'http://127.0.0.1:9/hook' }),
    })

  /* What there is */
  const index = (await client.GET('/')).data as { readonly calls: readonly unknown[] }
  expect(index.calls.length).toBe(controlDocument().operations.size)
  expect((await client.GET('/health')).data).toMatchObject({ status: 'ok', vendors: ['seek'] })
  expect((await client.GET('/openapi.yaml', { parseAs: 'text' })).data).toContain('Control API of sparring')
  expect((await client.GET('/vendors')).data!.map(({ name }) => name)).toEqual(['seek'])
  const scenarios = await client.GET('/scenarios', { params: { query: { vendor: 'seek' } } })
  expect(scenarios.data!.map(({ name }) => name)).toContain('seek/out-of-credits')

  /* What is played */
  await client.PUT('/scope', { body: { name: 'buys profiles' } })
  const changes = { accounts: { default: { credits: 5 } } }
  const played = await client.PUT('/scenario', { body: { names: 'seek/happy-path', changes } })
  expect(played.data!.names).toEqual(['seek/happy-path'])
  expect((await client.GET('/scenario')).data!.names).toEqual(['seek/happy-path'])
  await client.POST('/next', { body: { vendor: 'seek', operation: 'submitJob', error: 'InternalServerError' } })
  await client.PUT('/target', { body: { to: null } })

  /* Work, told as it happens */
  const leave = new AbortController()
  const events = await client.GET('/events', { parseAs: 'stream', signal: leave.signal })
  let told = ''
  const following = (async () => {
    for await (const chunk of events.data!.pipeThrough(new TextDecoderStream() as never)) told += String(chunk)
  })().catch(() => undefined)
  expect((await submit()).status).toBe(500)
  const { job_uuid } = (await (await submit()).json()) as { job_uuid: string }
  for (let times = 0; times < 2; times++) expect((await submit()).status).toBe(402)
  await eventually(() => told.includes('event: exchange'))
  leave.abort()
  await following

  /* The clock, and who waits for it */
  await client.PUT('/scenario', { body: { names: 'seek/happy-path', changes: { latency: '3s' } } })
  const waiting = fetch(`${server.url}/seek/v1/me`, { headers: SEEK_KEY })
  await server.mock.settled({ held: 1 })
  expect((await client.GET('/held')).data).toMatchObject([{ vendor: 'seek', operation: 'getMe', reason: 'latency' }])
  expect((await client.GET('/clock')).data).toMatchObject({ now: NOW, frozen: true })
  expect((await client.POST('/clock', { body: { advance: '10s' } })).data!.now).toBe(NOW + 10_000)
  expect((await waiting).status).toBe(200)

  /* Webhooks: nobody listens there, so that it comes to nothing */
  await client.POST('/clock', { body: { advance: '1d' } })
  const deliveries = await client.GET('/deliveries', { params: { query: { vendor: 'seek', job: job_uuid } } })
  const again = await client.POST('/deliveries/{id}/redeliver', { params: { path: { id: deliveries.data![0]!.id } } })
  expect(again.data!.job).toBe(job_uuid)
  const asked = await client.POST('/webhooks', { body: { vendor: 'seek', webhook: 'jobFinished', job: job_uuid } })
  expect(asked.data!.job).toBe(job_uuid)

  /* What the mock has seen, and what it thinks of the client */
  const journal = await client.GET('/journal', { params: { query: { operation: 'submitJob', status: 402 } } })
  expect(journal.data!.exchanges.map(({ explanation }) => explanation!.slice(0, 13))).toEqual(
    Array(2).fill('402 by charge'),
  )
  const found = await client.GET('/findings', {
    params: { query: { code: 'credits', scope: 'buys profiles', final: true } },
  })
  expect(found.data!.findings).toMatchObject([{ severity: 'error', operation: 'submitJob', scope: 'buys profiles' }])
  const coverage = (await client.GET('/coverage')).data!
  const submitJob = coverage.vendors[0]!.subjects.find(({ name }) => name === 'submitJob')!
  expect(submitJob.cells.filter(({ isMet }) => isMet).map(({ name }) => name)).toEqual(['202', '402', '500'])
  const report = await client.GET('/report', { params: { query: { format: 'json', final: true } } })
  const { findings } = report.data as { readonly findings: ReadonlyArray<{ readonly code: string }> }
  expect(findings.map(({ code }) => code)).toContain('credits')
  const page = await client.GET('/report', { headers: { accept: 'text/html' }, parseAs: 'text' })
  expect(page.data).toMatch(/^<!doctype html>/)
  await client.DELETE('/journal')
  expect((await client.GET('/journal')).data!.exchanges).toEqual([])

  /* Worlds side by side */
  const opened = await client.POST('/sessions', { body: { id: 'blue', scenario: 'seek/happy-path' } })
  expect(opened.data!.vendors['seek']!.key).toMatch(/^sk_live_/)
  const inBlue = { params: { query: { session: 'blue' } } }
  const job = ((await (await submit('/s/blue')).json()) as { job_uuid: string }).job_uuid
  const moved = await client.POST('/verbs', { ...inBlue, body: { vendor: 'seek', id: job, verb: 'cancel' } })
  expect(moved.response.status).toBe(204)
  expect((await client.GET('/sessions')).data!.map(({ id }) => id)).toEqual(['default', 'blue'])
  expect((await client.GET('/sessions/{id}', { params: { path: { id: 'blue' } } })).data!.exchanges).toBe(1)
  const snapshot = (await client.GET('/snapshot', inBlue)).data!
  expect(snapshot.omitted).toEqual(['the journal, with 1 exchange'])
  expect((await client.POST('/reset', inBlue)).data!.exchanges).toBe(0)
  expect((await client.PUT('/snapshot', { ...inBlue, body: snapshot })).data!.id).toBe('blue')
  const kept = await fetch(`${server.url}/s/blue/seek/v1/jobs/${job}`, { headers: SEEK_KEY })
  expect(((await kept.json()) as { status: string }).status).toBe('cancelled')
  const closed = await client.DELETE('/sessions/{id}', { params: { path: { id: 'blue' } } })
  expect(closed.data).toMatchObject({ version: 1, vendors: ['seek'] })

  /* What cannot be done is typed too */
  const nowhere = await client.GET('/sessions/{id}', { params: { path: { id: 'blue' } } })
  expect([nowhere.response.status, nowhere.error!.title]).toEqual([404, expect.any(String)])
  const twice = await client.POST('/sessions', { body: { id: 'default' } })
  expect([twice.response.status, twice.error!.detail]).toEqual([409, expect.stringContaining('default')])

  expect((await client.POST('/shutdown')).data).toEqual({ status: 'stopping' })
  await server.closed
  expect([...controlDocument().operations.keys()].filter((id) => !called.has(id))).toEqual([])
  expect(broken).toEqual([])
})
