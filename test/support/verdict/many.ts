import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import type { Evidence } from '../../../mocks/verdict/judge.ts'

/** What makes an exchange a refusal for its rate. */
export const REFUSED = {
  status: 429,
  answerHeaders: [['Retry-After', '9']],
  refusal: 'TooManyRequests#rate',
} as const

const KEYS = ['sk_live_one', 'sk_live_two', 'sk_live_three', 'sk_live_four']
const BASE = 'https://api.seek-api.com/v1'

/** Exchanges that are had in truth; the rest of many are the same again, later. */
const TRUE = 4000

/** What a busy session has to show: submissions, polls, reads, and one request in ten that is refused. */
export async function manyExchanges(count: number): Promise<Evidence> {
  const { mock, sessions } = assemble({ vendors: ['seek'], clock: { frozen: true } })
  mock.play('seek/happy-path', {
    accounts: { default: { plan: 'enterprise' } },
    limits: { requests: { capacity: 1_000_000 } },
  } as never)
  let jobs: string[] = []
  for (let sent = 0; sent < TRUE; sent++) {
    const key = KEYS[sent % KEYS.length]!
    const headers = { 'x-api-key': key }
    const turn = sent % 10
    if (turn === 0) {
      const answer = await mock.fetch(`${BASE}/workers/linkedin-profile/jobs`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ profile_url: `https://www.linkedin.com/in/person${sent}` }),
      })
      const { job_uuid } = (await answer.json()) as { job_uuid: string }
      jobs = [...jobs, job_uuid].slice(-5)
    } else if (turn === 9) await mock.fetch(`${BASE}/workers/nobody-${sent % 50}`, { headers })
    else if (turn === 8) await mock.fetch(`${BASE}/me`, { headers })
    else if (turn === 7) await mock.fetch(`${BASE}/workers?limit=${sent % 50}`, { headers })
    else await mock.fetch(`${BASE}/jobs/${jobs[turn % jobs.length]}`, { headers })
    if (turn === 5) await mock.clock.advance('300ms')
  }
  const session = [...sessions.all.values()][0]!
  const had = session.journal.facts()
  const [first, last] = [had[0]!, had.at(-1)!]
  const span = { clock: last.start.clock - first.start.clock + 1000, host: last.start.host - first.start.host + 1000 }
  const exchanges = Array.from({ length: count }, (_, index) => {
    const one = had[index % had.length]!
    const round = Math.floor(index / had.length)
    const later = ({ clock, host }: typeof one.start) => ({
      clock: clock + round * span.clock,
      host: host + round * span.host,
    })
    return {
      ...one,
      number: index + 1,
      start: later(one.start),
      end: one.end && later(one.end),
      delivered: one.delivered === undefined ? undefined : one.delivered + round * span.host,
    }
  })
  mock.close()
  return { session: 'default', exchanges, deliveries: [], breaches: [], isOver: true, settings: new Map() }
}
