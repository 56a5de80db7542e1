import { attempt } from './guard.ts'

/** Functions that are called with events. */
export interface Listeners<Heard> {
  /** Returns a function that removes the listener. */
  readonly add: (listener: (heard: Heard) => void) => () => void
  readonly notify: (heard: Heard) => void
}

/**
 * Listeners behind the guard: an error of one is reported, and the others are still called.
 *
 * @param what - the failed action, as it follows "Failed to"
 */
export function createListeners<Heard>(what: string): Listeners<Heard> {
  const listeners = new Set<(heard: Heard) => void>()
  return {
    add: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    notify: (heard) => {
      for (const listener of listeners) attempt(what, () => listener(heard))
    },
  }
}
