import { escapeSegment } from '../references/pointer.ts'
import type { Finding } from '../problems/problem.ts'
import type { Vendor } from '../model/vendor.ts'
import { joined } from './lint-words.ts'

/** Tokens that nobody can have, and authorization pages that cannot send anybody back. */
export function lintTokens(vendor: Vendor): Finding[] {
  const operations = [...vendor.operations.values()]
  const does = (name: string, what: string): boolean =>
    operations.some(({ tokens }) => tokens?.issuer.name === name && tokens.do === what)
  const lacking = [...vendor.tokens.values()].flatMap((issuer): Finding[] => {
    const needed = ['exchange', ...(issuer.grants.has('authorization_code') ? ['authorize'] : [])]
    const missing = needed.filter((what) => !does(issuer.name, what))
    if (missing.length === 0) return []
    const words = joined(
      missing.map((what) => `"${what}"`),
      'or',
    )
    return [
      {
        code: 'unbound-tokens',
        severity: 'warning',
        pointer: `/x-mock/tokens/${escapeSegment(issuer.name)}`,
        message: `No operation does ${words} for "${issuer.name}". Write at the one that does: x-mock: { tokens: { do: ${missing[0]!} } }.`,
      },
    ]
  })
  const pages = operations.flatMap((operation): Finding[] => {
    if (operation.tokens?.do !== 'authorize' || operation.success?.code.startsWith('3')) return []
    return [
      {
        code: 'no-redirect',
        pointer: `/paths/${escapeSegment(operation.path)}/${operation.method.toLowerCase()}/responses`,
        message: `${operation.id} sends the browser back to the client, and documents no redirect as its normal answer. Add a 302 to its responses, before any 2xx.`,
      },
    ]
  })
  return [...lacking, ...pages]
}
