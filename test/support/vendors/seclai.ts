import type { Mock, MockOptions } from 'sparring'
import { frozenMock } from '../mock/mock.ts'

/** What an answer was, its body read as JSON where it is some. */
export interface Said {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Said>

/** A frozen mock of Seclai, with a plan that lets many requests pass, and a way to call it. */
export function seclai(options: Partial<MockOptions> = {}): { readonly mock: Mock; readonly call: Call } {
  const mock = frozenMock({ vendors: ['seclai'], ...options })
  if (options.scenario === undefined)
    mock.play('seclai/happy-path', { accounts: { default: { plan: 'scale' } }, limits: { ip: { limit: null } } })
  const call: Call = async (method, path, body, headers = {}) => {
    const isForm = body instanceof FormData
    const response = await mock.fetch(`https://api.seclai.com${path}`, {
      method,
      headers: {
        ...(headers['authorization'] === undefined && { 'x-api-key': 'sk-test' }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text }
  }
  return { mock, call }
}

/** The nth id of a kind, as the spec writes them. */
export function uuid(kind: string, nth: number): string {
  return `${kind}000000-0000-4000-8000-${String(nth).padStart(12, '0')}`
}
