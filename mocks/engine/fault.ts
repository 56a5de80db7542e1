import type { Fault } from '../behaviour/call.ts'
import type { ExchangeState } from '../behaviour/exchange.ts'
import type { FaultPlan } from '../scenario/fault.ts'
import { random } from '../state/hash.ts'

/** Letters of garbage: none of them begins an answer of HTTP or is a hexadecimal digit. */
const LETTERS = [...'ghijklmnopqrstuvwxyz']
const LENGTH = 48

/** What the entry point needs to play a fault. */
export function createFault(exchange: ExchangeState, plan: FaultPlan): Fault {
  const { name, by } = plan
  const isNoisy = name === 'random-data-then-close' || name === 'malformed-response-chunk'
  return { name, by, noise: isNoisy ? noise(exchange) : '' }
}

function noise(exchange: ExchangeState): string {
  const stream = random(exchange.seed, exchange.vendor.name, 'noise', exchange.id)
  return Array.from({ length: LENGTH }, () => stream.pick(LETTERS)).join('')
}
