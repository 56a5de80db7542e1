import type { Facts } from '../../../engine/session/facts.ts'
import type { TokenView } from '../../../behaviour/exchange.ts'
import { isAmbiguous, isGood, nameOf } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { isAfter, longest, waitBetween } from '../../timing.ts'
import { between, groups, type View } from '../../view.ts'
import { sentField } from './sent-field.ts'

/** A client that got a new access token for each request, and threw the one before away. */
export const tokenChurn: Rule = {
  code: 'token-churn',
  severity: 'error',
  unstated: 'info',
  fix: 'Keep the access token, and use it until shortly before it expires.',
  *judge(view) {
    const issues = view.exchanges.filter(isIssue)
    const revokes = view.exchanges.filter(({ operation }) => operation?.tokens?.do === 'revoke')
    for (const [, ofClient] of groups(issues, ({ operation, token }) => keyOf(operation?.id, token!))) {
      const wasted = ofClient.filter(
        (issue, index) =>
          isWasted(view, issue, ofClient[index + 1]) && !isRevoked(revokes, issue, ofClient[index + 1]!),
      )
      if (wasted.length < LEAST) continue
      yield {
        message: `${nameOf(wasted[0]!)} gave ${wasted.length} access tokens that served one request or none, and were replaced before half of their life was over.`,
        operation: wasted[0]!.operation?.id,
        exchanges: wasted.map(({ number }) => number),
      }
    }
  },
}

/** Tokens that were thrown away before anything is said: a few short programs may each have got their own. */
const LEAST = 5

/** ms: many clients renew a token that has less than this left. */
const MARGIN_MS = 5 * 60_000

/** The grants that no user has to be asked for. */
const SILENT_GRANTS: ReadonlySet<string | undefined> = new Set(['refresh_token', 'client_credentials'])

/** Whether a client got a token that it could have kept. */
function isIssue(exchange: Facts): boolean {
  if (!exchange.token || !isGood(exchange) || isAmbiguous(exchange)) return false
  return SILENT_GRANTS.has(sentField(exchange, 'grant_type'))
}

/** A token with other scopes is another token. */
function keyOf(operation: string | undefined, { client, account, scope }: TokenView): string {
  return JSON.stringify([operation, client, account, scope])
}

/** Whether a token served one request at most, was good, and was replaced long before its end. */
function isWasted({ byCredential }: View, issue: Facts, next: Facts | undefined): boolean {
  if (!next || !isAfter(issue, next)) return false
  const { access, issuedAt, expiresAt } = issue.token!
  const life = expiresAt - issuedAt
  if (life - longest(waitBetween(issue, next)) <= Math.max(life / 2, MARGIN_MS)) return false
  const uses = byCredential().get(access) ?? []
  return uses.length <= 1 && !uses.some(isNoGood)
}

/** Whether the client gave a token back before it got the next one: it had done what it wanted. */
function isRevoked(revokes: readonly Facts[], issue: Facts, next: Facts): boolean {
  return between(revokes, issue, next).length > 0
}

/** Whether a client has a reason to get another token after such an answer. */
function isNoGood(exchange: Facts): boolean {
  return exchange.status === 401 || exchange.status === 403 || isAmbiguous(exchange)
}
