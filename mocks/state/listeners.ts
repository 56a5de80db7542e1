import { attempt } from './guard.ts'

/** Functions that are called with what happens. */
export interface Listeners<Heard> {
  /** Gives what ends the listening. */
  readonly add: (listener: (heard: Heard) => void) => () => void
  readonly tell: (heard: Heard) => void
}

/**
 * Listeners behind the guard: what one of them throws is reported, and the others are called all the same.
 *
 * @param what - what fails then, as it stands after "Failed to"
 */
export function createListeners<Heard>(what: string): Listeners<Heard> {
  const listeners = new Set<(heard: Heard) => void>()
  return {
    add: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell: (heard) => {
      for (const listener of listeners) attempt(what, () => listener(heard))
    },
  }
}
