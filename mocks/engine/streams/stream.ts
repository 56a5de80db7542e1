import type { Fault, Sink } from '../../behaviour/call.ts'
import { getJob, jobPlace } from '../../behaviour/jobs/jobs.ts'
import { MomentReader } from '../../behaviour/jobs/moments.ts'
import type { StreamEnd } from '../../scenario/fault.ts'
import type { StreamStep } from '../../spec/model/events.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Waiting } from '../../state/clock.ts'
import { reportFault } from '../../state/guard.ts'
import { encodeText } from '../../state/text.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { runAt } from '../exchange/transaction.ts'
import { reportBreaches } from '../session/breaches.ts'
import { announceLater, holdEntry, keepSlots } from '../session/wait.ts'
import type { Flow } from './dribble.ts'
import { showEnd } from '../jobs/items.ts'
import { EventBatch } from './event-batch.ts'
import { comment } from './frame.ts'
import { addMessage, type Sendable } from './message.ts'
import { readEvent } from './moments.ts'
import type { Streaming } from './pending.ts'
import { type Cue, Script } from './script.ts'

export interface StreamOptions {
  /** ms since 1970 at which it begins. */
  readonly from: number
  /** The fault on the way, if there is one. */
  readonly end: StreamEnd | undefined
  /** Makes the fault that the stream ends with. */
  readonly fault: () => Fault
  /** Called when the stream has ended by itself. */
  readonly ended: () => void
}

/** Most events in one write, since a client may read too slowly. */
const MOST_AT_ONCE = 64

/** What a stream sends at one instant: events, then comments. */
interface Sending {
  readonly batch: EventBatch
  readonly comments: number
  readonly breaches: readonly string[]
  readonly isOver: boolean
  readonly error?: unknown
}

/** The end of a stream after an error of the mock. */
const BROKEN: Fault = { name: 'connection-reset', by: 0, noise: '' }

/**
 * Sends a job's events when they fall due. It wakes when the next one is due and when the job moves; while a client
 * reads too slowly, it makes no events.
 */
export function createStream(exchange: Exchange, streaming: Streaming, options: StreamOptions): Flow {
  const { session, record } = exchange
  const { step, job: id } = streaming
  const { job } = step
  const { from, end } = options
  let script: Script | undefined
  let waiting: Waiting | undefined
  let unwatch = (): void => {}
  let quiet = (): void => {}
  let isOpen = false
  let isBlocked = false
  let isPumping = false
  let count = 0
  let retry: number | undefined

  const close = (): void => {
    isOpen = false
    waiting?.cancel()
    unwatch()
    quiet()
    session.held.delete(exchange.id)
  }

  const finish = (sink: Sink): void => {
    close()
    sink.end()
    options.ended()
  }

  /** Runs a separate transaction at the instant of the cue. */
  const within = <T>(at: number, run: () => T): T =>
    runAt(exchange.engine.runtimes, session, at, (tx) => {
      exchange.tx = tx
      return run()
    })

  /** Makes one message; undefined where there is none. */
  const make = (cue: Sendable): EventBatch | undefined => {
    const breaches: string[] = []
    const batch = within(cue.at, () => {
      breaches.length = 0
      const row = getJob(exchange, job, id)
      const made = new EventBatch(session.clock.now())
      if (row) addMessage({ exchange, step, row, batch: made, breaches }, cue)
      return made
    })
    reportBreaches(session, breaches)
    return batch.count > 0 ? batch : undefined
  }

  const breakOff = (sink: Sink, cue: Cue): void => {
    if (end!.name === 'error' || end!.name === 'timeout') {
      const batch = make({ kind: end!.name as 'error', at: cue.at })
      if (batch) void sink.write(encodeText(written(batch)))
      return finish(sink)
    }
    record.break(end!.name)
    if (end!.name === 'hang') {
      // Sends nothing until the connection is closed.
      return wait(session.clock.now() + end!.for, 'hang', sink, () => fail(sink, ''))
    }
    if (end!.name === 'empty-response') return finish(sink)
    const isCut = end!.name === 'truncate' || end!.name === 'malformed-response-chunk'
    const text = isCut && cue.kind !== 'comment' ? (make(cue)?.text ?? '') : ''
    fail(sink, text.slice(0, Math.floor(text.length / 2)))
  }

  const fail = (sink: Sink, text: string): void => {
    close()
    sink.fail(options.fault(), encodeText(text))
    options.ended()
  }

  /** The text of events; the journal keeps them. */
  const written = (batch: EventBatch): string => {
    if (batch.count === 0) return ''
    if (retry !== undefined) batch.addRetry(retry)
    retry = undefined
    record.addEvents(batch)
    return batch.text
  }

  const wait = (at: number, reason: string, sink: Sink, then: () => void): void => {
    session.held.set(exchange.id, holdEntry(exchange, at, reason))
    waiting = session.clock.wakeAt(at, () => {
      if (session.clock.now() >= at) return then()
      // Woken early: the session and its slots were reset, so there are none to release.
      exchange.slots = []
      finish(sink)
    })
  }

  const pump = (sink: Sink): void => {
    // Sending may settle the job and so wake its watchers; the loop reads the job again anyway.
    if (isPumping) return
    isPumping = true
    try {
      work(sink)
    } catch (error) {
      // The answer has begun, so it can only be broken off.
      reportFault(`go on with the stream of ${exchange.call.method} ${exchange.call.path}`, error)
      record.fail(error)
      close()
      sink.fail(BROKEN, encodeText(''))
      options.ended()
    } finally {
      isPumping = false
    }
  }

  const work = (sink: Sink): void => {
    while (isOpen && !isBlocked) {
      waiting?.cancel()
      const row = within(session.latest, () => getJob(exchange, job, id))
      if (!row) return finish(sink)
      script!.follow(row)
      const cue = script!.next()
      if (cue.at > session.clock.now()) return wait(cue.at, 'stream', sink, () => pump(sink))
      if (isBreak(cue, count)) return breakOff(sink, cue)
      const sending = makeBatch(cue)
      const slow = send(sink, sending)
      if (sending.error !== undefined) throw sending.error
      if (sending.isOver) {
        exchange.engine.observer?.streamed(exchange)
        return finish(sink)
      }
      if (!slow) continue
      isBlocked = true
      const goOn = (): void => {
        isBlocked = false
        pump(sink)
      }
      void slow.then(goOn)
    }
  }

  /** Whether the fault comes in place of a cue. */
  const isBreak = (cue: Cue, sent: number): boolean => end !== undefined && sent >= end.after && cue.kind !== 'comment'

  /** Makes what is due at one instant in one transaction. An error keeps what was made before it. */
  const makeBatch = (first: Cue): Sending => {
    const before = session.store.mayRunAgain ? script!.mark() : undefined
    let isAgain = false
    return within(first.at, () => {
      if (isAgain && before) script!.rewind(before)
      isAgain = true
      const batch = new EventBatch(session.clock.now())
      const breaches: string[] = []
      const row = getJob(exchange, job, id)
      const making = row && { exchange, step, row, batch, breaches }
      let comments = 0
      try {
        let cue = first
        do {
          if (cue.kind === 'comment') comments++
          else if (making) addMessage(making, cue)
          script!.pass(cue)
          if (cue.kind === 'done' || cue.kind === 'timeout') {
            exchange.now = Math.max(exchange.now, cue.at)
            showEnd(exchange, job.collection, id)
            return { batch, comments, breaches, isOver: true }
          }
          if (!row) break
          script!.follow(row)
          cue = script!.next()
        } while (cue.at === first.at && batch.count + comments < MOST_AT_ONCE && !isBreak(cue, count + batch.count))
        return { batch, comments, breaches, isOver: false }
      } catch (error) {
        return { batch, comments, breaches, isOver: false, error }
      }
    })
  }

  const send = (sink: Sink, { batch, comments, breaches }: Sending): Promise<void> | undefined => {
    reportBreaches(session, breaches)
    count += batch.count
    const text = written(batch) + (comments > 0 ? comment(step.keepAlive!.comment).repeat(comments) : '')
    return text === '' ? undefined : sink.write(encodeText(text))
  }

  return {
    start: (sink) => {
      isOpen = true
      const { row, received } = within(exchange.now, () => ({
        row: getJob(exchange, job, id),
        received: resumed(exchange, step, id),
      }))
      // The session was reset or the job deleted after the answer began.
      if (!row) return finish(sink)
      script = new Script(step, row, from, received)
      retry = step.retry && Math.ceil(step.retry / row.pace)
      keepSlots(exchange, from + step.timeoutAfter / row.pace)
      unwatch = session.store.watch(jobPlace(job, id), () => {
        // A hanging stream ignores changes.
        if (!(end?.name === 'hang' && count >= end.after)) pump(sink)
      })
      quiet = announceLater(exchange, from, 'stream')
      session.held.set(exchange.id, holdEntry(exchange, from, 'stream'))
      pump(sink)
    },
    stop: () => {
      if (!isOpen) return false
      close()
      return true
    },
  }
}

/** How many events a reconnecting client already has, by the id of the last one. */
function resumed(exchange: Exchange, step: StreamStep, id: string): number | undefined {
  const last = exchange.call.headers['last-event-id']
  const row = last === undefined || last === '' ? undefined : getJob(exchange, step.job, id)
  if (!row) return undefined
  const reader = new MomentReader(step.job, row, 0)
  for (let moment = reader.take(exchange.now); moment; moment = reader.take(exchange.now)) {
    if (asText(step.each.id?.(readEvent(exchange, step.job, row, moment))) === last) return moment.index + 1
  }
  return undefined
}
