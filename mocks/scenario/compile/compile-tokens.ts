import { compileTokenSettings } from '../../spec/compile/compile-tokens.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { TokenSettings } from '../../spec/model/tokens.ts'
import type { Compiling } from '../../spec/values/value.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { asRecord, entriesOf } from '../raw.ts'

/** How tokens are issued, by security scheme: what the spec says, with the scenario's over it. */
export function compileTokens(
  vendor: Vendor,
  raw: unknown,
  accounts: readonly string[],
  report: Compiling['report'],
): Map<string, TokenSettings> {
  const tokens = new Map([...vendor.tokens.values()].map((issuer) => [issuer.name, issuer.settings] as const))
  for (const [name, value] of entriesOf(raw)) {
    const issuer = vendor.tokens.get(name)
    const at = `/tokens/${name}`
    if (!issuer) {
      const message = `${vendor.name} issues no tokens for "${name}".${didYouMean(name, vendor.tokens.keys())}`
      report({ code: 'unknown-tokens', pointer: at, message })
      continue
    }
    const node = asRecord(value)
    const scopes = Array.isArray(node['scopes'])
      ? node['scopes'].filter((scope) => typeof scope === 'string')
      : undefined
    const known = issuer.scopes
    for (const [index, scope] of (scopes ?? []).entries()) {
      if (known === undefined || known.includes(scope)) continue
      const message = `"${scope}" is not one of the scopes of "${name}".${didYouMean(scope, known)}`
      report({ code: 'unknown-scope', pointer: `${at}/scopes/${index}`, message })
    }
    tokens.set(name, {
      ...issuer.settings,
      ...compileTokenSettings({ report }, node, accounts, at),
      ...(scopes && { scopes }),
      deny: node['deny'] === true,
    })
  }
  return tokens
}
