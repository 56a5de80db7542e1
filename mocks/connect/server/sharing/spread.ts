import { createHash } from 'node:crypto'
import type { Runtime } from '../../../engine/exchange/runtime.ts'
import type { Session } from '../../../engine/session/session.ts'
import { DEFAULT_TAG } from '../../../spec/model/issued.ts'
import { carrierOf, freePart, readCredential } from '../../../spec/model/read-credential.ts'
import { InvalidArgumentError } from '../../../spec/problems/arguments.ts'
import type { Call } from '../../../behaviour/call.ts'
import type { Spread } from '../../mock/sessions.ts'

/** What clients are told apart by: `key`, or `header:NAME`. */
export type SessionsBy = 'key' | `header:${string}`

/** What `sessionsBy` takes, in words. */
export const SESSIONS_BY_FORMS = 'key, or header:NAME with the name of a header'

export function isSessionsBy(text: string): text is SessionsBy {
  return text === 'key' || /^header:[!#$%&'*+.^_`|~\w-]+$/.test(text)
}

/**
 * Gives each client a session of its own, which is opened when its first request comes. A client without a key, or without
 * the header, is in the default session, and so is one with a key that this mock has issued for it.
 *
 * @param open - gives the session of that name, and opens it first where it is not open
 * @throws {@link InvalidArgumentError} for anything but `key` and `header:NAME`
 */
export function createSpread(by: string, open: (id: string) => Session): Spread {
  if (!isSessionsBy(by))
    throw new InvalidArgumentError('start a server', [`"sessionsBy" is "${by}"; write ${SESSIONS_BY_FORMS}.`])
  if (by === 'key') {
    return (runtime, call) => {
      const key = keyOf(runtime, call)
      return key === undefined ? undefined : open(nameOf('key', key))
    }
  }
  const header = by.slice('header:'.length).toLowerCase()
  return (_, call) => {
    const value = call.headers[header]
    if (value === undefined || value === '') return undefined
    return open(PLAIN.test(value) ? value : nameOf('client', value))
  }
}

/** What may stand in a URL as it is. */
const PLAIN = /^[\w.~-]{1,64}$/

/** Names of sessions are shown, and keys must not be. */
function nameOf(kind: string, secret: string): string {
  return `${kind}-${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`
}

function keyOf({ vendor }: Runtime, call: Call): string | undefined {
  const carrier = carrierOf(call)
  for (const scheme of vendor.schemes.values()) {
    const key = readCredential(scheme, carrier)
    if (key === undefined) continue
    return freePart(scheme, key)?.startsWith(DEFAULT_TAG) ? undefined : key
  }
  return undefined
}
