import { findDialect } from '../../spec/model/dialects.ts'
import type { Dialects } from '../../spec/model/vendor.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Scope } from '../../spec/values/value.ts'
import type { Session } from '../session/session.ts'
import type { Runtime } from './runtime.ts'

/** The dialect that a request asks for: the text as sent, and the name of the dialect if there is one. */
export interface RequestedDialect {
  readonly text: string
  readonly by: string
  readonly name: string | undefined
}

/**
 * Reads the requested dialect from the first of the vendor's choices that is not empty.
 *
 * @param isCallerKnown - whether to include choices that read the account
 */
export function askedDialect(dialects: Dialects, scope: Scope, isCallerKnown: boolean): RequestedDialect | undefined {
  for (const { value, label, early } of dialects.select) {
    if (!early && !isCallerKnown) continue
    const asked = value(scope)
    if (asked === undefined || asked === null || asked === '') continue
    const text = asText(asked)
    return { text, by: label, name: findDialect(dialects, text) }
  }
  return undefined
}

/** The runtime of the session's dialect, used between exchanges and where no request chooses one. */
export function dialectRuntime(session: Session, runtime: Runtime): Runtime {
  const dialect = runtime.dialect && session.situation.vendors.get(runtime.vendor.name)?.dialect
  return dialect === undefined ? runtime : runtime.dialect!(dialect)
}
