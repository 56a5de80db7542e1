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
import { comment, frame, type SentEvent } from './frame.ts'
import { showEnd } from '../jobs/items.ts'
import { type MadeEvent, makeEvent } from './message.ts'
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

/** What a stream sends at one instant. */
interface Batch {
  /** Events in order; undefined stands for a comment. */
  readonly made: ReadonlyArray<MadeEvent | undefined>
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

  /** A stream cannot become a 500 any more, so a breach is reported and the stream continues. */
  const make = (cue: Parameters<typeof makeEvent>[2]): SentEvent | undefined => {
    const made = within(cue.at, () => makeEvent(exchange, streaming, cue))
    if (made) reportBreaches(session, made.breaches)
    return made?.sent
  }

  const breakOff = (sink: Sink, cue: Cue): void => {
    if (end!.name === 'error' || end!.name === 'timeout') {
      const sent = make({ kind: end!.name as 'error', at: cue.at })
      if (sent) void sink.write(encodeText(written(sent)))
      return finish(sink)
    }
    record.break(end!.name)
    if (end!.name === 'hang') {
      // Sends nothing until the connection is closed.
      return wait(session.clock.now() + end!.for, 'hang', sink, () => fail(sink, ''))
    }
    if (end!.name === 'empty-response') return finish(sink)
    const isCut = end!.name === 'truncate' || end!.name === 'malformed-response-chunk'
    const sent = isCut ? make(cue) : undefined
    const text = sent ? frame(sent) : ''
    fail(sink, text.slice(0, Math.floor(text.length / 2)))
  }

  const fail = (sink: Sink, text: string): void => {
    close()
    sink.fail(options.fault(), encodeText(text))
    options.ended()
  }

  /** An event as text; the journal keeps it. */
  const written = (made: SentEvent): string => {
    const sent = retry === undefined ? made : { ...made, retry }
    retry = undefined
    record.addEvent(sent)
    return frame(sent)
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
      const batch = makeBatch(cue)
      const slow = send(sink, batch)
      if (batch.error !== undefined) throw batch.error
      if (batch.isOver) {
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
  const makeBatch = (first: Cue): Batch => {
    const before = script!.mark()
    let isAgain = false
    return within(first.at, () => {
      if (isAgain) script!.rewind(before)
      isAgain = true
      const made: Array<MadeEvent | undefined> = []
      try {
        let cue = first
        let events = 0
        do {
          const one = cue.kind === 'comment' ? undefined : makeEvent(exchange, streaming, cue)
          if (one) events++
          if (one || cue.kind === 'comment') made.push(one)
          script!.pass(cue)
          if (cue.kind === 'done' || cue.kind === 'timeout') {
            exchange.now = Math.max(exchange.now, cue.at)
            showEnd(exchange, job.collection, id)
            return { made, isOver: true }
          }
          const row = getJob(exchange, job, id)
          if (!row) break
          script!.follow(row)
          cue = script!.next()
        } while (cue.at === first.at && made.length < MOST_AT_ONCE && !isBreak(cue, count + events))
        return { made, isOver: false }
      } catch (error) {
        return { made, isOver: false, error }
      }
    })
  }

  const send = (sink: Sink, { made }: Batch): Promise<void> | undefined => {
    let text = ''
    for (const one of made) {
      if (one) {
        reportBreaches(session, one.breaches)
        count++
        text += written(one.sent)
      } else text += comment(step.keepAlive!.comment)
    }
    return text === '' ? undefined : sink.write(encodeText(text))
  }

  return {
    start: (sink) => {
      isOpen = true
      const received = within(exchange.now, () => resumed(exchange, step, id))
      const row = within(exchange.now, () => getJob(exchange, job, id))
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
    const read = readEvent(exchange, step.job, row, moment)
    if (asText(step.each.id?.(read.scope)) === last) return moment.index + 1
  }
  return undefined
}
