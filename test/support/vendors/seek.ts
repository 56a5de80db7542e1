import type { Mock, ScenarioChanges } from 'sparring'
import { type Answer, frozenMock, read } from '../mock/mock.ts'

export const SEEK = 'https://api.seek-api.com/v1'
export const SEEK_KEY = 'sk_live_harbourline'

export interface Job {
  readonly job_uuid: string
  readonly status: string
  readonly worker: string
  readonly cost_credits: number | null
  readonly duration_ms: number | null
  readonly created_at: string
  readonly completed_at: string | null
  readonly result: unknown
  readonly error: { readonly code: string; readonly message: string } | null
}

export interface Credits {
  readonly balance: number | null
  readonly monthly_allowance: number | null
  readonly reset_at: string | null
  readonly history: ReadonlyArray<{ readonly job_uuid: string; readonly credits: number; readonly status: string }>
}

/** The least client there can be: it sends, and says what came back. */
export interface SeekClient {
  readonly send: (
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Readonly<Record<string, string>> },
  ) => Promise<Answer>
  readonly me: () => Promise<Answer>
  readonly credits: () => Promise<Credits>
  /** Submits a job of five credits, unless told otherwise. */
  readonly submit: (body?: unknown, worker?: string) => Promise<Answer>
  /** Submits, and gives the id. */
  readonly start: (body?: unknown, worker?: string) => Promise<string>
  readonly job: (id: string) => Promise<Job>
  readonly jobs: () => Promise<readonly Job[]>
  readonly cancel: (id: string) => Promise<Answer>
}

export const PROFILE = { profile_url: 'https://linkedin.com/in/example' }

export function seekClient(fetch: (request: Request) => Promise<Response>, key: string = SEEK_KEY): SeekClient {
  const send: SeekClient['send'] = (method, path, { body, headers } = {}) =>
    read(
      fetch(
        new Request(`${SEEK}${path}`, {
          method,
          headers: { 'x-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
          ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      ),
    )
  const get = async (path: string): Promise<unknown> => {
    const answer = await send('GET', path)
    if (answer.status !== 200) throw new Error(`GET ${path} gave ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const submit: SeekClient['submit'] = (body = PROFILE, worker = 'linkedin-profile') =>
    send('POST', `/workers/${worker}/jobs`, { body })
  return {
    send,
    me: () => send('GET', '/me'),
    credits: async () => (await get('/me/credits')) as Credits,
    submit,
    start: async (body, worker) => {
      const answer = await submit(body, worker)
      if (answer.status !== 202) throw new Error(`The submission gave ${answer.status}: ${JSON.stringify(answer.body)}`)
      return (answer.body as Job).job_uuid
    },
    job: async (id) => (await get(`/jobs/${id}`)) as Job,
    jobs: async () => ((await get('/jobs')) as { jobs: Job[] }).jobs,
    cancel: (id) => send('DELETE', `/jobs/${id}`),
  }
}

/** A mock of Seek without limits that plays these rules, and its client. */
export function seekWith(
  rules: readonly unknown[],
  more: ScenarioChanges<'seek'> = {},
): { mock: Mock; seek: SeekClient } {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } }, rules: rules as never, ...more })
  return { mock, seek: seekClient(mock.fetch) }
}
