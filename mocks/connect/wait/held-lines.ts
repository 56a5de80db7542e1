import type { Held, Session } from '../../engine/session/session.ts'
import { isoText } from '../../spec/values/instants.ts'
import { printable } from '../../state/printable.ts'

/** What waits on a session's clock: exchanges and sleeping clients. */
export function heldIn({ held, asleep }: Session): readonly Held[] {
  return [...held.values(), ...asleep]
}

/**
 * Describes a held exchange or sleep in one line.
 *
 * @example
 * heldLine(held)
 * //=> 'GET /v1/me (seek) is held until 2026-03-16T10:00:02.000Z: latency'
 */
export function heldLine({ method, path, vendor, until, reason }: Held): string {
  const when = until === Number.POSITIVE_INFINITY ? 'for ever' : `until ${isoText(until)}`
  if (method === undefined) return `a client sleeps on mock.clock ${when}`
  return printable(`${method} ${path} (${vendor}) is held ${when}: ${reason}`)
}
