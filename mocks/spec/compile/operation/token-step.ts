import { type Cause, CAUSES, type Issuer, type TokenStep } from '../../model/tokens.ts'
import type { Refusal, ResponseSpec } from '../../model/response.ts'
import { compileRefusal, type SpecCursor } from '../context.ts'
import { exactError } from './responses.ts'

/** Fallback causes, in order, for a cause without a refusal. */
const NEXT: Readonly<Partial<Record<Cause, readonly Cause[]>>> = {
  client: ['request'],
  redirect: ['client', 'request'],
  grantType: ['request'],
  scope: ['request'],
  expired: ['unknown'],
  used: ['unknown'],
  revoked: ['unknown'],
  mismatch: ['unknown'],
  replayed: ['used', 'unknown'],
  raced: ['unknown'],
  metadata: ['request'],
  redirectUris: ['metadata', 'request'],
}

/** Compiles the token step of an operation. */
export function compileTokenStep(
  step: SpecCursor,
  issuers: ReadonlyMap<string, Issuer>,
  responses: readonly ResponseSpec[],
): TokenStep | undefined {
  const issuer = issuerOf(step, issuers)
  if (!issuer) return undefined
  const causes = Object.keys(CAUSES) as Cause[]
  const own = new Map(causes.map((cause) => [cause, compileRefusal(step.at('refuse', cause))]))
  const refuse = new Map<Cause, Refusal>()
  for (const cause of causes) {
    const found = [cause, ...(NEXT[cause] ?? [])].map((key) => own.get(key)).find((entry) => entry !== undefined)
    const refused =
      found ??
      (cause === 'client' ? exactError(responses, 401) : undefined) ??
      exactError(responses, 400) ??
      exactError(responses, 401)
    if (refused) refuse.set(cause, refused)
  }
  return { do: step.at('do').value as TokenStep['do'], issuer, refuse }
}

/** The issuer that a step names; the only one where it names none. */
function issuerOf(step: SpecCursor, issuers: ReadonlyMap<string, Issuer>): Issuer | undefined {
  const name = step.optional('of')
  if (name) return name.oneOf(issuers, 'tokens', 'one of the "tokens" of the document root')
  if (issuers.size === 1) return issuers.values().next().value
  const known = [...issuers.keys()].join(', ') || 'the "tokens" of the document root, which has none'
  step.report('unknown-tokens', `Say whose tokens these are: "of", with one of ${known}.`)
  return undefined
}
