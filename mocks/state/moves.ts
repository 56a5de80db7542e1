/** Calls that move one clock. They run one after the other, and setting the clock ends those that still move it. */
export interface Moves {
  /**
   * Runs a call after the earlier ones, unless {@link Moves.end} has been called since.
   *
   * @param move - checks `isOver` between its steps, and stops when it is true
   */
  readonly run: (move: (isOver: () => boolean) => Promise<void>) => Promise<void>
  /** Ends all calls so far, including those not yet started. */
  readonly end: () => void
}

export function createMoves(): Moves {
  let line = createLine()
  return {
    run: (move) => {
      const own = line
      const moved = own.last.then(() => (own.isOver ? undefined : move(() => own.isOver)))
      // A failed call must not prevent the next ones from running.
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
