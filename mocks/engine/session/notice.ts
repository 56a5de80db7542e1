import type { ExpressionError } from '../../spec/values/expression.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { writeLine } from '../../state/guard.ts'

const reported = new Set<string>()
let isSilent = false

/** Keeps stderr free of what is said once about assumptions. */
export function silenceNotices(): void {
  isSilent = true
}

/** Begins anew, as a process does. */
export function resetNotices(): void {
  isSilent = false
  reported.clear()
}

/** What to know of a signature that the vendor does not document. */
export function noticeOf(vendor: Vendor, webhook: string, reason: string): string {
  const header = vendor.webhooks.get(webhook)?.sign?.header ?? 'signature'
  return `${header} of ${vendor.name} ${webhook} is made as the mock assumes: ${reason}`
}

/** Says once in a process that a signature is a guess, so that no client is built on it unnoticed. */
export function warnAssumed(vendor: Vendor, webhook: string, reason: string): void {
  const key = `${vendor.name} ${webhook}`
  if (isSilent || reported.has(key)) return
  reported.add(key)
  writeLine(
    `${noticeOf(vendor, webhook, reason)} Ask the vendor before you rely on it. To silence this, set SPARRING_ASSUMPTIONS=silent.`,
  )
}

/** Says once in a process that an expression had no value: its author counts on something that a request left out. */
export function warnExpression(error: ExpressionError): void {
  const key = `${error.place} ${error.expression}`
  if (reported.has(key)) return
  reported.add(key)
  writeLine(`${error.message}. It has no value then. This is said once.`)
}
