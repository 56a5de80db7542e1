import type { Session } from '../../engine/session/session.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { settledWithin, realTime, nextTurn } from '../../state/clock.ts'
import { NotSettledError, workOf } from './not-settled-error.ts'

export interface DriveLimits {
  /** The most ms that the session's clock is moved. */
  readonly within: number
  /** Real ms that the work may take while nothing is due on the clock. */
  readonly patience?: number | undefined
}

/** Real ms without any activity before `drive` gives up. */
const PATIENCE_MS = 2000
/** Factor of patience for a client that keeps sending requests, but waits on its own timers. */
const POLLING = 2
/** Maximum number of clock moments: an endless poll ends before a test times out. */
const MOST_MOMENTS = 10_000
/**
 * Turns of the event loop without any activity: as many as a request to a server in this process needs for the round
 * trip.
 */
const CALM_TURNS = 10
/** Real ms that work of the mock may delay the clock: the work may itself wait for the clock. */
const WORK_MS = 20
/** Real ms between two checks whether anything is due. */
const LOOK_MS = 5

/**
 * Moves a session's clock from one due moment to the next until the work has settled, and returns the result of the
 * work.
 *
 * @throws {@link NotSettledError} when nothing is due any more, or when the limits are reached
 */
export async function drive<Result>(
  session: Session,
  work: PromiseLike<Result> | (() => PromiseLike<Result> | Result),
  limits: DriveLimits,
): Promise<Result> {
  session.drives++
  try {
    return await moveUntilSettled(session, work, limits)
  } finally {
    session.drives--
  }
}

async function moveUntilSettled<Result>(
  session: Session,
  work: PromiseLike<Result> | (() => PromiseLike<Result> | Result),
  { within, patience = PATIENCE_MS }: DriveLimits,
): Promise<Result> {
  const { clock } = session
  const start = clock.now()
  const running = (async () => (typeof work === 'function' ? work() : work))()
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  running.then(over, over)

  for (let moments = 0; ; moments++) {
    await calm(session, () => isOver)
    const waited = isOver ? 'due' : await somethingDue(session, { running, patience, isOver: () => isOver })
    if (waited === 'silent') throw stuck(session, clock.now() - start, patience)
    if (waited === 'polling') throw polling(session, patience)
    if (isOver) return running
    const due = clock.due()!
    if (due - start > within || moments === MOST_MOMENTS) {
      const limit =
        due - start > within
          ? `within ${formatDuration(within)} of the mock's clock`
          : `in ${MOST_MOMENTS} moments of the mock's clock`
      throw new NotSettledError(
        `Failed to drive the work ${limit}: after ${formatDuration(clock.now() - start)} it still waits.`,
        session,
        ['If the work needs more time than that, drive it in parts, or say { within } with a longer duration.'],
      )
    }
    await clock.advance(Math.max(0, due - clock.now()))
  }
}

/** Lets the work do everything it can before the clock moves. */
async function calm(session: Session, isOver: () => boolean): Promise<void> {
  const begin = realTime()
  for (let turns = 0; turns < CALM_TURNS && !isOver();) {
    const before = signOfLife(session)
    await nextTurn()
    const isCalm = signOfLife(session) === before && (workOf(session) === 0 || realTime() - begin > WORK_MS)
    turns = isCalm ? turns + 1 : 0
  }
}

/**
 * Lets the work run in real time until something is due or the work is over.
 *
 * @returns `silent` if there was no activity within the patience; `polling` if there is activity again and again, while
 * the work waits in real time for a clock that stands still
 */
async function somethingDue(
  session: Session,
  { running, patience, isOver }: { running: Promise<unknown>; patience: number; isOver: () => boolean },
): Promise<'due' | 'silent' | 'polling'> {
  const { clock } = session
  const isDue = (): boolean => (clock.due() ?? Number.POSITIVE_INFINITY) < Number.POSITIVE_INFINITY
  let seen = signOfLife(session)
  let since = realTime()
  let idle = 0
  while (!isDue() && !isOver()) {
    if (realTime() - since > patience) return 'silent'
    if (idle > patience * POLLING && clock.frozen()) return 'polling'
    const looked = realTime()
    await settledWithin(LOOK_MS, running)
    const now = signOfLife(session)
    // If the step took much longer, the work has blocked this process.
    if (now === seen) idle += Math.min(realTime() - looked, 2 * LOOK_MS)
    else [seen, since] = [now, realTime()]
  }
  return 'due'
}

/** Changes whenever the session gets a request, gives an answer, or holds something else. */
function signOfLife(session: Session): string {
  const { count, held, asleep } = session
  return [count, held.size, asleep.size, workOf(session)].join()
}

const OWN_TIMERS =
  'The mock does not see a client that sleeps with its own timers: give it mock.clock.sleep, or run it with fake timers and move those.'

function polling(session: Session, patience: number): NotSettledError {
  return new NotSettledError(
    `Failed to drive the work: it sends requests and waits between them in real time, ${formatDuration(patience * POLLING)} so far, while nothing is due on the mock's clock, which stands still.`,
    session,
    [OWN_TIMERS, 'If the work only takes that long, say { patience } with more milliseconds.'],
  )
}

function stuck(session: Session, moved: number, patience: number): NotSettledError {
  const isHanging = [...session.held.values()].some(({ until }) => until === Number.POSITIVE_INFINITY)
  return new NotSettledError(
    `Failed to drive the work: nothing is due on the mock's clock, and the work has not settled in ${formatDuration(patience)} of real time. The clock was moved by ${formatDuration(moved)}.`,
    session,
    isHanging
      ? ['A request that is held forever continues when a verb moves its job (mock.do), or when the client times out.']
      : [OWN_TIMERS],
  )
}
