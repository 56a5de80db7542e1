import { setupServer } from 'msw/node'
import type { Mock, MockOptions } from 'sparring'
import { onTestFinished } from 'vitest'
import { assemble, type Assembled } from '../../../mocks/connect/mock/create-mock.ts'
import { serveMock } from '../../../mocks/connect/server/start-server.ts'

/** One way into a mock: the same cases are run over each of them. */
export interface EntryPoint {
  readonly name: string
  readonly open: (mock: Mock) => Promise<Opened>
}

export interface Opened {
  /** Takes a request for the vendor's own URL. */
  readonly fetch: (request: Request) => Promise<Response>
  readonly close: () => Promise<void>
}

const assemblies = new WeakMap<Mock, Assembled>()

export const ENTRY_POINTS: readonly EntryPoint[] = [
  {
    name: 'a socket',
    open: async (mock) => {
      const server = await serveMock(assemblies.get(mock)!, { port: 0 })
      return {
        fetch: (request) => fetch(keep(new Request(toServer(request.url, server.url), request))),
        close: server.close,
      }
    },
  },
  {
    name: 'mock.fetch',
    open: async (mock) => ({ fetch: (request) => mock.fetch(request), close: async () => {} }),
  },
  {
    name: 'MSW and global fetch',
    open: async (mock) => {
      const server = setupServer(...mock.handlers)
      server.listen({ onUnhandledFrame: 'error' })
      return { fetch: (request) => fetch(request), close: async () => server.close() }
    },
  },
]

/** The ways in by which each sentence of a vendor's document is checked: the proofs take all, and `npm test` one. */
export const SEED_ENTRIES = ENTRY_POINTS.filter(
  ({ name }) => process.env['EVERY_ENTRY'] === '1' || name === 'mock.fetch',
)

/** What is behind a frozen mock. */
export function assembledOf(mock: Mock): Assembled {
  return assemblies.get(mock)!
}

/** Where the frozen clocks of tests stand. */
export const NOW = Date.parse('2026-03-16T10:00:00Z')

/** A mock whose clock stands still and whose answers are checked, until the test ends. */
export function frozenMock(options: MockOptions): Mock {
  const assembled = assemble({ clock: { at: NOW, frozen: true }, checkReplies: true, ...options })
  const { mock } = assembled
  assemblies.set(mock, assembled)
  onTestFinished(() => mock[Symbol.dispose]())
  return mock
}

/** The same request's URL at a server that stands in for all vendors. */
export function toServer(url: string, server: string): string {
  return url
    .replace('https://api.seek-api.com', `${server}/seek`)
    .replace('https://backend.seal.run', `${server}/seal`)
    .replace('https://dashboard.sequentum.com', `${server}/sequentum`)
    .replace('https://api.seamless.ai', `${server}/seamless`)
    .replace('https://login.seamless.ai', `${server}/seamless/login`)
    .replace('https://api.seclai.com', `${server}/seclai`)
    .replace('https://auth.seclai.com', `${server}/seclai/auth`)
    .replace(/^https:\/\/api\.(\w+)\.example/, `${server}/$1`)
}

/** Opens a way into a mock, until the test ends. */
export async function openEntry(entry: EntryPoint, mock: Mock): Promise<Opened['fetch']> {
  const opened = await entry.open(mock)
  onTestFinished(opened.close)
  return (request) => opened.fetch(keep(request))
}

/** Requests in a row hear of an abort only while all of them are there: Node holds them weakly. */
function keep(request: Request): Request {
  kept.push(request)
  return request
}
const kept: Request[] = []

/** An answer read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What a connection adds to an answer, whatever the vendor says. */
const TRANSPORT = new Set(['connection', 'content-length', 'date', 'keep-alive'])

export async function read(answer: Response | Promise<Response>): Promise<Answer> {
  const response = await answer
  const text = await response.text()
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !TRANSPORT.has(name))),
    body: isJson ? (JSON.parse(text) as unknown) : text,
  }
}
