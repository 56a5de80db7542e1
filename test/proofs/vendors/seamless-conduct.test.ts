import { company, contact, SEAMLESS, SEAMLESS_KEY, YEAR } from '../../support/vendors/seamless.ts'
import { testConduct } from '../../support/verdict/conduct-cases.ts'
import { type JourneyClient, journeyClient, QUITTER, STUBBORN } from '../../support/verdict/journey-client.ts'
import type { Reply } from '../../support/verdict/wire.ts'

const APP = {
  client_id: 'app_harbourline',
  client_secret: 'secret_harbourline',
  redirect_uri: 'https://client.example/callback',
}
const RUNNING = new Set(['queued', 'researching', 'verifying'])

/** Searches, has contacts and a company researched, polls them together, and reads what the organisation has. */
async function work(client: JourneyClient): Promise<void> {
  const { call, manners } = client
  const isOver = ({ status }: Reply): boolean =>
    !manners.repeats && (status === 401 || status === 403 || status === 422)
  const page = await call('POST', `${SEAMLESS}/search/contacts`, { body: { jobTitle: ['CEO'] } })
  if (isOver(page)) return
  const { supplementalData } = (page.body ?? {}) as { supplementalData?: { isMore: boolean; nextToken?: string } }
  if (supplementalData?.nextToken) {
    await call('POST', `${SEAMLESS}/search/contacts`, { body: { nextToken: supplementalData.nextToken } })
  }
  let credits = Number(page.headers.get('x-publicapi-credits') ?? 1)
  for (const [kind, ids] of [
    ['contacts', [contact(1), contact(2)]],
    ['companies', [company(1)]],
    ['contacts', [contact(3)]],
  ] as const) {
    const affordable = manners.looksAhead ? ids.slice(0, credits) : ids
    if (affordable.length === 0) continue
    const started = await call('POST', `${SEAMLESS}/${kind}/research`, { body: { searchResultIds: affordable } })
    credits = Number(started.headers.get('x-publicapi-credits') ?? 1)
    if (isOver(started)) break
    const { requestIds } = (started.body ?? {}) as { requestIds?: readonly string[] }
    if (requestIds) await client.poll(() => polled(client, kind, requestIds))
  }
  if (manners.attempts > 1) await call('GET', `${SEAMLESS}/contacts?${YEAR}`)
}

/** The answer of a poll in which nothing is under way any more, or which is refused for good. */
async function polled({ call }: JourneyClient, kind: string, ids: readonly string[]): Promise<Reply | undefined> {
  const answer = await call('GET', `${SEAMLESS}/${kind}/research/poll?requestIds=${ids.join(',')}`)
  const { data } = (answer.body ?? {}) as { data?: ReadonlyArray<{ readonly status: string }> }
  if (!data) return answer.status >= 400 && answer.status < 429 ? answer : undefined
  return data.some(({ status }) => RUNNING.has(status)) ? undefined : answer
}

/** Lets an application in, and renews its token when it has ended. */
async function workWithTokens(client: JourneyClient): Promise<void> {
  const { call, manners, sleep } = client
  const token = async (grant: object): Promise<{ access_token: string; refresh_token: string } | undefined> => {
    const { status, body } = await call('POST', `${SEAMLESS}/oauth/accessToken`, { body: { ...APP, ...grant } })
    return status === 200 ? (body as never) : undefined
  }
  const page = await call(
    'GET',
    `https://login.seamless.ai/oauth/authorize?client_id=${APP.client_id}&redirect_uri=${encodeURIComponent(APP.redirect_uri)}`,
    { headers: { Token: '' } },
  )
  const code = page.headers.get('location')?.match(/code=([^&]+)/)?.[1]
  if (code === undefined) return
  await sleep(5000)
  let tokens = await token({ grant_type: 'authorization_code', code })
  for (let round = 0; tokens && round < 3; round++) {
    await call('POST', `${SEAMLESS}/search/contacts`, {
      body: {},
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    })
    await sleep(manners.repeats ? 70_000 : 50_000)
    if (!manners.repeats) tokens = await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  }
}

testConduct(
  'seamless',
  async (mock, manners, scenario) => {
    const { webhookSecret } = mock.credentials('seamless')
    mock.webhooks.to(({ headers }) => {
      const isGood = headers.get('x-seamless-webhook-secret') === webhookSecret
      if (manners === STUBBORN) return new Response(null, { status: 200 })
      return new Response(null, { status: isGood && manners !== QUITTER ? 200 : 401 })
    })
    await work(journeyClient(mock, manners, { Token: SEAMLESS_KEY }))
    if (/\/(?:token|code|user)-/.test(scenario)) await workWithTokens(journeyClient(mock, manners, {}))
    await mock.clock.advance('10m')
  },
  [
    // No limit is met here.
    'seamless/clock-skew',
    // Nobody has to repeat a POST that may have been done.
    'seamless/connection-reset',
    'seamless/empty-response',
    'seamless/garbage',
    'seamless/gateway-html',
    'seamless/outage',
    // A hundred and twenty requests a minute are more than these send.
    'seamless/rate-raised',
    // A thousand pages are more than these read.
    'seamless/search-pages-forever',
  ],
)
