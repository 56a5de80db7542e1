import { findDialect } from '../../spec/model/dialects.ts'
import type { Dialects } from '../../spec/model/vendor.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Scope } from '../../spec/values/value.ts'
import type { Session } from '../session/session.ts'
import type { Runtime } from './runtime.ts'

/** What a request asks for, and the dialect that this means; no name where it means none. */
export interface Asked {
  readonly text: string
  readonly by: string
  readonly name: string | undefined
}

/**
 * What the request asks for: the first of the vendor's choices that is not empty.
 *
 * @param isCallerKnown - whether choices that read the account count
 */
export function askedDialect(dialects: Dialects, scope: Scope, isCallerKnown: boolean): Asked | undefined {
  for (const { value, label, early } of dialects.select) {
    if (!early && !isCallerKnown) continue
    const asked = value(scope)
    if (asked === undefined || asked === null || asked === '') continue
    const text = asText(asked)
    return { text, by: label, name: findDialect(dialects, text) }
  }
  return undefined
}

/** The runtime that a session plays where no request chooses: between exchanges, and by default. */
export function spokenRuntime(session: Session, runtime: Runtime): Runtime {
  const dialect = runtime.dialect && session.situation.vendors.get(runtime.vendor.name)?.dialect
  return dialect === undefined ? runtime : runtime.dialect!(dialect)
}
