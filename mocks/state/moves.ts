/** Calls that move one clock: they act one after the other, and setting the clock ends those that still move it. */
export interface Moves {
  /**
   * Runs a call when those before it have ended; not when {@link Moves.end} was called since.
   *
   * @param move - asks `isOver` between its steps, and stops there when it is
   */
  readonly run: (move: (isOver: () => boolean) => Promise<void>) => Promise<void>
  /** Ends all calls so far: what has not moved by now moves no more. */
  readonly end: () => void
}

export function createMoves(): Moves {
  let line = createLine()
  return {
    run: (move) => {
      const own = line
      const moved = own.last.then(() => (own.isOver ? undefined : move(() => own.isOver)))
      // One call that fails is no reason for the next ones not to act.
      own.last = moved.catch(() => {})
      return moved
    },
    end: () => {
      line.isOver = true
      line = createLine()
    },
  }
}

interface Line {
  /** Resolves when the last call has ended. */
  last: Promise<void>
  isOver: boolean
}

function createLine(): Line {
  return { last: Promise.resolve(), isOver: false }
}
