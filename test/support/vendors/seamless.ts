import type { Mock, MockOptions, ScenarioChanges } from 'sparring'
import { type Answer, frozenMock, read } from '../mock/mock.ts'

export const SEAMLESS = 'https://api.seamless.ai/api/client/v1'
export const SEAMLESS_KEY = 'harbourline'

export type Row = Readonly<Record<string, unknown>> & { readonly searchResultId: string; readonly name: string }

export interface Page {
  readonly data: readonly Row[]
  readonly supplementalData: {
    readonly isMore: boolean
    readonly total: number
    readonly perPage: number
    readonly nextToken: string | null
  }
}

export interface Result {
  readonly requestId: string
  readonly status: string
  readonly searchResultId?: string
  readonly message?: string
  readonly contact?: Readonly<Record<string, unknown>>
  readonly company?: Readonly<Record<string, unknown>>
  readonly additionalData?: Readonly<Record<string, unknown>>
}

type Kind = 'contacts' | 'companies'

/** The least client there can be: it sends, and says what came back. */
export interface SeamlessClient {
  readonly send: (
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Readonly<Record<string, string>> },
  ) => Promise<Answer>
  readonly search: (filters?: object, kind?: Kind) => Promise<Answer>
  readonly page: (filters?: object, kind?: Kind) => Promise<Page>
  readonly research: (body: object, kind?: Kind) => Promise<Answer>
  /** Submits, and gives the ids. */
  readonly start: (body: object, kind?: Kind) => Promise<readonly string[]>
  readonly poll: (ids: readonly string[], kind?: Kind) => Promise<Answer>
  readonly results: (ids: readonly string[], kind?: Kind) => Promise<readonly Result[]>
  readonly statuses: (ids: readonly string[], kind?: Kind) => Promise<readonly string[]>
  readonly organisation: (kind?: Kind, query?: string) => Promise<Answer>
  readonly listed: (kind?: Kind, query?: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>
}

/** A contact of the directory, by its number. */
export function contact(number: number): string {
  return `708dbb34-0000-3000-8000-${String(number).padStart(12, '0')}`
}

export function company(number: number): string {
  return `cmp_sr_01J8YQ4FXZ${String(number).padStart(16, '0')}`
}

/** Contacts to be researched, by their numbers. */
export function contacts(...numbers: readonly number[]): { readonly searchResultIds: readonly string[] } {
  return { searchResultIds: numbers.map(contact) }
}

export const YEAR = 'startDate=2026-01-01T00:00:00Z&endDate=2026-12-31T23:59:59Z'

export function seamlessClient(
  fetch: (request: Request) => Promise<Response>,
  credential: Readonly<Record<string, string>> = { Token: SEAMLESS_KEY },
): SeamlessClient {
  const send: SeamlessClient['send'] = (method, path, { body, headers } = {}) =>
    read(
      fetch(
        new Request(`${SEAMLESS}${path}`, {
          method,
          headers: { ...credential, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
          ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      ),
    )
  const expected = async (answer: Promise<Answer>, status: number): Promise<unknown> => {
    const { status: had, body } = await answer
    if (had !== status) throw new Error(`It gave ${had}: ${JSON.stringify(body)}`)
    return body
  }
  const client: SeamlessClient = {
    send,
    search: (filters = {}, kind = 'contacts') => send('POST', `/search/${kind}`, { body: filters }),
    page: async (filters, kind) => (await expected(client.search(filters, kind), 200)) as Page,
    research: (body, kind = 'contacts') => send('POST', `/${kind}/research`, { body }),
    start: async (body, kind) =>
      ((await expected(client.research(body, kind), 202)) as { requestIds: string[] }).requestIds,
    poll: (ids, kind = 'contacts') => send('GET', `/${kind}/research/poll?requestIds=${ids.join(',')}`),
    results: async (ids, kind) => ((await expected(client.poll(ids, kind), 200)) as { data: Result[] }).data,
    statuses: async (ids, kind) => (await client.results(ids, kind)).map(({ status }) => status),
    organisation: (kind = 'contacts', query = YEAR) => send('GET', `/${kind}?${query}`),
    listed: async (kind, query) => ((await expected(client.organisation(kind, query), 200)) as { data: Row[] }).data,
  }
  return client
}

/** A frozen mock of Seamless, and its client. */
export function seamlessMock(
  options: Partial<MockOptions> = {},
  changes?: ScenarioChanges<'seamless'>,
): { readonly mock: Mock; readonly seamless: SeamlessClient } {
  const mock = frozenMock({ vendors: ['seamless'], ...options } as MockOptions)
  if (changes) mock.play('seamless/happy-path', changes)
  return { mock, seamless: seamlessClient(mock.fetch) }
}
