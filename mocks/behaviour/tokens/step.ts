import type { TokenStep } from '../../spec/tokens.ts'
import type { OperationResult } from '../operations.ts'
import type { ExchangeState } from '../exchange.ts'
import type { Refused } from '../outcome.ts'
import { showAuthorization } from './authorize-page.ts'
import { exchangeGrant } from './grant.ts'
import { register } from './register.ts'
import { revoke } from './revoke.ts'

const STEPS = { authorize: showAuthorization, exchange: exchangeGrant, register, revoke } as const

/** Does what an operation is there for. */
export function handleTokens(exchange: ExchangeState, step: TokenStep): OperationResult | Refused {
  return STEPS[step.do](exchange, step)
}
