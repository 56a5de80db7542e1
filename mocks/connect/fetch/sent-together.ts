import { realTime } from '../../state/clock.ts'

/**
 * Makes a function that tells when requests in process were sent. A client that sends several at once sees no answer before it
 * has sent all of them, though the mock may have answered the first by then. All of them count as sent when the first was.
 *
 * @param turns - microtasks for which that holds; an answer takes more to reach the client and to be followed by a request
 * @returns to be called when a request arrives; gives the real time in ms at which it was sent
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
