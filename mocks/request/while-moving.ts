import type { Mock } from '../connect/mock/api/mock-api.ts'

interface MovingOptions {
  /** Whether the clock may move yet; always, if absent. */
  readonly mayMove?: () => boolean
  /** Maximum ms of the clock before the work is aborted; unlimited, if absent. */
  readonly longest?: number
}

/**
 * Waits for work while the mock's clock stands still. When everything left waits on the clock, the clock moves to the
 * next awaited instant. Work that waits forever is aborted.
 *
 * @param begin - starts the work; its controller is aborted when the work is aborted
 */
export async function whileMoving<T>(
  mock: Mock,
  begin: (patience: AbortController) => Promise<T>,
  { mayMove = () => true, longest = Number.POSITIVE_INFINITY }: MovingOptions = {},
): Promise<T> {
  const patience = new AbortController()
  const last = mock.clock.now() + longest
  const work = begin(patience)
  let isDone = false
  const end = (): void => {
    isDone = true
  }
  work.then(end, end)
  for (;;) {
    await mock.settled()
    if (isDone) return work
    if (!mayMove()) continue
    const [next] = mock
      .held()
      .map((held) => held.until)
      .sort((left, right) => left - right)
    if (next === undefined) continue
    if (next === Number.POSITIVE_INFINITY || next > last) patience.abort()
    else await mock.clock.advance(Math.max(0, next - mock.clock.now()))
  }
}
