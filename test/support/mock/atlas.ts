import { readFileSync } from 'node:fs'
import type { Mock, MockOptions } from 'sparring'
import { expect } from 'vitest'
import { type Answer, frozenMock, read } from './mock.ts'
import { testFolder } from './spec.ts'

export const ATLAS = 'test/fixtures/streams/atlas.yaml'
const API = 'https://api.atlas.example'

/** A client of the small vendor that runs agents: its events are streamed, and polled for. */
export interface AtlasClient {
  readonly mock: Mock
  readonly request: (method: string, path: string, body?: object, init?: RequestInit) => Request
  readonly send: (method: string, path: string, body?: object, init?: RequestInit) => Promise<Answer>
  /** Starts a run and gives its id. */
  readonly start: () => Promise<string>
  /** The indices and types of the events after the cursor. */
  readonly poll: (run: string, after?: number) => Promise<ReadonlyArray<readonly [index: number, type: string]>>
}

/** The document of the vendor with one text in place of another. */
export function changedAtlas(...changes: ReadonlyArray<readonly [before: string, after: string]>): string {
  let text = readFileSync(ATLAS, 'utf8')
  for (const [before, after] of changes) {
    expect(text).toContain(before)
    text = text.replace(before, after)
  }
  return `${testFolder({ 'atlas.yaml': text })}/atlas.yaml`
}

interface Events {
  readonly events: ReadonlyArray<{ readonly eventIndex: number; readonly type: string }>
}

export function atlas(options: Partial<MockOptions> = {}, key = 'atlas_any'): AtlasClient {
  const mock = frozenMock({ vendors: [ATLAS], ...options })
  const request: AtlasClient['request'] = (method, path, body, init) =>
    new Request(API + path, {
      method,
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      ...init,
    })
  const send: AtlasClient['send'] = (...about) => read(mock.fetch(request(...about)))
  return {
    mock,
    request,
    send,
    start: async () => ((await send('POST', '/runs', { question: 'Why?' })).body as { run_id: string }).run_id,
    poll: async (run, after) => {
      const { body } = await send('GET', `/runs/${run}/events${after === undefined ? '' : `?lastEventIndex=${after}`}`)
      return (body as Events).events.map(({ eventIndex, type }) => [eventIndex, type] as const)
    },
  }
}
