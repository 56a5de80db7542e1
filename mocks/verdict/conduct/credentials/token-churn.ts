import type { Facts } from '../../../engine/session/journal/facts.ts'
import type { TokenView } from '../../../behaviour/exchange.ts'
import { isAmbiguous, isSuccess, requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { isAfter, longestWait, waitBetween } from '../../timing.ts'
import { between, groups, type View } from '../../view.ts'
import { sentField } from './sent-field.ts'

/** A client that got a new access token for each request, and discarded the previous one. */
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
        message: `${requestName(wasted[0]!)} gave ${wasted.length} access tokens that served one request or none, and were replaced before half of their life was over.`,
        operation: wasted[0]!.operation?.id,
        exchanges: wasted.map(({ number }) => number),
      }
    }
  },
}

/** The fewest discarded tokens that make a finding: a few short programs may each have got one. */
const LEAST = 5

/** ms: many clients renew a token that expires sooner than this. */
const MARGIN_MS = 5 * 60_000

/** Grants that need no user interaction. */
const SILENT_GRANTS: ReadonlySet<string | undefined> = new Set(['refresh_token', 'client_credentials'])

/** Whether a client got a token that it could have reused. */
function isIssue(exchange: Facts): boolean {
  if (!exchange.token || !isSuccess(exchange) || isAmbiguous(exchange)) return false
  return SILENT_GRANTS.has(sentField(exchange, 'grant_type'))
}

/** A token with other scopes is a different token. */
function keyOf(operation: string | undefined, { client, account, scope }: TokenView): string {
  return JSON.stringify([operation, client, account, scope])
}

/** Whether a valid token served at most one request, and was replaced long before it expired. */
function isWasted({ byCredential }: View, issue: Facts, next: Facts | undefined): boolean {
  if (!next || !isAfter(issue, next)) return false
  const { access, issuedAt, expiresAt } = issue.token!
  const life = expiresAt - issuedAt
  if (life - longestWait(waitBetween(issue, next)) <= Math.max(life / 2, MARGIN_MS)) return false
  const uses = byCredential().get(access) ?? []
  return uses.length <= 1 && !uses.some(isNoGood)
}

/** Whether the client revoked a token before it got the next one: its work was done. */
function isRevoked(revokes: readonly Facts[], issue: Facts, next: Facts): boolean {
  return between(revokes, issue, next).length > 0
}

/** Whether such an answer is a reason to get another token. */
function isNoGood(exchange: Facts): boolean {
  return exchange.status === 401 || exchange.status === 403 || isAmbiguous(exchange)
}
