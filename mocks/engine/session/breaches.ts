import { callback, checkArguments, required } from '../../spec/problems/arguments.ts'
import { createListeners } from '../../state/listeners.ts'
import { printable } from '../../state/printable.ts'
import type { Session } from './session.ts'

const listeners = createListeners<string>('call a listener of onBreach')
const A_LISTENER = required(callback('a function that takes the breach'))

/**
 * Calls the listener for every answer, of any mock in this process, that breaks its spec while replies are checked, so
 * that a test suite can fail on it.
 *
 * @returns a function that removes the listener
 * @throws {@link InvalidArgumentError} if the listener is not a function
 * @example
 * onBreach((breach) => breaches.push(breach))
 */
export function onBreach(listener: (breach: string) => void): () => void {
  checkArguments('call onBreach()', [listener], [['listener', A_LISTENER]])
  return listeners.add(listener)
}

/** Most breaches that a session keeps; more would add nothing new. */
const MOST = 10_000

/** Adds breaches to a session and notifies the listeners. */
export function reportBreaches(session: Session, breaches: readonly string[]): void {
  for (const breach of breaches) {
    if (session.breaches.length < MOST) session.breaches.push(printable(breach))
    listeners.notify(breach)
  }
}
