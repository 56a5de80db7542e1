import type { Fault } from '../behaviour/call.ts'
import type { Turn } from '../behaviour/turn.ts'
import type { FaultPlan } from '../scenario/fault.ts'
import { random } from '../state/hash.ts'

/** Letters of garbage: none of them begins an answer of HTTP or is a hexadecimal digit. */
const LETTERS = [...'ghijklmnopqrstuvwxyz']
const LENGTH = 48

/** What the entry point needs to play a fault. */
export function createFault(turn: Turn, plan: FaultPlan): Fault {
  const { name, by } = plan
  const isNoisy = name === 'random-data-then-close' || name === 'malformed-response-chunk'
  return { name, by, noise: isNoisy ? noise(turn) : '' }
}

function noise(turn: Turn): string {
  const stream = random(turn.session.seed, turn.vendor.name, 'noise', turn.id)
  return Array.from({ length: LENGTH }, () => stream.pick(LETTERS)).join('')
}
