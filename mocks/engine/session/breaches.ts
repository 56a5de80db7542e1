import { callback, checkArguments, required } from '../../spec/problems/arguments.ts'
import { createListeners } from '../../state/listeners.ts'
import { printable } from '../../state/printable.ts'
import type { Session } from './session.ts'

const listeners = createListeners<string>('call a listener of onBreach')
const A_LISTENER = required(callback('a function that takes the breach'))

/**
 * Hears of every answer, of any mock in this process, that broke its spec while replies are checked: for test suites
 * that want none of them to go unnoticed.
 *
 * @returns what ends the listening
 * @throws {@link InvalidArgumentError} for what is no function
 * @example
 * onBreach((breach) => breaches.push(breach))
 */
export function onBreach(listener: (breach: string) => void): () => void {
  checkArguments('call onBreach()', [listener], [['listener', A_LISTENER]])
  return listeners.add(listener)
}

/** Breaches that a session keeps; more of them tell nothing new. */
const MOST = 10_000

/** Writes down what has broken its spec in a session, and tells of it. */
export function reportBreaches(session: Session, breaches: readonly string[]): void {
  for (const breach of breaches) {
    if (session.breaches.length < MOST) session.breaches.push(printable(breach))
    listeners.tell(breach)
  }
}
