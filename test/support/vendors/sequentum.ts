import type { MockOptions } from 'sparring'
import { type Answer, frozenMock, read } from '../mock/mock.ts'

export const SEQUENTUM = 'https://dashboard.sequentum.com'
export const SEQUENTUM_KEY = 'sk-harbourline'

/** An agent that has run before, and one of its runs that have ended. */
export const AGENT = '/api/v1/agent/4701'
export const ENDED = `${AGENT}/run/900103`

/** A run as answers show it. */
export interface Run {
  readonly id: number
  readonly status: number
  readonly [other: string]: unknown
}

/** A request with a key; a body that is no text is sent as JSON. */
export function sequentumRequest(
  method: string,
  path: string,
  options: { key?: string; body?: unknown; signal?: AbortSignal } = {},
): Request {
  const { key = `ApiKey ${SEQUENTUM_KEY}`, body, signal } = options
  return new Request(`${SEQUENTUM}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(key !== '' && { authorization: key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  })
}

/** A mock of Sequentum on a clock that stands still, and calls to it. */
export function sequentumCaller(options: Partial<MockOptions> & { readonly key?: string } = {}) {
  const { key, ...rest } = options
  const mock = frozenMock({ vendors: ['sequentum'], ...rest })
  const call = async (method: string, path: string, body?: unknown): Promise<Answer & { readonly body: never }> =>
    (await read(
      mock.fetch(
        sequentumRequest(method, path, { ...(body !== undefined && { body }), ...(key !== undefined && { key }) }),
      ),
    )) as Answer & { readonly body: never }
  const start = async (agent = AGENT, body: unknown = {}): Promise<Run> =>
    (await call('POST', `${agent}/start`, body)).body as Run
  const status = async (run: Run, agent = AGENT): Promise<Run> =>
    (await call('GET', `${agent}/run/${run.id}/status`)).body as Run
  return { mock, call, start, status }
}

/** What a problem says. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly errorCode?: string
}
