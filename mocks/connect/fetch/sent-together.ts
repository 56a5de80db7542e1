import { realTime } from '../../state/clock.ts'

/** Awaited for a turn, since each `await undefined` makes a promise. */
const SETTLED = Promise.resolve()

/**
 * Creates a function that tells when requests in process were sent. A client that sends several at once sees no answer
 * before it has sent them all, though the mock may have answered the first. All count as sent with the first.
 *
 * @param turns - microtasks for which that holds; an answer takes more to reach the client and be followed by a request
 * @returns a function to call when a request arrives; it returns the real time in ms when it was sent
 */
export function createSentTogether(turns: number): () => number {
  let together: number | undefined
  const end = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await SETTLED
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
