import type { TokenStep } from '../../spec/tokens.ts'
import type { Made } from '../operations.ts'
import type { Refused, Turn } from '../turn.ts'
import { showAuthorization } from './authorize-page.ts'
import { exchange } from './exchange.ts'
import { register } from './register.ts'
import { revoke } from './revoke.ts'

const STEPS = { authorize: showAuthorization, exchange, register, revoke } as const

/** Does what an operation is there for. */
export function handleTokens(turn: Turn, step: TokenStep): Made | Refused {
  return STEPS[step.do](turn, step)
}
