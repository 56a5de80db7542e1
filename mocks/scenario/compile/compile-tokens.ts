import { compileTokenSettings } from '../../spec/compile/compile-tokens.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { TokenSettings } from '../../spec/model/tokens.ts'
import type { ScenarioCursor } from './context.ts'

/** Token settings by security scheme: the spec's, overridden by the scenario's. */
export function compileTokens(node: ScenarioCursor, accounts: readonly string[]): Map<string, TokenSettings> {
  const { vendor } = node.context
  const tokens = new Map([...vendor.tokens.values()].map((issuer) => [issuer.name, issuer.settings] as const))
  for (const [name, settings] of node.entries()) {
    const issuer = vendor.tokens.get(name)
    if (!issuer) {
      const near = didYouMean(name, vendor.tokens.keys())
      settings.report('unknown-tokens', `${vendor.name} issues no tokens for "${name}".${near}`)
      continue
    }
    const scopes = settings.optional('scopes')
    for (const scope of issuer.scopes ? (scopes?.list() ?? []) : [])
      scope.isOneOf(issuer.scopes!, 'scope', `one of the scopes of "${name}"`)
    tokens.set(name, {
      ...issuer.settings,
      ...compileTokenSettings(settings, accounts),
      ...(scopes && { scopes: scopes.texts() }),
      deny: settings.at('deny').value === true,
    })
  }
  return tokens
}
