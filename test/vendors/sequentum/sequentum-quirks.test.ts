import { expect, test } from 'vitest'
import { read } from '../../support/mock/mock.ts'
import {
  AGENT,
  ENDED,
  type Problem,
  type Run,
  sequentumCaller,
  sequentumRequest,
} from '../../support/vendors/sequentum.ts'

const agents = '/api/v1/agent/all'

test('an error is problem details: the one of the page of errors, letter by letter', async () => {
  const { call } = sequentumCaller()
  const { status, headers, body } = await call('GET', '/api/v1/agent/4711')
  expect([status, headers['content-type']]).toEqual([404, 'application/problem+json'])
  expect(body).toEqual({
    type: 'https://docs.sequentum.com/errors/agent-not-found',
    title: 'Agent not found',
    status: 404,
    detail: 'No agent with id 4711 exists in space 1.',
    instance: '/api/v1/agent/4711',
  })
})

test('a request without a key is a 401 that says how to come in, and carries both headers', async () => {
  const { call } = sequentumCaller({ key: '' })
  const { status, headers } = await call('GET', AGENT)
  expect([status, headers['www-authenticate']]).toEqual([401, 'ApiKey, Bearer'])
  expect([headers['x-ratelimit-limit'], headers['x-ratelimit-window-seconds']]).toEqual(['100', '60'])
})

test('two headers on every answer, also for an unknown path; there is no Remaining and no Reset', async () => {
  const { call } = sequentumCaller()
  for (const path of [agents, '/api/v1/agent/4711', '/api/v1/agent/4710', '/api/v1/nowhere']) {
    const { headers } = await call('GET', path)
    expect(Object.keys(headers).filter((name) => /ratelimit|retry/.test(name))).toEqual([
      'x-ratelimit-limit',
      'x-ratelimit-window-seconds',
    ])
  }
})

test('100 requests pass, ten are held until the minute is over, and the 111th is refused at once', async () => {
  const { mock, call } = sequentumCaller()
  for (let count = 0; count < 100; count++) expect((await call('GET', '/api/v1/spaces')).status).toBe(200)
  const waiting = Array.from({ length: 10 }, () => call('GET', '/api/v1/spaces'))
  await mock.settled({ held: 10 })
  await mock.clock.advance('15s')
  const refused = await call('GET', '/api/v1/spaces')
  expect([refused.status, refused.headers['retry-after'], refused.headers['x-ratelimit-limit']]).toEqual([
    429,
    '45',
    '100',
  ])
  expect(refused.body).toMatchObject({ title: 'Too Many Requests', status: 429, detail: 'Rate limit exceeded' })
  await mock.clock.advance('45s')
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  // What was held has used up ten permits of the new minute.
  for (let count = 0; count < 90; count++) expect((await call('GET', '/api/v1/spaces')).status).toBe(200)
  const held = call('GET', '/api/v1/spaces')
  await mock.settled({ held: 1 })
  await mock.clock.advance('60s')
  expect((await held).status).toBe(200)
})

test('a held request whose client goes away leaves the queue', async () => {
  const { mock, call } = sequentumCaller()
  mock.play('sequentum/happy-path', { limits: { requests: { limit: 1, queue: 1 } } })
  expect((await call('GET', '/api/v1/spaces')).status).toBe(200)
  const leaving = new AbortController()
  const gone = read(mock.fetch(sequentumRequest('GET', '/api/v1/spaces', { signal: leaving.signal }))).catch(
    () => 'gone',
  )
  await mock.settled({ held: 1 })
  expect((await call('GET', '/api/v1/spaces')).status).toBe(429)
  leaving.abort()
  expect(await gone).toBe('gone')
  const next = call('GET', '/api/v1/spaces')
  await mock.settled({ held: 1 })
  await mock.clock.advance('60s')
  expect((await next).status).toBe(200)
})

test('distinct keys have budgets of their own', async () => {
  const { mock } = sequentumCaller()
  mock.play('sequentum/rate-limited')
  const by = (key: string) => read(mock.fetch(sequentumRequest('GET', agents, { key: `ApiKey ${key}` })))
  for (let count = 0; count < 3; count++) await by('sk-one')
  expect([(await by('sk-one')).status, (await by('sk-two')).status]).toEqual([429, 200])
})

test('all agents come as a bare list, and as a page as soon as one parameter asks for paging', async () => {
  const { call } = sequentumCaller()
  const bare = (await call('GET', agents)).body as Array<{ name: string }>
  expect(bare.map(({ name }) => name)).toEqual(bare.map(({ name }) => name).sort())
  const page = (await call('GET', `${agents}?recordsPerPage=2&pageIndex=2&sortOrder=1`)).body as {
    agents: Array<{ name: string }>
    totalRecordCount: number
  }
  expect(page.totalRecordCount).toBe(bare.length)
  expect(page.agents.map(({ name }) => name)).toEqual(
    bare
      .map(({ name }) => name)
      .reverse()
      .slice(2, 4),
  )
})

test('agents are filtered by name, space, status and kind, which may be a number or a name', async () => {
  const { call } = sequentumCaller()
  const ids = async (query: string) =>
    ((await call('GET', `${agents}?${query}`)).body as Array<{ id: number }>).map(({ id }) => id)
  expect(await ids('name=PRICES')).toEqual([4701])
  expect(await ids('spaceId=2')).toEqual([4709, 4704])
  expect(await ids('status=10')).toEqual([4702])
  expect(await ids('configType=2')).toEqual(await ids('configType=SharedFile'))
})

test('an agent reads the same through every operation, and shows the state of its last run', async () => {
  const { mock, call, start } = sequentumCaller()
  await start()
  await mock.clock.advance('10s')
  const one = (await call('GET', AGENT)).body as Record<string, unknown>
  const listed = ((await call('GET', agents)).body as Array<Record<string, unknown>>).find(({ id }) => id === 4701)
  const found = ((await call('GET', '/api/v1/agent/search?query=marinas')).body as unknown[])[0]
  expect([one, found]).toEqual([listed, listed])
  expect(one['status']).toBe(1)
  const inSpace = ((await call('GET', '/api/v1/spaces/1/agents')).body as Array<{ id: number; status: number }>).find(
    ({ id }) => id === 4701,
  )
  expect(inSpace).toMatchObject({ status: 1, lastActivity: one['lastActivity'], isArchived: false })
})

test('an agent of a space that the key cannot see is forbidden, and in no list', async () => {
  const { call } = sequentumCaller()
  expect((await call('GET', '/api/v1/agent/4710')).status).toBe(403)
  expect(JSON.stringify((await call('GET', agents)).body)).not.toContain('Partner Feed')
  expect((await call('GET', '/api/v1/spaces/9')).status).toBe(403)
})

test('a version that is restored becomes a new one, and a version that never was is a 404', async () => {
  const { call } = sequentumCaller()
  expect((await call('POST', `${AGENT}/version/5/restore`, { Content: 'Back' })).status).toBe(204)
  const versions = (await call('GET', `${AGENT}/versions`)).body as Array<{ version: number; comments: string }>
  expect(versions.map(({ version }) => version)).toEqual([8, 7, 6, 5])
  expect(versions[0]).toMatchObject({ comments: 'Back', fileSize: 16384 })
  expect((await call('GET', AGENT)).body).toMatchObject({ version: 8 })
  expect((await call('POST', `${AGENT}/version/99/restore`, {})).body).toMatchObject({
    detail: 'Agent 4701 has no version 99.',
  })
})

test('names in a body count in any case', async () => {
  const { call } = sequentumCaller()
  const { body } = await call('POST', `${AGENT}/start`, { Parallelism: 3, PARALLELEXPORT: 'Separated' })
  expect(body).toMatchObject({ parallelism: 3, parallelExport: 'Separated' })
})

test('a start that is sent again queues a second run', async () => {
  const { call, start } = sequentumCaller()
  const [first, second] = [await start(), await start()]
  expect(first.id).not.toBe(second.id)
  const runs = (await call('GET', `${AGENT}/runs?maxRecords=2`)).body as Run[]
  expect(runs.map(({ id, status }) => [id, status])).toEqual([
    [second.id, 4],
    [first.id, 4],
  ])
})

test('inputs that are no JSON object are a 422, and a body that breaks its schema a 400', async () => {
  const { call } = sequentumCaller()
  expect((await call('POST', `${AGENT}/start`, { inputParameters: '[1]' })).status).toBe(422)
  expect((await call('POST', `${AGENT}/start`, { parallelism: 99 })).body).toMatchObject({
    detail: 'parallelism must be at most 50',
  } satisfies Partial<Problem>)
})

test('an exclusive run waits until the agent has no other', async () => {
  const { mock, start, status } = sequentumCaller()
  const [first, second] = [await start(AGENT, { isExclusive: true }), await start(AGENT, { isExclusive: true })]
  await mock.clock.advance('10s')
  expect([(await status(first)).status, (await status(second)).status]).toEqual([1, 4])
})

test('kill asks to stop, and, asked again, ends the run at once; stop of a run that has ended is a 409', async () => {
  const { mock, call, start, status } = sequentumCaller()
  const run = await start()
  await mock.clock.advance('10s')
  expect((await call('POST', `${AGENT}/run/${run.id}/kill`)).status).toBe(200)
  expect((await status(run)).status).toBe(5)
  expect((await call('POST', `${AGENT}/run/${run.id}/kill`)).status).toBe(200)
  expect((await status(run)).status).toBe(8)
  expect((await call('POST', `${AGENT}/run/${run.id}/stop`)).status).toBe(409)
})

test('a run in Failure is restarted in place', async () => {
  const { mock, call, status } = sequentumCaller()
  const { status: code, body } = await call('POST', `${AGENT}/run/900102/restart`)
  expect([code, body]).toEqual([202, expect.objectContaining({ id: 900102, status: 4 })])
  await mock.clock.advance('35s')
  expect((await status({ id: 900102, status: 4 })).status).toBe(9)
})

test('a run is created, read, listed, counted, deleted, and then not found; what it cost stays in the books', async () => {
  const { mock, call, start, status } = sequentumCaller()
  const run = await start()
  const path = `${AGENT}/run/${run.id}`
  const active = await call('DELETE', path)
  expect([active.status, (active.body as Problem).detail]).toEqual([
    400,
    'Run is currently active and cannot be deleted',
  ])
  await mock.clock.advance('35s')
  expect(await status(run)).toMatchObject({
    status: 9,
    dataCount: 120,
    runTimeSec: 33,
    endTime: '2026-03-16T10:00:35Z',
  })
  expect((await call('GET', `${AGENT}/runs/summary`)).body).toMatchObject({ totalCount: 5 })
  expect((await call('DELETE', path)).status).toBe(200)
  expect((await call('GET', `${path}/status`)).status).toBe(404)
  expect((await call('GET', `${AGENT}/runs/summary`)).body).toMatchObject({ totalCount: 4 })
  const { transactions } = (await call('GET', '/api/v1/billing/history')).body as { transactions: unknown[] }
  expect(transactions[0]).toMatchObject({ transactionType: 'Debit', amount: -2.5, balance: 497.5 })
})

test('RemoveAllFiles leaves the run, and takes its files', async () => {
  const { call } = sequentumCaller()
  expect((await call('GET', `${ENDED}/files`)).body).toHaveLength(2)
  expect((await call('DELETE', `${ENDED}?removeMethod=RemoveAllFiles`)).status).toBe(200)
  expect((await call('GET', `${ENDED}/files`)).body).toEqual([])
  expect((await call('GET', `${ENDED}/status`)).status).toBe(200)
})

test('a download leads to an address that works for five minutes, without a key', async () => {
  const { mock, call } = sequentumCaller()
  const { status, headers } = await call('GET', `${ENDED}/file/1/download`)
  expect(status).toBe(302)
  const fetched = await mock.fetch(headers['location']!)
  const [file] = (await call('GET', `${ENDED}/files`)).body as Array<{ fileSize: number }>
  expect([fetched.status, (await fetched.arrayBuffer()).byteLength]).toEqual([200, file!.fileSize])
  await mock.clock.advance('301s')
  expect((await mock.fetch(headers['location']!)).status).toBe(403)
  const forged = headers['location']!.replace(/signature=.*/, 'signature=forged')
  expect((await mock.fetch(forged)).status).toBe(403)
})

test('the three types of schedules, and what each of them needs', async () => {
  const { call } = sequentumCaller()
  const post = async (more: object) => {
    const { status, body } = await call('POST', `${AGENT}/schedules`, { name: 'Nightly', ...more })
    return [status, (body as { nextRunTime?: string; detail?: string }).nextRunTime ?? (body as Problem).detail]
  }
  expect(await post({ scheduleType: 1 })).toEqual([422, 'scheduleType 1 needs startTime'])
  expect(await post({ scheduleType: 1, startTime: '2026-03-16T10:00:59Z' })).toEqual([
    422,
    'startTime must be at least a minute ahead',
  ])
  expect(await post({ scheduleType: 1, startTime: '2026-03-16T10:01:00Z' })).toEqual([201, '2026-03-16T10:01:00Z'])
  expect(await post({ scheduleType: 2, runEveryCount: 2 })).toEqual([
    422,
    'scheduleType 2 needs runEveryCount and runEveryPeriod',
  ])
  expect(await post({ scheduleType: 2, runEveryCount: 90, runEveryPeriod: 0 })).toEqual([201, '2026-03-16T11:30:00Z'])
  expect(await post({ scheduleType: 2, runEveryCount: 1, runEveryPeriod: 5 })).toEqual([201, '2026-04-16T10:00:00Z'])
  expect(await post({ scheduleType: 3 })).toEqual([422, 'scheduleType 3 needs a cronExpression of five fields'])
  for (const cronExpression of ['0 6 * *', '0 6 * * * *', '61 * * * *', '0 6 * MON *', 'daily'])
    expect(await post({ scheduleType: 3, cronExpression })).toEqual([
      422,
      `cronExpression ${cronExpression} is not one of five fields`,
    ])
  expect(await post({ scheduleType: 3, cronExpression: '0 9 * apr MON-FRI' })).toEqual([201, '2026-04-01T09:00:00Z'])
  expect(await post({ scheduleType: 3, cronExpression: '30 6 * * 1-5', timezone: 'Europe/Berlin' })).toEqual([
    201,
    '2026-03-17T05:30:00Z',
  ])
})

test('a schedule is created, read, listed, changed, disabled, deleted, and then not found', async () => {
  const { call } = sequentumCaller()
  const { body } = await call('POST', `${AGENT}/schedules`, { name: 'a', scheduleType: 3, cronExpression: '0 6 * * *' })
  const path = `${AGENT}/schedules/${(body as { id: number }).id}`
  expect((await call('GET', path)).body).toEqual(body)
  expect((await call('GET', `${AGENT}/schedules`)).body).toContainEqual(body)
  expect((await call('PUT', path, { name: 'b' })).body).toMatchObject({ name: 'b', schedule: '0 6 * * *' })
  expect((await call('PUT', path, {})).status).toBe(400)
  expect((await call('POST', `${path}/disable`)).status).toBe(204)
  expect((await call('GET', path)).body).toMatchObject({ isEnabled: false, nextRunTime: null })
  expect((await call('DELETE', path)).status).toBe(204)
  expect((await call('GET', path)).status).toBe(404)
})

test('a run of another agent is not found under this one, and neither is a schedule', async () => {
  const { call } = sequentumCaller()
  expect((await call('GET', '/api/v1/agent/4702/run/900103/status')).status).toBe(404)
  expect((await call('GET', '/api/v1/agent/4702/schedules/6101')).status).toBe(404)
})

test('no failure is a 404 that says so; a failure has causes and advice', async () => {
  const { call } = sequentumCaller()
  const none = await call('GET', '/api/v1/analytics/agents/4702/latest-failure')
  expect([none.status, (none.body as Problem).detail]).toEqual([404, 'No failures found for this agent'])
  expect((await call('GET', '/api/v1/analytics/agents/4701/latest-failure')).body).toMatchObject({
    runId: 900102,
    status: 6,
    stats: { errorCount: 1 },
  })
})

test('run-all hides failures in a 200', async () => {
  const { call } = sequentumCaller()
  const { status, body } = await call('POST', '/api/v1/spaces/2/run-all', {})
  expect([status, body]).toEqual([200, expect.objectContaining({ totalAgents: 3, agentsStarted: 2, agentsFailed: 1 })])
  const { results } = body as { results: Array<{ agentId: number; runId: number | null }> }
  const { agentId, runId } = results.find((one) => one.agentId === 4704)!
  expect((await call('GET', `/api/v1/agent/${agentId}/run/${runId}/status`)).body).toMatchObject({ status: 4 })
})

test('balance, ledger and bills agree: the newest entry has the balance of the account', async () => {
  const { mock, call, start } = sequentumCaller()
  await start()
  await start('/api/v1/agent/4702')
  await mock.clock.advance('1m')
  const { availableCredits } = (await call('GET', '/api/v1/billing/credits')).body as { availableCredits: number }
  const { transactions } = (await call('GET', '/api/v1/billing/history')).body as {
    transactions: Array<{ amount: number; balance: number; transactionType: string }>
  }
  expect([availableCredits, transactions[0]!.balance]).toEqual([487.5, 487.5])
  transactions.forEach(({ balance, amount }, index) => {
    const before = transactions[index + 1]?.balance ?? 0
    expect(balance).toBe(before + amount)
  })
  expect((await call('GET', '/api/v1/billing/spending')).body).toMatchObject({
    totalSpent: 12.5,
    currentBalance: 487.5,
  })
  const range = 'startDate=2026-03-16T00:00:00Z&endDate=2026-03-17T00:00:00Z'
  expect((await call('GET', `/api/v1/billing/agents?${range}`)).body).toMatchObject({
    totalRecordCount: 2,
    totalCost: 12.5,
  })
  expect((await call('GET', `/api/v1/billing/agents/4701?${range}&usageTypes=RunUsage,ProxyUsage`)).body).toMatchObject(
    {
      labels: ['2026-03-16', '2026-03-17'],
      usageTypes: [
        { type: 'RunUsage', data: [2.5, 0], totalCost: 2.5 },
        { type: 'ProxyUsage', data: [], totalCost: 0 },
      ],
    },
  )
  expect((await call('GET', '/api/v1/billing/agents')).status).toBe(400)
})

test('a form without a part "files" is refused, and a file takes the place of one of the same name', async () => {
  const { mock } = sequentumCaller()
  const upload = (name: string) => {
    const form = new FormData()
    form.append(name, new Blob(['region\nnorth\n']), 'regions.csv')
    const headers = { authorization: 'ApiKey sk-mine' }
    return mock.fetch('https://dashboard.sequentum.com/api/v1/input-files/space/1', {
      method: 'POST',
      headers,
      body: form,
    })
  }
  expect([(await upload('files')).status, (await upload('files')).status, (await upload('other')).status]).toEqual([
    200, 200, 400,
  ])
})

test('a conversation with Agent Builder ends with an agent that can be read, listed and started', async () => {
  const { mock, call, start } = sequentumCaller()
  const { body } = await call('POST', '/api/v1/agent-builder/start', { mode: 'prompt', prompt: 'Read the tide tables' })
  const { sessionId } = body as { sessionId: string }
  const path = `/api/v1/agent-builder/${sessionId}`
  expect((await call('POST', `${path}/followup`, { message: 'Too early' })).status).toBe(409)
  await mock.clock.advance('12s')
  expect((await call('POST', `${path}/followup`, { message: 'Only high tides' })).body).toEqual({
    success: true,
    error: null,
  })
  expect((await call('GET', `${path}/conversation`)).status).toBe(404)
  await mock.clock.advance('12s')
  const done = (await call('POST', `${path}/finish`, { agentName: 'Tides' })).body as { agentId: number }
  expect((await call('GET', `${path}/status`)).body).toMatchObject({ status: 'completed', agentId: done.agentId })
  expect((await call('GET', `${path}/conversation`)).body).toMatchObject({
    totalMessageCount: 2,
    lastUserPrompt: 'Only high tides',
    configId: done.agentId,
  })
  const agent = `/api/v1/agent/${done.agentId}`
  expect((await call('GET', agent)).body).toMatchObject({ name: 'Tides', spaceId: 1, status: null })
  expect((await start(agent)).status).toBe(4)
})

test('finish on a cancelled session is a 409', async () => {
  const { call } = sequentumCaller()
  const { status, body } = await call('POST', '/api/v1/agent-builder/bs_00000000dead/finish', { agentName: 'Late' })
  expect([status, (body as Problem).detail]).toEqual([409, 'The session is cancelled.'])
})
