import { realTime } from '../../state/clock.ts'

/**
 * Makes what tells when requests in process were sent. Those that a client sends in one go come here one after the other, with
 * the answers to the first in between, which their client has not seen: they count as sent when the first was.
 *
 * @param turns - microtasks for which that holds; an answer takes more to reach the client and to be followed by a request
 * @returns what gives the real time in ms at which a request was sent, when called at its arrival
 */
export function createSentTogether(turns: number): () => number {
  let together: number | undefined
  const end = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await undefined
    together = undefined
  }
  return () => {
    if (together === undefined) {
      together = realTime()
      void end()
    }
    return together
  }
}
