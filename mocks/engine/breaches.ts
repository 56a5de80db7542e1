import type { Session } from './session.ts'

const listeners = new Set<(breach: string) => void>()

/**
 * Hears of every answer, of any mock in this process, that broke its spec while replies are checked: for test suites
 * that want none of them to go unnoticed.
 *
 * @returns what ends the listening
 * @example
 * onBreach((breach) => breaches.push(breach))
 */
export function onBreach(listener: (breach: string) => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** Writes down what has broken its spec in a session, and tells of it. */
export function reportBreaches(session: Session, breaches: readonly string[]): void {
  for (const breach of breaches) {
    session.breaches.push(breach)
    for (const listener of listeners) listener(breach)
  }
}
