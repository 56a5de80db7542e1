import type { MockServer } from 'sparring'
import type { Job } from '../vendors/seek.ts'
import { JSON_TYPE } from './server.ts'

/** A session as the control API shows it when it is opened. */
export interface OpenedSession {
  readonly id: string
  readonly expires: string
  readonly vendors: Readonly<
    Record<'seek', { readonly url: string; readonly key: string; readonly webhookSecret: string }>
  >
}

/** A client of one session, which has its own URL, or the URL of all and its own key. */
export function clientOf(server: MockServer, opened: OpenedSession, byKey: boolean) {
  const base = byKey ? `${server.url}/seek/v1` : `${opened.vendors.seek.url}/v1`
  const headers = { 'x-api-key': opened.vendors.seek.key }
  return {
    submit: async (name: string): Promise<number> => {
      const body = JSON.stringify({ profile_url: `https://linkedin.com/in/${name}` })
      const url = `${base}/workers/linkedin-profile/jobs`
      return (await fetch(url, { method: 'POST', headers: { ...headers, ...JSON_TYPE }, body })).status
    },
    jobs: async (): Promise<readonly Job[]> => {
      const answer = await fetch(`${base}/jobs`, { headers })
      return answer.status === 200 ? ((await answer.json()) as { jobs: Job[] }).jobs : []
    },
  }
}
