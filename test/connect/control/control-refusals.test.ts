import { expect, test } from 'vitest'
import { control, eventually, JSON_TYPE, open, SEEK_KEY } from '../../support/server/server.ts'

type Call = readonly [method: string, path: string, body: unknown, status: number, code: string]

const BEYOND = 8_640_000_000_000_001

const REFUSED: readonly Call[] = [
  ...['set', 'freeze'].flatMap((move): Call[] =>
    [1e300, -1e300, BEYOND, 'noon', '5', null, {}, [], ''].map((value) => [
      'POST',
      '/clock',
      { [move]: value },
      400,
      'bad-request',
    ]),
  ),
  ...[1e300, 8.64e15, -1, '99999999d', '5 s', null, {}, true].map((value): Call => [
    'POST',
    '/clock',
    { advance: value },
    400,
    'bad-request',
  ]),
  ['POST', '/clock', { flow: false }, 400, 'bad-request'],
  ['POST', '/clock', { advance: '1s', set: 0 }, 400, 'bad-request'],
  ['POST', '/clock', null, 400, 'bad-request'],
  ['PUT', '/scenario', { names: 'seek/rate-limited', fresh: 'yes' }, 400, 'bad-request'],
  ['PUT', '/scenario', { names: 'seek/rate-limited', fresh: true, changes: [] }, 400, 'bad-request'],
  ['PUT', '/scenario', { names: 'seek/rate-limited', fresh: true, changes: { credits: 1 } }, 422, 'invalid-file'],
  ['PUT', '/scenario', { names: ['seek/rate-limited', 'seek/rate-limted'], fresh: true }, 404, 'unknown-name'],
  ['PUT', '/scenario', { names: [], fresh: true }, 400, 'bad-request'],
  ['PUT', '/scenario', { names: { toString: 1 }, fresh: true }, 400, 'bad-request'],
  ['PUT', '/scenario', { names: './', fresh: true }, 422, 'invalid-file'],
  ['PUT', '/scenario', { names: '/etc/hostname', fresh: true }, 403, 'forbidden'],
  ['POST', '/next', { vendor: 'seek', operation: 'getMe', error: 500, times: 0 }, 400, 'bad-request'],
  ['POST', '/next', { vendor: 'seek', operation: 'getMee', error: 500 }, 404, 'unknown-name'],
  ['POST', '/next', { vendor: 'seek', operation: 'getMe', error: 'Nothing' }, 404, 'unknown-name'],
  ['POST', '/next', { vendor: 'seek', operation: 'getMe', error: 1e300 }, 400, 'bad-request'],
  ['POST', '/verbs', { vendor: 'seek', id: 'job', verb: 'cancel' }, 409, 'conflict'],
  ['POST', '/verbs', { vendor: 'seek', id: 7, verb: 'cancel' }, 400, 'bad-request'],
  ['POST', '/sessions', { id: 'b', scenario: 'seek/none' }, 404, 'unknown-name'],
  ['POST', '/sessions', { id: 'b', scenario: './' }, 422, 'invalid-file'],
  ['POST', '/sessions', { id: 'b', scenario: [] }, 400, 'bad-request'],
  ['POST', '/sessions', { id: 'a/b' }, 400, 'bad-request'],
  ['POST', '/sessions', { id: 'default' }, 409, 'conflict'],
  ['DELETE', '/sessions/default', undefined, 400, 'bad-request'],
  ['DELETE', '/sessions/b', undefined, 404, 'unknown-name'],
  ['PUT', '/target', { to: 'nowhere' }, 400, 'bad-request'],
  ['PUT', '/target', { to: 'http://127.0.0.1:9/', patience: 0 }, 400, 'bad-request'],
  ['PUT', '/target', {}, 400, 'bad-request'],
  ['POST', '/deliveries/none/redeliver', undefined, 404, 'unknown-name'],
  ['POST', '/webhooks', { vendor: 'seek', webhook: 'jobFinishd' }, 404, 'unknown-name'],
  ['POST', '/webhooks', { vendor: 'sek', webhook: 'jobFinished' }, 404, 'unknown-name'],
  ['POST', '/webhooks', { vendor: 'seek', webhook: 'jobFinished', job: 'job_none' }, 409, 'conflict'],
  ['POST', '/webhooks', { vendor: 'seek', webhook: 'jobFinished' }, 409, 'conflict'],
  ['POST', '/webhooks', { vendor: 'seek' }, 400, 'bad-request'],
  ['DELETE', '/journal', { all: true }, 400, 'bad-request'],
  ['POST', '/reset', { hard: true }, 400, 'bad-request'],
  ['POST', '/reset?sesion=a', undefined, 400, 'bad-request'],
]

test('a call that is refused has changed nothing', async () => {
  const server = await open()
  const me = (): Promise<Response> => fetch(`${server.url}/seek/v1/me`, { headers: SEEK_KEY })
  expect((await me()).status).toBe(200)
  await fetch(`${server.url}/seek/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { ...SEEK_KEY, ...JSON_TYPE },
    body: '{"profile_url":"https://linkedin.com/in/example","webhook":"http://127.0.0.1:9/"}',
  })
  const look = async () =>
    Promise.all(
      ['/clock', '/scenario', '/sessions', '/held', '/deliveries', '/journal'].map((path) =>
        control(server, 'GET', path),
      ),
    )
  const before = await look()
  expect(before.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  for (const [method, path, body, status, code] of REFUSED) {
    const answer = await control<{ code: string }>(server, method, path, body)
    expect([method, path, JSON.stringify(body), answer.status, answer.body.code]).toEqual([
      method,
      path,
      JSON.stringify(body),
      status,
      code,
    ])
  }
  expect(await look()).toEqual(before)
  expect((await me()).status).toBe(200)
})

test('a clock at either end of the range of dates is printed, and in answers of a vendor too', async () => {
  const server = await open()
  for (const at of [8.64e15, -8.64e15]) {
    expect((await control(server, 'POST', '/clock', { set: at })).status).toBe(200)
    expect(await control(server, 'GET', '/clock')).toEqual({
      status: 200,
      body: { now: at, at: new Date(at).toISOString(), frozen: true },
    })
    expect((await fetch(`${server.url}/seek/v1/me`, { headers: SEEK_KEY })).status).toBe(200)
  }
  await control(server, 'POST', '/clock', { flow: true })
  await control(server, 'POST', '/clock', { set: 8.64e15 })
  await eventually(() => server.mock.clock.now() === 8.64e15)
  expect((await control(server, 'GET', '/clock')).status).toBe(200)
})
