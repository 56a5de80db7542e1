import type { Fault, Sink } from '../behaviour/call.ts'
import { getJob, jobPlace } from '../behaviour/jobs.ts'
import { MomentReader } from '../behaviour/moments.ts'
import type { Turn } from '../behaviour/turn.ts'
import type { StreamEnd } from '../scenario/fault.ts'
import type { StreamStep } from '../spec/events.ts'
import { asText } from '../spec/scalar.ts'
import type { Waiting } from '../state/clock.ts'
import { reportFault } from '../state/guard.ts'
import { stepAt } from './due.ts'
import type { Flow } from './flow.ts'
import { comment, frame, type SentEvent } from './frame.ts'
import { announceLater, holdEntry, keepSlots } from './hold.ts'
import { makeEvent } from './message.ts'
import { tell } from './moments.ts'
import type { Streaming } from './pending.ts'
import type { Record } from './record.ts'
import { type Cue, Script } from './script.ts'
import type { Engine } from './work.ts'
import type { Session } from './session.ts'
import { encodeText } from '../state/text.ts'

export interface StreamOptions {
  /** ms since 1970 at which it begins. */
  readonly from: number
  /** What goes wrong on the way. */
  readonly end: StreamEnd | undefined
  /** Makes the fault that it ends with. */
  readonly fault: () => Fault
  /** To be called when it has ended by itself. */
  readonly ended: () => void
}

/** How a stream ends in which the mock has failed. */
const BROKEN: Fault = { name: 'connection-reset', by: 0, noise: '' }

/**
 * Sends a job's events while they fall due. It looks again when the next one is due, and when the job is moved; a client
 * that reads too slowly is waited for, and nothing is made for it meanwhile.
 */
export function createStream(
  engine: Engine,
  session: Session,
  turn: Turn,
  record: Record,
  { step, job: id }: Streaming,
  options: StreamOptions,
): Flow {
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

  const close = (): void => {
    isOpen = false
    waiting?.cancel()
    unwatch()
    quiet()
    session.held.delete(turn.id)
  }

  const finish = (sink: Sink): void => {
    close()
    sink.end()
    options.ended()
  }

  /** A step of its own, at the instant that it tells of. */
  const within = <T>(at: number, run: () => T): T =>
    stepAt(engine.runtimes, session, at, (tx) => {
      turn.tx = tx
      return run()
    })

  const make = (cue: Cue): SentEvent | undefined =>
    within(cue.at, () => makeEvent(engine, session, turn, step, id, cue, session.clock.now()))

  const breakOff = (sink: Sink, cue: Cue): void => {
    if (end!.name === 'error' || end!.name === 'timeout') {
      const sent = within(cue.at, () =>
        makeEvent(engine, session, turn, step, id, { kind: end!.name as 'error', at: cue.at }, session.clock.now()),
      )
      if (sent) put(sink, sent)
      return finish(sink)
    }
    record.break(end!.name)
    if (end!.name === 'hang') {
      // Silence, until the connection is closed after all.
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

  const put = (sink: Sink, sent: SentEvent): Promise<void> | undefined => {
    record.tell(sent)
    return sink.write(encodeText(frame(sent)))
  }

  const wait = (at: number, reason: string, sink: Sink, then: () => void): void => {
    session.held.set(turn.id, holdEntry(turn, at, reason))
    waiting = session.clock.wakeAt(at, () => {
      if (session.clock.now() >= at) return then()
      // Woken early: the session was reset and its slots with it, so there are none to give back.
      turn.slots.length = 0
      finish(sink)
    })
  }

  const pump = (sink: Sink): void => {
    // What is sent may settle the job, and so wake whoever watches it: it is looked at again anyway.
    if (isPumping) return
    isPumping = true
    try {
      work(sink)
    } catch (error) {
      // Its answer has begun, so that breaking it off is all that is left.
      reportFault(`go on with the stream of ${turn.call.method} ${turn.call.path}`, error)
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
      const row = within(session.latest, () => getJob(turn, job, id))
      if (!row) return finish(sink)
      script!.follow(row)
      const cue = script!.next()
      if (cue.at > session.clock.now()) return wait(cue.at, 'stream', sink, () => pump(sink))
      if (end && count >= end.after && cue.kind !== 'comment') return breakOff(sink, cue)
      const isLast = cue.kind === 'done' || cue.kind === 'timeout'
      const sent = cue.kind === 'comment' ? undefined : make(cue)
      script!.pass(cue)
      if (sent) count++
      const slow = sent
        ? put(sink, sent)
        : cue.kind === 'comment'
          ? sink.write(encodeText(comment(step.keepAlive!.comment)))
          : undefined
      if (isLast) return finish(sink)
      if (!slow) continue
      isBlocked = true
      const goOn = (): void => {
        isBlocked = false
        pump(sink)
      }
      void slow.then(goOn)
    }
  }

  return {
    start: (sink) => {
      isOpen = true
      const told = within(turn.now, () => resumed(turn, step, id))
      const row = within(turn.now, () => getJob(turn, job, id))!
      script = new Script(step, row, from, told)
      keepSlots(session, turn, from + step.timeoutAfter / row.pace)
      unwatch = session.store.watch(jobPlace(job, id), () => {
        // A hanging stream hears of nothing.
        if (!(end?.name === 'hang' && count >= end.after)) pump(sink)
      })
      quiet = announceLater(session, turn, from, 'stream')
      session.held.set(turn.id, holdEntry(turn, from, 'stream'))
      pump(sink)
    },
    stop: () => {
      if (!isOpen) return false
      close()
      return true
    },
  }
}

/** How many events a client has had that comes back and names the last of them. */
function resumed(turn: Turn, step: StreamStep, id: string): number | undefined {
  const last = turn.call.headers['last-event-id']
  const row = last === undefined || last === '' ? undefined : getJob(turn, step.job, id)
  if (!row) return undefined
  const reader = new MomentReader(step.job, row, 0)
  for (let moment = reader.take(turn.now); moment; moment = reader.take(turn.now)) {
    const told = tell(turn, step.job, row, moment)
    if (asText(step.each.id?.(told.scope)) === last) return moment.index + 1
  }
  return undefined
}
