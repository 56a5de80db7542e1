import { operationPath } from '../http/methods.ts'
import type { Cursor } from '../compile/cursor.ts'
import type { Vendor } from '../model/vendor.ts'
import { joinNames } from '../problems/count.ts'

/** Reports tokens that no operation issues, and authorization pages that cannot redirect. */
export function lintTokens(root: Cursor, vendor: Vendor): void {
  const operations = [...vendor.operations.values()]
  for (const { name, grants } of vendor.tokens.values()) {
    const steps = operations.flatMap(({ tokens }) => (tokens?.issuer.name === name ? [tokens.do as string] : []))
    const needed = ['exchange', ...(grants.has('authorization_code') ? ['authorize'] : [])]
    const missing = needed.filter((step) => !steps.includes(step))
    if (missing.length === 0) continue
    const words = joinNames(
      missing.map((step) => `"${step}"`),
      'or',
    )
    const remedy = `Write at the one that does: x-mock: { tokens: { do: ${missing[0]!} } }.`
    root.at('x-mock', 'tokens', name).warn('unbound-tokens', `No operation does ${words} for "${name}".`, remedy)
  }
  for (const operation of operations) {
    const { id, tokens, success } = operation
    if (tokens?.do !== 'authorize' || success?.code.startsWith('3')) continue
    const problem = `${id} sends the browser back to the client, and documents no redirect as its normal answer.`
    const responses = root.at(...operationPath(operation), 'responses')
    responses.report('no-redirect', problem, 'Add a 302 to its responses, before any 2xx.')
  }
}
