import { readFileSync } from 'node:fs'
import { createMock, type MockServer } from 'sparring'
import { expect, test } from 'vitest'
import { ROUTES } from '../../../mocks/connect/control/create-control.ts'
import { checkAnswer } from '../../../mocks/engine/answer/check.ts'
import { responseFor } from '../../../mocks/spec/compile/operation/responses.ts'
import { sparring } from '../../support/processes/cli.ts'
import { controlDocument } from '../../support/server/control-document.ts'
import { control, eventually, JSON_TYPE, open, SEEK_KEY, send } from '../../support/server/server.ts'

const DOCUMENT = 'specs/control.openapi.yaml'

test('the document of the control API has the operations that there are, and no others', () => {
  const written = [...controlDocument().operations.values()].map(({ method, path }) => `${method} ${path}`)
  expect(written.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort())
})

test('it has the query parameters that each call takes', () => {
  const written = [...controlDocument().operations.values()].map(({ method, path, parameters }) => {
    const names = parameters.filter((one) => one.in === 'query' && one.name !== 'session').map(({ name }) => name)
    return `${method} ${path} ${names.sort().join()}`
  })
  expect(written.sort()).toEqual(
    ROUTES.map(({ method, path, query = [] }) => `${method} ${path} ${[...query].sort().join()}`).sort(),
  )
})

test('its page in the docs has a row for each of them', () => {
  const rows = [...readFileSync('docs/control.md', 'utf8').matchAll(/^\| `([A-Z]+ \/[^`]*)`/gm)].map(
    (match) => match[1],
  )
  expect(rows.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort())
})

test('our own check finds nothing in it', async () => {
  const { code, out, err } = await sparring(['check', DOCUMENT])
  expect({ code, out, err }).toEqual({ code: 0, out: '1 spec, 0 scenarios: no errors.\n', err: '' })
})

test('the server gives it away', async () => {
  const server = await open()
  const { status, headers, body } = await send(server.port, '/__sparring/openapi.yaml')
  expect([status, headers['content-type']]).toEqual([200, 'application/yaml'])
  expect(body).toBe(readFileSync(DOCUMENT, 'utf8'))
})

test('sparring serves it like any vendor, and every operation answers as documented', async () => {
  const mock = createMock({ vendors: [DOCUMENT] })
  const vendor = controlDocument()
  const bodies: Readonly<Record<string, unknown>> = {
    playScenario: { names: ['seek/happy-path'] },
    answerNext: { vendor: 'seek', operation: 'getMe', error: 503 },
    moveJob: { vendor: 'seek', id: 'job_1', verb: 'cancel' },
    moveClock: { advance: '45s' },
    triggerWebhook: { vendor: 'seek', webhook: 'jobFinished' },
    setTarget: { to: null },
    setScope: { name: 'retries' },
    restoreSnapshot: { format: 1, sparring: '1.0.0', session: 'blue', omitted: [] },
  }
  for (const { id, method, path, success, responses } of vendor.operations.values()) {
    const body = bodies[id]
    const response = await mock.fetch(`http://127.0.0.1:4010/__sparring${path.replace('{id}', 'blue')}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: JSON_TYPE }),
    })
    expect([id, response.status]).toEqual([id, success!.status])
    const answer = {
      status: response.status,
      headers: [...response.headers],
      body: await response.text(),
      spec: responseFor(responses, response.status),
      refusal: undefined,
      offContract: undefined,
    }
    expect(checkAnswer(vendor, id, answer)).toEqual([])
  }
  const refused = await mock.fetch('http://127.0.0.1:4010/__sparring/clock', {
    method: 'POST',
    body: '{"advance":"1s","flow":true}',
    headers: JSON_TYPE,
  })
  expect(refused.status).toBe(400)
})

/** Follows a server's events until it is told to stop. */
async function follow(server: MockServer, query = ''): Promise<{ readonly text: () => string; stop: () => void }> {
  const abort = new AbortController()
  const response = await fetch(`${server.url}/__sparring/events${query}`, { signal: abort.signal })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  let text = ''
  void (async () => {
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk
    } catch {
      // The test has seen enough.
    }
  })()
  await eventually(() => text.includes(': following\n\n'))
  return { text: () => text, stop: () => abort.abort() }
}

test('exchanges and deliveries are reported as they end, separately for each session', async () => {
  const server = await open()
  server.mock.webhooks.to(() => new Response('ok'))
  await control(server, 'POST', '/sessions', { id: 'blue' })
  const events = await follow(server)
  const blue = await follow(server, '?session=blue')
  const { status } = await fetch(`${server.url}/seek/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { ...SEEK_KEY, ...JSON_TYPE },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example', webhook: 'https://acme.example/hook' }),
  })
  expect(status).toBe(202)
  await server.mock.clock.advance('6s')
  await eventually(() => events.text().includes('event: delivery'))
  const told = [...events.text().matchAll(/^event: (\w+)\ndata: (.+)\n\n/gm)].map(([, event, data]) => {
    const { operation, webhook, outcome, explanation } = JSON.parse(data!) as Record<string, unknown>
    return { event, operation, webhook, outcome, explanation }
  })
  expect(told).toEqual([
    {
      event: 'exchange',
      operation: 'submitJob',
      webhook: undefined,
      outcome: undefined,
      explanation: expect.stringMatching(/^202 by handle: job_/) as string,
    },
    {
      event: 'delivery',
      operation: undefined,
      webhook: 'jobFinished',
      outcome: 'acknowledged',
      explanation: undefined,
    },
  ])
  expect(blue.text()).toBe(': following\n\n')
  events.stop()
  blue.stop()
})

test('a server that is closed does not wait for those who follow', async () => {
  const server = await open()
  await follow(server)
  // A follower stays for ever.
  await server.close()
})

test('webhooks are sent to where the control API says', async () => {
  const server = await open()
  expect(await control(server, 'PUT', '/target', { to: `${server.url}/nowhere`, patience: 500 })).toEqual({
    status: 204,
    body: undefined,
  })
  await fetch(`${server.url}/seek/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { ...SEEK_KEY, ...JSON_TYPE },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example', webhook: 'https://acme.example/hook?a=1' }),
  })
  await server.mock.clock.advance('6s')
  await server.mock.settled()
  const { body } = await control<Array<{ attempts: Array<{ to: string; status: number }> }>>(
    server,
    'GET',
    '/deliveries',
  )
  expect(body[0]!.attempts[0]).toMatchObject({ to: `${server.url}/nowhere/hook?a=1`, status: 404 })

  const odd = await control<{ detail: string }>(server, 'PUT', '/target', { to: 'there' })
  expect([odd.status, odd.body.detail]).toEqual([
    400,
    'Failed to deliver to "there": it is not the URL of a receiver. Write it as http://127.0.0.1:8000.',
  ])
  expect((await control(server, 'PUT', '/target', { to: null })).status).toBe(204)
})
