import { createHash } from 'node:crypto'
import type { Runtime } from '../../../engine/exchange/runtime.ts'
import type { Session } from '../../../engine/session/session.ts'
import { DEFAULT_TAG } from '../../../spec/model/issued.ts'
import { carrierOf, freePart, readCredential } from '../../../spec/model/read-credential.ts'
import { InvalidArgumentError } from '../../../spec/problems/arguments.ts'
import type { Call } from '../../../behaviour/call.ts'
import type { Spread } from '../../mock/sessions.ts'

/** How clients are distinguished: `key`, or `header:NAME`. */
export type SessionsBy = 'key' | `header:${string}`

/** Forms of `sessionsBy`, in words. */
export const SESSIONS_BY_FORMS = 'key, or header:NAME with the name of a header'

export function isSessionsBy(text: string): text is SessionsBy {
  return text === 'key' || /^header:[!#$%&'*+.^_`|~\w-]+$/.test(text)
}

/**
 * Gives each client its own session, opened by its first request. A client without a key or without the header uses the
 * default session, as does one with a key that this mock has issued for it.
 *
 * @param open - returns the session of that name, and opens it if needed
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
    // Not a text for the name of a member that every object has.
    const value: unknown = call.headers[header]
    if (typeof value !== 'string' || value === '') return undefined
    return open(PLAIN.test(value) ? value : nameOf('client', value))
  }
}

/** Values that a URL can have as they are; "." and ".." are steps in it. */
const PLAIN = /^(?!\.{1,2}$)[\w.~-]{1,64}$/

/** Names of sessions are shown, but keys must stay secret. */
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
