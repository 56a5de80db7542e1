import { didYouMean } from '../../problems/nearest.ts'
import { type Cause, CAUSES, type Issuer, type TokenStep } from '../../model/tokens.ts'
import type { Refusal, ResponseSpec } from '../../model/vendor.ts'
import { type Context, record, refusalOf, textOf } from '../context.ts'
import { exactError } from './responses.ts'

/** Where nothing is said of a cause, what is said of these answers, in this order. */
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

/** What an operation does for an issuer. */
export function compileTokenStep(
  context: Context,
  raw: unknown,
  pointer: string,
  issuers: ReadonlyMap<string, Issuer>,
  responses: readonly ResponseSpec[],
): TokenStep | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const name = textOf(node['of']) ?? (issuers.size === 1 ? [...issuers.keys()][0]! : undefined)
  const issuer = issuers.get(name ?? '')
  if (!issuer) {
    context.report({
      code: 'unknown-tokens',
      pointer: name === undefined ? pointer : `${pointer}/of`,
      message:
        name === undefined
          ? `Say whose tokens these are: "of", with one of ${[...issuers.keys()].join(', ') || 'the "tokens" of the document root, which has none'}.`
          : `"${name}" is not one of the "tokens" of the document root.${didYouMean(name, issuers.keys())}`,
    })
    return undefined
  }
  const named = record(node['refuse'])
  const causes = Object.keys(CAUSES) as Cause[]
  const own = new Map(causes.map((cause) => [cause, refusalOf(context, named[cause], `${pointer}/refuse/${cause}`)]))
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
  return { do: node['do'] as TokenStep['do'], issuer, refuse }
}
