import { NOT_RULED, type Turn, table } from '../behaviour/turn.ts'
import type { Transaction } from '../state/store.ts'
import type { Next, Session } from './session.ts'

/** At arrival: the call takes what was prepared for the next one of its operation, so that no later call gets it first. */
export function armNext(session: Session, turn: Turn): void {
  for (const next of session.nexts) {
    if (next.vendor !== turn.vendor.name || next.operation !== turn.operation?.id) continue
    const taken = takenOf(turn.tx, turn, next.key)
    if (taken >= next.times) continue
    turn.tx.put(takenTable(turn), next.key, taken + 1)
    turn.ruled = { ...(turn.ruled ?? NOT_RULED), armed: next.key }
    return
  }
}

/** At handle: what the call has taken. */
export function playNext(session: Session, turn: Turn): Next | undefined {
  const key = turn.ruled?.armed
  if (key === undefined) return undefined
  turn.ruled = { ...turn.ruled!, armed: undefined }
  return session.nexts.find((next) => next.key === key)
}

/**
 * The call ends before *handle*: what it has taken is there for the call after it.
 *
 * @returns whether it had taken something
 */
export function giveBackNext(turn: Turn, tx: Transaction): boolean {
  const key = turn.ruled?.armed
  if (key === undefined) return false
  turn.ruled = { ...turn.ruled!, armed: undefined }
  const taken = takenOf(tx, turn, key)
  // After a reset there is nothing to give back.
  if (taken > 0) tx.put(takenTable(turn), key, taken - 1)
  return taken > 0
}

/** The same within a step, as a part of the call's explanation; empty where it had taken nothing. */
export function stillArmed(turn: Turn, how: string): string {
  if (!giveBackNext(turn, turn.tx)) return ''
  return `; a next for ${turn.operation!.id} is still armed: this call was ${how} before`
}

function takenOf(tx: Transaction, turn: Turn, key: string): number {
  return tx.get<number>(takenTable(turn), key) ?? 0
}

function takenTable(turn: Turn): string {
  return table(turn, 'next')
}
