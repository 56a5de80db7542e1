import { requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { reusedRefreshTokens } from './reused-refresh.ts'

/** A client that used one refresh token in two concurrent requests (RFC 9700 section 4.14.2). */
export const refreshRace: Rule = {
  code: 'refresh-race',
  severity: 'error',
  unstated: 'warning',
  fix: 'Refresh in one place: let all requests that need a new token wait for the same refresh.',
  *judge(view) {
    for (const { winner, loser, isLate } of reusedRefreshTokens(view)) {
      if (isLate) continue
      yield {
        message: `${requestName(loser)} used a refresh token while another request with the same one was under way.`,
        operation: loser.operation?.id,
        exchanges: [winner.number, loser.number],
      }
    }
  },
}
