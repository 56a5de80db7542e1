import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startServer, type MockServer, type MockOptions } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { COMMAND, sparring, start } from '../support/processes/cli.ts'
import { openReceiver, signatureOf } from '../support/server/receiver.ts'

async function open(options: Partial<MockOptions> = {}) {
  const server = await startServer({ vendors: ['seek', 'seal'], port: 0, clock: { frozen: true }, ...options })
  onTestFinished(() => server.close())
  return { server, run: (...args: string[]) => sparring(args, { env: { SPARRING_URL: server.url } }) }
}

const getMe = (server: MockServer, base = `${server.url}/seek`, key = 'sk_live_any') =>
  fetch(`${base}/v1/me`, { headers: { 'x-api-key': key } })

test('play plays scenarios from the next request on, and says what each vendor plays', async () => {
  const { server, run } = await open()
  expect(await run('play')).toEqual({ code: 0, out: 'seek  seek/happy-path\nseal  seal/happy-path\n', err: '' })
  const played = await run('play', 'seek/out-of-credits', 'seal/concurrency')
  expect(played).toEqual({ code: 0, out: 'seek  seek/out-of-credits\nseal  seal/concurrency\n', err: '' })
  expect(server.mock.credentials('seek').active).toBe('sk_live_sparring00main')
  const { out } = await run('play', 'seek/rate-limited', '--fresh', '--json')
  expect(JSON.parse(out)).toMatchObject({ vendors: { seek: 'seek/rate-limited', seal: 'seal/concurrency' } })
  expect(await run('play', 'seek/rate-limitd')).toEqual({
    code: 1,
    out: '',
    err: 'sparring: Failed to play "seek/rate-limitd": no such scenario. Did you mean "seek/rate-limited"?\n',
  })
})

test('clock reads and moves the clock', async () => {
  const { server, run } = await open({ clock: { frozen: true, at: '2026-03-16T10:00:00Z' } })
  expect((await run('clock')).out).toBe('2026-03-16T10:00:00.000Z frozen\n')
  expect((await run('clock', 'advance', '90m')).out).toBe('2026-03-16T11:30:00.000Z frozen\n')
  expect((await run('clock', 'set', '2026-03-17T00:00:00Z')).out).toBe('2026-03-17T00:00:00.000Z frozen\n')
  expect((await run('clock', 'flow')).out).toMatch(/^2026-03-17T00:00:\d\d\.\d{3}Z flows\n$/)
  expect((await run('clock', 'freeze', '2026-03-18T00:00:00Z')).out).toBe('2026-03-18T00:00:00.000Z frozen\n')
  expect(server.mock.clock.now()).toBe(Date.UTC(2026, 2, 18))
  expect(JSON.parse((await run('clock', '--json')).out)).toEqual({
    now: Date.UTC(2026, 2, 18),
    at: '2026-03-18T00:00:00.000Z',
    frozen: true,
  })
  expect(await run('clock', 'jump')).toEqual({
    code: 2,
    out: '',
    err: 'sparring: "jump" is not a command of clock. Write advance, set, freeze, flow.\nRun "sparring help clock" to see the usage.\n',
  })
  expect((await run('clock', 'advance')).err).toContain('clock advance needs a DURATION, as 45s.')
  expect((await run('clock', 'advance', 'soon')).err).toContain('Failed to read the duration "soon".')
})

test('journal shows a line an exchange, with the explanation of what was not normal', async () => {
  const { server, run } = await open({
    scenario: 'seek/rate-limited',
    clock: { frozen: true, at: '2026-03-16T10:00:00Z' },
  })
  for (let call = 1; call <= 4; call++) await getMe(server)
  const passed = '10:00:00.000Z seek GET /v1/me 200\n'
  const refused =
    '10:00:00.000Z seek GET /v1/me 429 by limit (TooManyRequests#rate): limit requests: 3 of 3 used; the next passes in 1000 ms\n'
  expect(await run('journal')).toEqual({ code: 0, out: passed.repeat(3) + refused, err: '' })
  expect((await run('journal', '--limit', '2')).out).toBe(passed + refused)
  expect((await run('journal', '--status', '429')).out).toBe(refused)
  expect((await run('journal', '--vendor', 'seal')).out).toBe('')
  const { exchanges } = JSON.parse((await run('journal', '--json')).out) as { exchanges: Array<{ number: number }> }
  expect(exchanges.map(({ number }) => number)).toEqual([1, 2, 3, 4])
})

test('journal --follow prints new entries until it is interrupted', async () => {
  const { server } = await open()
  await getMe(server)
  const child = start(['journal', '--follow', '--operation', 'getMe'], { env: { SPARRING_URL: server.url } })
  let out = ''
  child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()))
  await expect.poll(() => out, { timeout: 20_000 }).toMatch(/GET \/v1\/me 200\n$/)
  // It follows from the moment at which the server has opened its stream.
  await expect
    .poll(async () => (await getMe(server), out.split('\n').length), { timeout: 20_000 })
    .toBeGreaterThanOrEqual(3)
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('sessions opens worlds beside the default one, lists them, and says what the client did wrong in one', async () => {
  const { server, run } = await open()
  expect(await run('sessions', 'open', 'retries', '--scenario', 'seek/rate-limited')).toEqual({
    code: 0,
    out: expect.stringMatching(
      new RegExp(
        `^retries\n {2}seek {2}${server.url}/s/retries/seek {6}sk_live_\\w+\n {2}seal {2}${server.url}/s/retries/seal/api {2}seal_\\w+\n$`,
      ),
    ) as string,
    err: '',
  })
  const { key } = (
    JSON.parse((await run('sessions', 'open', 'other', '--json')).out) as { vendors: { seek: { key: string } } }
  ).vendors.seek
  expect((await getMe(server, `${server.url}/s/other/seek`, key)).status).toBe(200)
  expect((await run('sessions')).out).toBe(
    [
      'default  0 exchanges  seek/happy-path seal/happy-path',
      'retries  0 exchanges  seek/rate-limited seal/happy-path',
      'other    1 exchange   seek/happy-path seal/happy-path\n',
    ].join('\n'),
  )
  expect((await run('journal', '--session', 'other')).out).toMatch(/ other: seek GET \/v1\/me 200\n$/)
  const mine = server.mock.session({ id: 'mine', scenario: 'seek/rate-limited' })
  for (let call = 1; call <= 5; call++)
    await getMe(server, `${server.url}/s/mine/seek`, mine.credentials('seek').active)
  const closed = (await run('sessions', 'close', 'mine')).out
  expect(closed).toMatch(/^closed mine: 5 exchanges, \d findings\nerror retry-after: getMe came back /)
  expect(await run('sessions', 'close', 'mine')).toEqual({
    code: 1,
    out: '',
    err: 'sparring: There is no session "mine". Known: default, retries, other.\n',
  })
  expect((await run('sessions', 'close')).err).toContain('sessions close needs an ID.')
})

test('listen forwards webhooks to a receiver until it is interrupted, and prints the secret that signs them', async () => {
  const { server } = await open({ clock: { frozen: false } })
  const met: string[] = []
  const receiver = createServer((request, response) => {
    met.push(`${request.method} ${request.url}`)
    response.end()
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  onTestFinished(() => void receiver.close())
  const to = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const child = start(['listen', '--forward-to', to], { env: { SPARRING_URL: server.url } })
  let out = ''
  child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()))
  await expect
    .poll(() => out, { timeout: 20_000 })
    .toContain(`forwards webhooks to ${to}\nseek signs with sparring00webhook\n`)
  await fetch(`${server.url}/seek/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' },
    body: '{"profile_url":"https://linkedin.com/in/example","webhook":"http://client.example/hook"}',
  })
  await expect
    .poll(async () => (await server.mock.clock.advance('1m'), out), { timeout: 20_000 })
    .toMatch(new RegExp(`Z seek jobFinished ${to}/hook 200\n`))
  expect(met).toEqual(['POST /hook'])
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('trigger sends a webhook now, and says what was sent, where, and what came back', async () => {
  const { server, run } = await open({ clock: { frozen: true, at: '2026-03-16T10:00:00Z' } })
  const { url, received } = await openReceiver()
  const asked = await run('trigger', 'seek', 'jobFinished', '--to', `${url}/hooks`)
  const [hook] = received
  const { job_uuid } = JSON.parse(hook!.text) as { job_uuid: string }
  const signature = signatureOf(hook!.text, server.mock.credentials('seek').webhookSecret)
  expect(hook).toMatchObject({ path: '/hooks', headers: { 'x-seekapi-signature': signature } })
  const [line, ...rows] = asked.out.trimEnd().split('\n')
  expect([asked.code, line]).toEqual([0, `10:00:00.000Z seek jobFinished ${url}/hooks 200`])
  expect(rows.slice(0, -1)).toEqual([
    `  job     ${job_uuid}, completed`,
    '  header  content-type: application/json',
    `  header  X-SeekAPI-Signature: ${signature}`,
    `  body    ${hook!.text}`,
  ])
  expect(rows.at(-1)).toMatch(
    /^ {2}notice {2}X-SeekAPI-Signature of seek jobFinished is calculated by an assumption of the mock: /,
  )

  const again = await run('trigger', 'seek', 'jobFinished', '--job', job_uuid, '--to', url, '--json')
  expect(JSON.parse(again.out)).toMatchObject({ job: job_uuid, outcome: 'acknowledged', attempts: [{ status: 200 }] })
})

test('trigger fails where the receiver does not acknowledge, and says when it is tried again', async () => {
  const { run } = await open()
  const { url } = await openReceiver(503)
  const { code, out } = await run('trigger', 'seek', 'jobFinished', '--to', `${url}/hooks`)
  expect([code, out.split('\n')[0]]).toEqual([1, expect.stringMatching(` ${url}/hooks 503, again in 5s$`)])
})

test('trigger says which webhooks a vendor has, and how to name who takes one', async () => {
  const { run } = await open()
  expect((await run('trigger', 'seek')).out).toBe('jobFinished\n')
  expect((await run('trigger', 'seal')).out).toBe('seal has no webhooks\n')
  expect((await run('trigger', 'seek', '--json')).out).toBe('{\n  "webhooks": [\n    "jobFinished"\n  ]\n}\n')
  expect((await run('trigger', 'sek')).err).toMatch(
    /^sparring: "sek" is not a vendor of http:.*\. Did you mean "seek"\?\n/,
  )
  expect(await run('trigger', 'seek', 'jobDone')).toEqual({
    code: 1,
    out: '',
    err: 'sparring: "jobDone" is not a webhook of seek, which has jobFinished.\n',
  })
  expect((await run('trigger', 'seal', 'jobDone')).err).toBe(
    'sparring: "jobDone" is not a webhook of seal, which has none.\n',
  )
  expect(await run('trigger', 'seek', 'jobFinished')).toEqual({
    code: 1,
    out: '',
    err: 'sparring: Failed to trigger jobFinished: it has no receiver. Name a receiver for this one (to: http://127.0.0.1:8000/hooks, --to in a shell) or for all (mock.webhooks.to(…), "sparring listen --forward-to URL", --deliver URL).\n',
  })
  expect((await run('trigger', 'seek', 'jobFinished', '--to', 'https://client.example/')).out).toContain(
    'https://client.example/ not sent: client.example is not this machine.',
  )
})

test('stop ends a server, and says where none runs', async () => {
  const { server, run } = await open()
  expect(await run('stop')).toEqual({ code: 0, out: `stopped ${server.url}\n`, err: '' })
  expect(await run('stop')).toEqual({
    code: 1,
    out: '',
    err: `sparring: No server answers at ${server.url}: connect ECONNREFUSED ${server.url.slice(7)}. Start one with "sparring serve", or name it with --url or SPARRING_URL.\n`,
  })
})

test('an address without a sparring server is reported as such', async () => {
  const other = createServer((_, response) => response.writeHead(404).end('not here'))
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  expect((await sparring(['play', '--url', url])).err).toBe(
    `sparring: ${url} answers 404, and is not a server of sparring.\n`,
  )
  expect((await sparring(['play', '--url', 'nonsense'])).err).toMatch(
    /^sparring: --url is "nonsense" and must be the address of a server: http:\/\/127\.0\.0\.1:4010\.\n/,
  )
})

test('a server that others can reach takes the token from SPARRING_TOKEN', async () => {
  const server = await startServer({ vendors: ['seek'], port: 0, host: '0.0.0.0', token: 'tok-123' })
  onTestFinished(() => server.close())
  const url = `http://127.0.0.1:${server.port}`
  expect((await sparring(['play', '--url', url])).code).toBe(1)
  const allowed = await sparring(['play', '--url', url], { env: { SPARRING_TOKEN: 'tok-123' } })
  expect(allowed).toEqual({ code: 0, out: 'seek  seek/happy-path\n', err: '' })
})

test('exec gives its command the address by which it steers the server', async () => {
  const ran = await sparring([
    'exec',
    'seek',
    '--allow-empty',
    '--quiet',
    '--',
    process.execPath,
    COMMAND,
    'play',
    'seek/rate-limited',
  ])
  expect(ran).toEqual({ code: 0, out: 'seek  seek/rate-limited\n', err: '' })
})
