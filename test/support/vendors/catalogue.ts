import type { Mock } from 'sparring'
import { type Answer, frozenMock, read } from '../mock/mock.ts'
import { BATCH, readEntity, sealRequest } from './seal.ts'
import { type SeekClient, seekClient } from './seek.ts'

/** What the script of a scenario works with. */
export interface Stage {
  readonly mock: Mock
  readonly seek: SeekClient
  readonly seal: SealClient
}

/** The least client there can be; a fault is `undefined`. */
export interface SealClient {
  readonly read: () => Promise<Answer>
  readonly write: (value: unknown) => Promise<Answer>
  /** The value of the field that `write` writes. */
  readonly value: () => Promise<unknown>
  readonly search: () => Promise<Answer>
  readonly send: (method: string, path: string, body?: unknown) => Promise<Answer>
}

/** A mock that plays one scenario on a clock that stands still, and clients of both vendors. */
export function stage(scenario: string): Stage {
  const mock = frozenMock({ vendors: [scenario.split('/')[0]!], scenario })
  const send: SealClient['send'] = (method, path, body) =>
    read(mock.fetch(sealRequest(method, path, body === undefined ? {} : { body })))
  const client: SealClient = {
    send,
    read: () => read(mock.fetch(readEntity())),
    write: (value) => send('PATCH', `/entities/${BATCH}/fields/${encodeURIComponent('Yield %')}`, { value }),
    value: async () => {
      const { body } = await client.read()
      return (body as { fields: Record<string, { value: unknown }> }).fields['Yield %']?.value
    },
    search: () => send('GET', '/entities/search?titleContains=%2342'),
  }
  return { mock, seek: seekClient(mock.fetch), seal: client }
}

/** The statuses of calls that are made one after the other; `fault` where there is no answer. */
export async function statuses(times: number, call: () => Promise<Answer>): Promise<Array<number | 'fault'>> {
  const found: Array<number | 'fault'> = []
  for (let count = 0; count < times; count++) {
    try {
      found.push((await call()).status)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      found.push('fault')
    }
  }
  return found
}

/** An answer that the clock holds back, and for how long it does, in ms. */
export async function held(
  mock: Mock,
  call: () => Promise<Answer>,
): Promise<{ readonly status: number; readonly ms: number }> {
  const start = mock.clock.now()
  let isDone = false
  const pending = call().finally(() => (isDone = true))
  while (!isDone) {
    await Promise.race([pending, new Promise((resolve) => setTimeout(resolve, 1))])
    const until = Math.min(...mock.held().map((waiting) => waiting.until))
    if (!isDone && until !== Infinity) await mock.clock.advance(Math.max(0, until - mock.clock.now()))
  }
  return { status: (await pending).status, ms: mock.clock.now() - start }
}
