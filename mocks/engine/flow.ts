import type { Sink } from '../behaviour/call.ts'

/** A body that comes piece by piece, each at its instant on the session's clock. */
export interface Flow {
  readonly start: (sink: Sink) => void
  /** Ends it; says whether it was still under way. */
  readonly stop: () => boolean
}
