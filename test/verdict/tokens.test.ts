import { expect, test } from 'vitest'
import type { Facts } from '../../mocks/engine/session/journal/facts.ts'
import { refreshRace } from '../../mocks/verdict/conduct/credentials/refresh-race.ts'
import { refreshReplay } from '../../mocks/verdict/conduct/credentials/refresh-replay.ts'
import { tokenChurn } from '../../mocks/verdict/conduct/credentials/token-churn.ts'
import type { Mock } from '../../mocks/index.ts'
import { encodeText } from '../../mocks/state/text.ts'
import { type Form, SCENES, scenes } from '../support/mock/tokens.ts'
import { breachesOf, type Told } from '../support/verdict/exchanges.ts'

const HOUR = 3_600_000

function token(access: string, life = HOUR, scope = 'scenes:read'): NonNullable<Facts['token']> {
  return {
    access,
    refresh: undefined,
    issuedAt: 0,
    expiresAt: life,
    expiresIn: life / 1000,
    scopes: [scope],
    scope,
    client: 'server',
    account: 'team',
  }
}

const CREDENTIALS = encodeText('grant_type=client_credentials&client_id=server')

/** A token, and a request with it. */
function round(
  nth: number,
  every: number,
  more: { readonly life?: number; readonly use?: Partial<Told> } = {},
): Told[] {
  const { life = HOUR, use = {} } = more
  const at = nth * every
  const access = `at_${nth}`
  return [
    { operation: 'token', at, body: CREDENTIALS, credential: undefined, token: token(access, life) },
    { operation: 'listScenes', at: at + 10, credential: access, ...use },
  ]
}

function rounds(count: number, every = 1000, more: Parameters<typeof round>[2] = {}): Told[] {
  return Array.from({ length: count }, (_, nth) => round(nth, every, more)).flat()
}

/* token-churn */

function churn(told: readonly Told[]) {
  return breachesOf(tokenChurn, SCENES, told)
}

test('a token for each request, five times thrown away, is a breach', () => {
  expect(churn(rounds(6))).toEqual([
    {
      message:
        'token gave 5 access tokens that served one request or none, and were replaced before half of their life was over.',
      operation: 'token',
      exchanges: [1, 3, 5, 7, 9],
    },
  ])
})

const form = (text: string): Partial<Told> => ({ body: encodeText(text) })

test.each<[string, readonly Told[]]>([
  ['four tokens that are thrown away', rounds(5)],
  [
    'one token for all requests',
    [
      ...rounds(1),
      ...rounds(9)
        .filter(({ token: issued }) => !issued)
        .map((use) => ({ ...use, at: use.at + 20, credential: 'at_0' })),
    ],
  ],
  [
    'tokens that serve two requests each',
    rounds(9).flatMap((one) => (one.token ? [one] : [one, { ...one, at: one.at + 10 }])),
  ],
  ['tokens that are renewed after half of their life', rounds(9, 0.55 * HOUR)],
  ['tokens of a vendor whose tokens live for five minutes', rounds(9, 1000, { life: 5 * 60_000 })],
  ['tokens that the vendor refuses with 401', rounds(9, 1000, { use: { status: 401 } })],
  ['tokens that lack a scope', rounds(9, 1000, { use: { status: 403 } })],
  ['tokens that nobody can say to be good', rounds(9, 1000, { use: { status: 503 } })],
  [
    'tokens that users have approved',
    rounds(9).map((one) => (one.token ? { ...one, ...form('grant_type=authorization_code&code=co_1') } : one)),
  ],
  ['tokens of requests whose body is gone', rounds(9).map((one) => ({ ...one, body: undefined }))],
  [
    'tokens for different scopes',
    rounds(9).map((one) => (one.token ? { ...one, token: token(one.token.access, HOUR, `scope:${one.at}`) } : one)),
  ],
  [
    'answers with tokens that never arrived',
    rounds(9).map((one) => (one.token ? { ...one, fault: 'connection-reset', status: undefined } : one)),
  ],
  [
    'tokens that workers get at the same time',
    Array.from({ length: 9 }, (_, nth) => round(nth, 0))
      .flat()
      .toSorted((one, other) => one.at - other.at),
  ],
])('%s are none', (_, told) => {
  expect(churn(told)).toEqual([])
})

test('a client that gives its token back before it gets the next one is done with it', () => {
  const told = rounds(9).flatMap((one) => (one.token ? [one] : [one, { operation: 'revoke', at: one.at + 20 }]))
  expect(churn(told)).toEqual([])
  const kept = told.filter(({ operation }) => operation !== 'revoke')
  expect(churn(kept)).toHaveLength(1)
})

/* refresh-race, refresh-replay */

const REFRESH: Told = { operation: 'token', at: 0, took: 100, token: token('at_1'), credential: undefined }

function again(at: number, cause: 'raced' | 'replayed', more: Partial<Told> = {}): Told {
  const refused = { limit: undefined, shortfall: undefined, cause, reads: [] }
  return { operation: 'token', at, credential: undefined, status: 400, refused, ...more }
}

test('a refresh token that two requests use at the same time is a race', () => {
  const told = [REFRESH, again(50, 'raced')]
  expect(breachesOf(refreshRace, SCENES, told)).toEqual([
    {
      message: 'token used a refresh token while another request with the same one was under way.',
      operation: 'token',
      exchanges: [1, 2],
    },
  ])
  expect(breachesOf(refreshReplay, SCENES, told)).toEqual([])
})

test.each(['raced', 'replayed'] as const)(
  'one that comes again after new ones were there is a replay (%s)',
  (cause) => {
    const told = [REFRESH, again(200, cause)]
    expect(breachesOf(refreshReplay, SCENES, told)).toEqual([
      {
        message: 'token used a refresh token again after the answer to its first use had given new tokens.',
        operation: 'token',
        exchanges: [1, 2],
      },
    ])
    expect(breachesOf(refreshRace, SCENES, told)).toEqual([])
  },
)

test.each<[string, readonly Told[]]>([
  ['was lost on its way', [{ ...REFRESH, fault: 'connection-reset', status: undefined }, again(200, 'raced')]],
  ['came after the client had given up', [{ ...REFRESH, aborted: true }, again(50, 'raced')]],
  ['was replaced by an error', [{ ...REFRESH, status: 502 }, again(200, 'replayed')]],
  ['the journal has dropped', [again(200, 'replayed')]],
  ['belongs to another refresh token', [{ ...REFRESH, identity: 'another' }, again(200, 'replayed')]],
])('a client whose answer %s has only the old token left', (_, told) => {
  expect(breachesOf(refreshReplay, SCENES, told)).toEqual([])
  expect(breachesOf(refreshRace, SCENES, told)).toEqual([])
})

test('a refresh that fails for another reason is neither', () => {
  const refused = { limit: undefined, shortfall: undefined, cause: 'expired' as const, reads: [] }
  const told = [REFRESH, again(200, 'raced', { refused })]
  expect(breachesOf(refreshReplay, SCENES, told)).toEqual([])
  expect(breachesOf(refreshRace, SCENES, told)).toEqual([])
})

/* End to end */

function codes(mock: Mock): readonly (readonly [code: string, severity: string])[] {
  return mock.findings({ final: true }).map(({ code, severity }) => [code, severity] as const)
}

const SCOPED = { scope: 'scenes:read offline_access' }

test('a client that refreshes twice at once, and one that uses an old token, are found', async () => {
  const race = scenes()
  const first = await race.walk(SCOPED)
  await Promise.all([race.refresh(first), race.refresh(first)])
  expect(codes(race.mock)).toEqual([['refresh-race', 'warning']])

  const replay = scenes()
  const old = await replay.walk(SCOPED)
  await replay.refresh(old)
  await replay.mock.clock.advance('1m')
  await replay.refresh(old)
  expect(codes(replay.mock)).toEqual([['refresh-replay', 'warning']])
})

test('a client that refreshes with the newest token has no findings, and so one whose answer was lost', async () => {
  const { mock, walk, refresh, list } = scenes()
  const first = await walk(SCOPED)
  const second = await refresh(first)
  expect((await list(await refresh(second))).status).toBe(200)
  expect(codes(mock)).toEqual([])

  const lost = scenes()
  const given = await lost.walk(SCOPED)
  lost.mock.play([], {
    rules: [{ when: { operation: 'token', call: 1 }, then: { fault: 'connection-reset', at: 'reply' } }],
  })
  await lost.refresh(given).catch(() => undefined)
  await lost.refresh(given)
  expect(codes(lost.mock)).toEqual([])
})

test('a client that gets a token for each request is found, as information where the vendor says nothing', async () => {
  const { mock, post, list } = scenes()
  const ask: Form = {
    grant_type: 'client_credentials',
    client_id: 'server',
    client_secret: 's3cret',
    scope: 'scenes:read',
  }
  for (let call = 1; call <= 6; call++) expect((await list(await post('token', ask))).status).toBe(200)
  expect(codes(mock)).toEqual([['token-churn', 'info']])
})

test('a client whose tokens serve two requests each has no findings', async () => {
  const { mock, post, list } = scenes()
  for (let call = 1; call <= 6; call++) {
    const tokens = await post('token', {
      grant_type: 'client_credentials',
      client_id: 'server',
      client_secret: 's3cret',
      scope: 'scenes:read',
    })
    await list(tokens)
    await list(tokens)
  }
  expect(codes(mock)).toEqual([])
})
