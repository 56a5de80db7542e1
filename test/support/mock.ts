import { setupServer } from 'msw/node'
import { createMock, type Mock, type MockOptions } from 'sparring'
import { onTestFinished } from 'vitest'

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

export const ENTRY_POINTS: readonly EntryPoint[] = [
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

/** Where the frozen clocks of tests stand. */
export const NOW = Date.parse('2026-03-16T10:00:00Z')

/** A mock whose clock stands still and whose answers are checked, until the test ends. */
export function frozenMock(options: MockOptions): Mock {
  const mock = createMock({ clock: { at: NOW, frozen: true }, checkReplies: true, ...options })
  onTestFinished(() => mock[Symbol.dispose]())
  return mock
}

/** Opens a way into a mock, until the test ends. */
export async function openEntry(entry: EntryPoint, mock: Mock): Promise<Opened['fetch']> {
  const opened = await entry.open(mock)
  onTestFinished(opened.close)
  return opened.fetch
}

/** An answer read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export async function read(answer: Response | Promise<Response>): Promise<Answer> {
  const response = await answer
  const text = await response.text()
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: isJson ? (JSON.parse(text) as unknown) : text,
  }
}
