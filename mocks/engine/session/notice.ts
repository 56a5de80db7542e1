import type { ExpressionError } from '../../spec/values/expression.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { writeLine } from '../../state/guard.ts'

const reported = new Set<string>()
let isSilent = false

/** Suppresses the notices about assumptions on stderr. */
export function silenceNotices(): void {
  isSilent = true
}

/** Shows each notice again, as in a new process. */
export function resetNotices(): void {
  isSilent = false
  reported.clear()
}

/** The caveat about a signature that the vendor does not document. */
export function noticeOf(vendor: Vendor, webhook: string, reason: string): string {
  const header = vendor.webhooks.get(webhook)?.sign?.header ?? 'signature'
  return `${header} of ${vendor.name} ${webhook} is calculated by an assumption of the mock: ${reason}`
}

/** Warns once per process that a signature is a guess, so that no client relies on it unaware. */
export function warnAssumed(vendor: Vendor, webhook: string, reason: string): void {
  const key = `${vendor.name} ${webhook}`
  if (isSilent || reported.has(key)) return
  reported.add(key)
  writeLine(
    `${noticeOf(vendor, webhook, reason)} Ask the vendor before you rely on it. To silence this, set SPARRING_ASSUMPTIONS=silent.`,
  )
}

/** Warns once per process that an expression had no value: it relies on something that a request left out. */
export function warnExpression(error: ExpressionError): void {
  const key = `${error.place} ${error.expression}`
  if (reported.has(key)) return
  reported.add(key)
  writeLine(`${error.message}. It then has no value. This is reported once.`)
}
