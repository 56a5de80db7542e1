import type { Sink } from '../../behaviour/call.ts'
import type { FaultPlan } from '../../scenario/fault.ts'
import type { Waiting } from '../../state/clock.ts'
import { encodeText } from '../../state/text.ts'
import type { Answer } from '../answer/answer.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { announceLater, holdEntry } from '../session/wait.ts'

/** A body that comes piece by piece, each at its instant on the session's clock. */
export interface Flow {
  readonly start: (sink: Sink) => void
  /** Stops it; returns whether it was still in progress. */
  readonly stop: () => boolean
}

/** Most pieces of a body: the first at once, ten more over time. */
const PIECES = 11

/**
 * Splits an answer's body into equal pieces: the first is sent at once, the last `plan.over` ms after `from`. When the
 * session is reset, the rest is sent at once.
 */
export function createDribble(exchange: Exchange, from: number, plan: FaultPlan, answer: Answer): Flow {
  const { session } = exchange
  const body = typeof answer.body === 'string' ? encodeText(answer.body) : (answer.body ?? NOTHING)
  const count = Math.max(1, Math.min(PIECES, body.byteLength))
  const until = from + plan.over
  const cutAt = (index: number): number => Math.floor((body.byteLength * index) / count)
  let waiting: Waiting | undefined
  let quiet = (): void => {}

  const end = (): void => {
    waiting = undefined
    quiet()
    session.held.delete(exchange.id)
  }

  const next = (index: number, sink: Sink): void => {
    const at = count > 1 ? from + Math.ceil((plan.over * index) / (count - 1)) : until
    waiting = session.clock.wakeAt(at, () => {
      const isReset = session.clock.now() < at
      // The reset removed the slots from the state, so there are none to release.
      if (isReset) exchange.slots = []
      const after = isReset ? count : index + 1
      void sink.write(body.subarray(cutAt(index), cutAt(after)))
      if (after < count) return next(after, sink)
      end()
      sink.end()
    })
  }

  return {
    start: (sink) => {
      session.held.set(exchange.id, holdEntry(exchange, until, 'slow-body'))
      quiet = announceLater(exchange, until, 'slow-body')
      if (count > 1) void sink.write(body.subarray(0, cutAt(1)))
      next(count > 1 ? 1 : 0, sink)
    },
    stop: () => {
      if (!waiting) return false
      waiting.cancel()
      end()
      return true
    },
  }
}

const NOTHING = new Uint8Array()
