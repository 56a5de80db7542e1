import type { Session } from '../../../engine/session/session.ts'
import { formatDuration } from '../../../spec/values/duration.ts'
import { printableValue } from '../../../state/printable.ts'
import type { MockClock } from '../../mock/api/session-parts.ts'
import { badRequest } from '../problem.ts'
import { objectFields } from '../read.ts'
import { chosenSession, ok, type Route } from '../route.ts'

/** The clock, and the exchanges that wait for it. */
export const clockRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/clock',
    run: (host, call) => ok(describe(chosenSession(host, call).session)),
  },
  {
    method: 'POST',
    path: '/clock',
    run: async (host, call) => {
      const { session, api } = chosenSession(host, call)
      const entries = Object.entries(objectFields(call.body, Object.keys(MOVES)))
      const [entry] = entries
      if (!entry || entries.length > 1) {
        throw badRequest(
          `The body has ${entries.length} of ${Object.keys(MOVES).join(', ')}; send one, as {"advance": "45s"}.`,
        )
      }
      await MOVES[entry[0]]!(api.clock, entry[1])
      return ok(describe(session))
    },
  },
  {
    method: 'GET',
    path: '/held',
    run: (host, call) => {
      const { session, api } = chosenSession(host, call)
      const now = session.clock.now()
      return ok(
        api.held().map((held) => ({
          ...held,
          // An exchange that hangs forever cannot be reached by the clock.
          ...(Number.isFinite(held.until)
            ? { advance: formatDuration(Math.max(0, held.until - now)) }
            : { until: null, advance: null }),
        })),
      )
    },
  },
]

const MOVES: Readonly<Record<string, (clock: MockClock, value: unknown) => void | Promise<void>>> = {
  advance: (clock, value) => clock.advance(textOrNumber('advance', value, '"45s" or ms')),
  set: (clock, value) => clock.set(textOrNumber('set', value, '"2026-03-16T10:00:00Z" or ms since 1970')),
  freeze: (clock, value) =>
    clock.freeze(
      value === true ? undefined : textOrNumber('freeze', value, 'true, "2026-03-16T10:00:00Z" or ms since 1970'),
    ),
  flow: (clock, value) => {
    if (value !== true) throw badRequest(`"flow" is ${printableValue(value)}; send true.`)
    clock.flow()
  },
}

function describe({ clock }: Session): object {
  const now = clock.now()
  return { now, at: new Date(now).toISOString(), frozen: clock.frozen() }
}

function textOrNumber(name: string, value: unknown, wanted: string): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value
  throw badRequest(`"${name}" is ${printableValue(value)}; send ${wanted}.`)
}
