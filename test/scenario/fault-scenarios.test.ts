import type { Mock } from 'sparring'
import { expect, test } from 'vitest'
import { type Answer, frozenMock, read } from '../support/mock/mock.ts'
import { BATCH, readEntity, sealRequest } from '../support/vendors/seal.ts'
import { seekClient } from '../support/vendors/seek.ts'

const SCENARIOS = [
  ['connection-reset', 'connection-reset'],
  ['empty-response', 'empty-response'],
  ['garbage', 'random-data-then-close'],
  ['hang', 'hang'],
  ['truncated-answer', 'truncate'],
  ['malformed-chunk', 'malformed-response-chunk'],
  ['wrong-content-length', 'wrong-content-length'],
  ['slow-body', 'slow-body'],
  ['lost-answer', 'connection-reset'],
] as const

test.each(SCENARIOS.flatMap(([name, fault]) => [['seek', name, fault] as const, ['seal', name, fault] as const]))(
  'a client of %s meets %s once or twice, and gets through',
  async (vendor, name, fault) => {
    const mock = frozenMock({ vendors: [vendor], scenario: `${vendor}/${name}` })
    const seek = seekClient(mock.fetch)
    const calls =
      vendor === 'seek'
        ? [() => seek.submit(), () => seek.send('GET', `/jobs/${jobOf(mock)}`), () => seek.send('GET', '/workers')]
        : [change(), readEntity(), search()].map((request) => () => read(mock.fetch(request.clone())))
    for (const call of calls) {
      for (let attempt = 0; attempt < 3; attempt++) await patiently(mock, call)
      expect((await patiently(mock, call))!.status).toBeLessThan(300)
    }
    // What hangs is not yet written down; it is held.
    const hanging = mock.held().map(({ reason }) => reason)
    const faults = [...mock.journal.exchanges().flatMap((exchange) => exchange.fault ?? []), ...hanging]
    expect(faults).toHaveLength(name === 'slow-body' ? 4 : /reset|empty|wrong/.test(name) ? 2 : 1)
    expect(new Set(faults)).toEqual(new Set([fault]))
  },
)

/** Calls, and gives up when nothing comes within a minute. */
async function patiently(mock: Mock, call: () => Promise<Answer>): Promise<Answer | undefined> {
  const endless = (): number => mock.held().filter(({ until }) => until === Number.POSITIVE_INFINITY).length
  const before = endless()
  const answer = call().catch(() => undefined)
  await mock.settled()
  if (endless() > before) return undefined
  await mock.clock.advance('1m')
  return answer
}

function jobOf(mock: Mock): string {
  return mock.journal.exchanges({ operation: 'submitJob' }).findLast(({ job }) => job !== undefined)!.job!
}

function change(): Request {
  return sealRequest('PATCH', `/entities/${BATCH}/fields/Grade`, { body: { value: ['Technical'] } })
}

function search(): Request {
  return sealRequest('GET', '/entities/search?titleContains=a')
}
