import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

type Body = Readonly<Record<string, unknown>>

async function added(call: Call, delegated: boolean): Promise<Body> {
  const asked = { kind: 'custom', value: 'mail.example.com', delegated }
  const { status, body } = await call('POST', '/email-domains', asked)
  expect(status).toBe(200)
  return body as Body
}

test('a domain that its owner manages has an all-zero DMARC summary', async () => {
  const { mock, call } = seclai()
  const { id } = await added(call, false)
  const path = `/email-domains/${String(id)}`
  await call('POST', `${path}/verify`)
  await mock.clock.advance('10d')
  expect((await call('GET', `${path}/dmarc`)).body).toEqual({
    monitored: false,
    window_days: 30,
    report_count: 0,
    total_messages: 0,
    passed_messages: 0,
    failed_messages: 0,
    pass_rate: null,
    dispositions: { none: 0, quarantine: 0, reject: 0 },
    top_failing_sources: [],
  })
})

test('a zone of the vendor has reports from its verification on, which add up', async () => {
  const { mock, call } = seclai()
  const { id } = await added(call, true)
  const path = `/email-domains/${String(id)}`
  const summary = async (of: string, query = ''): Promise<Body> =>
    (await call('GET', `/email-domains/${of}/dmarc${query}`)).body as Body
  await call('POST', `${path}/verify`)
  expect(await summary(String(id))).toMatchObject({ monitored: true, total_messages: 0, pass_rate: null })
  await mock.clock.advance('10d')
  expect(await summary(String(id))).toMatchObject({ monitored: true, report_count: 10, total_messages: 400 })
  const vanity = await summary(uuid('f3', 1), '?days=7')
  const [none, quarantine, reject] = ['none', 'quarantine', 'reject'].map(
    (name) => (vanity['dispositions'] as Record<string, number>)[name]!,
  ) as [number, number, number]
  expect(none + quarantine + reject).toBe(vanity['total_messages'])
  expect([none, quarantine + reject]).toEqual([vanity['passed_messages'], vanity['failed_messages']])
  expect((vanity['top_failing_sources'] as unknown[]).length).toBe(1)
  expect(await summary(uuid('f3', 1), '?days=99999&top_sources=0')).toMatchObject({
    window_days: 365,
    top_failing_sources: [],
  })
  expect(await summary(uuid('f3', 1), '?days=-1')).toMatchObject({ window_days: 1 })
})

test('only a delegation that is left behind is noted when a domain is removed', async () => {
  const { call } = seclai()
  const removed = async (id: unknown): Promise<unknown> => (await call('DELETE', `/email-domains/${String(id)}`)).body
  expect(await removed((await added(call, false))['id'])).toEqual({ removed: true, cleanup_note: null })
  expect(await removed((await added(call, true))['id'])).toEqual({
    removed: true,
    cleanup_note: 'Delete the NS records of mail.example.com at your registrar: they lead to a zone that is gone.',
  })
  expect(await removed(uuid('f3', 1))).toEqual({ removed: true, cleanup_note: null })
})

test('the records to publish are those of the kind', async () => {
  const { call } = seclai()
  const types = ({ dns_records }: Body): unknown[] => (dns_records as Body[]).map((record) => record['type'])
  const own = await added(call, false)
  expect(types(own)).toEqual(['CNAME', 'TXT', 'MX'])
  expect((own['dns_records'] as Body[])[0]).toMatchObject({
    name: 's1._domainkey.mail.example.com',
    relative_name: 's1._domainkey.mail',
  })
  expect((own['dns_records'] as Body[])[2]).toMatchObject({ mx_host: 'inbound.seclai.com', mx_priority: 10 })
  await call('DELETE', `/email-domains/${String(own['id'])}`)
  expect(types(await added(call, true))).toEqual(['NS', 'NS'])
  await call('DELETE', `/email-domains/${uuid('f3', 1)}`)
  const vanity = await call('POST', '/email-domains', { kind: 'vanity', value: 'desk', delegated: true })
  expect(vanity.body).toMatchObject({ domain: 'desk.seclai.com', dns_records: [], delegated: false })
})

test('the number of domains in a plan does not depend on existing domains; a second one of a kind is refused', async () => {
  const { call } = seclai()
  const list = async (): Promise<unknown> => (await call('GET', '/email-domains')).body
  expect(await list()).toMatchObject({
    can_add_vanity: true,
    has_vanity: true,
    can_add_custom: true,
    has_custom: false,
  })
  const again = await call('POST', '/email-domains', { kind: 'vanity', value: 'other' })
  expect([again.status, again.body]).toEqual([
    422,
    {
      detail: [{ loc: ['body'], msg: 'kind: the account has a vanity domain already', type: 'value_error' }],
    },
  ])
  expect((await call('POST', '/email-domains', { kind: 'rented', value: 'x.example' })).status).toBe(422)
})

test('senders are blocked by address or by domain', async () => {
  const { call } = seclai()
  const block = async (match_type: string): Promise<number> =>
    (await call('POST', '/agents/blocked-email-senders', { sender_email: 'cheapware.example', match_type })).status
  expect([await block('domain'), await block('glob')]).toEqual([201, 422])
})

test('a keyword search of the documentation looks at titles and summaries, and highlights nothing', async () => {
  const { call } = seclai()
  const { results } = (await call('GET', '/docs-search?q=webhooks&mode=keyword')).body as { results: Body[] }
  expect(results).toEqual([
    {
      doc_slug: 'api-introduction',
      title: 'API Introduction',
      snippet: 'Authentication, errors, pagination, rate limits and webhooks of the REST API.',
      highlight: null,
      anchor: null,
      score: 1,
    },
  ])
  expect((await call('GET', '/docs-search?q=registrar')).body).toEqual({ results: [] })
})

test('a semantic search looks into the pages, and highlights the best sentence word for word', async () => {
  const { call } = seclai()
  const { results } = (await call('GET', '/docs-search?q=triggers%20mail&mode=semantic')).body as { results: Body[] }
  expect(results[0]).toMatchObject({ doc_slug: 'agents', highlight: 'A trigger starts a run by mail or by the clock.' })
  const { results: exports } = (await call('GET', '/docs-search?q=export&mode=semantic')).body as { results: Body[] }
  expect(exports[0]).toMatchObject({ doc_slug: 'sources', anchor: 'exports' })
  for (const result of [...results, ...exports])
    expect(String(result['snippet'])).toContain(String(result['highlight']))
})

test('all nine types of entities are found, and no others are asked for', async () => {
  const { call } = seclai()
  const found = async (q: string, type: string): Promise<unknown> =>
    ((await call('GET', `/search?q=${q}&entity_type=${type}`)).body as { results: unknown }).results
  expect(await found('nightly', 'api_key')).toMatchObject([{ entity_type: 'api_key', name: 'Nightly import' }])
  expect(await found('desk', 'mcp_client')).toMatchObject([{ entity_type: 'mcp_client' }])
  expect(await found('personal', 'governance_policy')).toMatchObject([{ id: uuid('f7', 1) }])
  expect(await found('B0000000-0000-4000-8000-000000000003', 'source_connection')).toMatchObject([
    { name: 'Contracts' },
  ])
  expect((await call('GET', '/search?q=a&entity_type=planet')).status).toBe(422)
})

test('solutions are searched by name alone', async () => {
  const { call } = seclai()
  const names = async (search: string): Promise<string[]> =>
    ((await call('GET', `/solutions?search=${search}`)).body as { data: Array<{ name: string }> }).data.map(
      ({ name }) => name,
    )
  expect([await names('HELP'), await names('customers')]).toEqual([['Help desk'], []])
})

test('a manifest says how many bytes its files have', async () => {
  const { mock, call } = seclai()
  const run = (await call('GET', `/agents/runs/${uuid('a4', 3)}`)).body as { output: string }
  const { attachments } = JSON.parse(run.output) as { attachments: Array<{ storage_key: string; bytes: number }> }
  for (const { storage_key, bytes } of attachments) {
    const path = `/v2/agent-runs/${uuid('a4', 3)}/attachments/${Buffer.from(storage_key).toString('base64url')}`
    const file = await mock.fetch(`https://api.seclai.com${path}`, { headers: { 'x-api-key': 'sk-test' } })
    expect((await file.arrayBuffer()).byteLength).toBe(bytes)
  }
})
