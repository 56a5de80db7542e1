import { requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { reusedRefreshTokens } from './reused-refresh.ts'

/** A client that reused an old refresh token after it had received a new one (RFC 9700 section 4.14.2). */
export const refreshReplay: Rule = {
  code: 'refresh-replay',
  severity: 'error',
  unstated: 'warning',
  fix: 'Store the new refresh token with the new access token, and use no old one again.',
  *judge(view) {
    for (const { winner, loser, isLate } of reusedRefreshTokens(view)) {
      if (!isLate) continue
      yield {
        message: `${requestName(loser)} used a refresh token again after the answer to its first use had given new tokens.`,
        operation: loser.operation?.id,
        exchanges: [winner.number, loser.number],
      }
    }
  },
}
