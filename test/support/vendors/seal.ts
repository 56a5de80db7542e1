import type { MockOptions } from 'sparring'
import { type Answer, frozenMock, read } from '../mock/mock.ts'

export const SEAL = 'https://backend.seal.run/api'
export const SEAL_KEY = 'seal_harbourline'

/** An entity with a field of every type. */
export const BATCH = '30000000-0000-4000-8000-000000000042'

/** A request with a key; a body that is no text is sent as JSON. */
export function sealRequest(
  method: string,
  path: string,
  options: { key?: string; body?: unknown; signal?: AbortSignal } = {},
): Request {
  const { key = SEAL_KEY, body, signal } = options
  return new Request(`${SEAL}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  })
}

/** Reads one entity; all that tests of the limits need. */
export function readEntity(options: { key?: string; signal?: AbortSignal } = {}): Request {
  return sealRequest('GET', `/entities/${BATCH}`, options)
}

/** The headers that speak of the limits, absent ones left out. */
export function rateHeaders(answer: Pick<Answer, 'headers'>): Record<string, string> {
  const names = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after']
  return Object.fromEntries(names.flatMap((name) => (name in answer.headers ? [[name, answer.headers[name]!]] : [])))
}

/** An entity with custom content. */
export const BOARD = '30000000-0000-4000-8000-000000000081'

/** An entity as answers show it, or the message of a refusal. */
export interface Entity {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly statusTag: unknown
  readonly version: string | null
  readonly previousVersion: string | null
  readonly fields: Readonly<Record<string, { readonly id: string; readonly type: string; readonly value: unknown }>>
  readonly message?: string
  readonly [other: string]: unknown
}

/** The path of a field of the batch. */
export function field(name: string, entity = BATCH): string {
  return `/entities/${entity}/fields/${encodeURIComponent(name)}`
}

/** A mock of Seal, and calls to it. */
export function sealCaller(options: Partial<MockOptions> & { readonly key?: string } = {}) {
  const { key, ...rest } = options
  const mock = frozenMock({ vendors: ['seal'], ...rest })
  const call = async (method: string, path: string, body?: unknown) => {
    const request = sealRequest(method, path, {
      ...(body !== undefined && { body }),
      ...(key !== undefined && { key }),
    })
    const answer = await read(mock.fetch(request))
    return { ...answer, body: answer.body as Entity }
  }
  return { mock, call }
}
