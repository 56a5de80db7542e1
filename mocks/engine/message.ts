import { getJob } from '../behaviour/jobs.ts'
import type { Turn } from '../behaviour/turn.ts'
import type { Message, StreamStep } from '../spec/events.ts'
import type { Scope } from '../spec/value.ts'
import { asText } from '../spec/scalar.ts'
import { reportBreaches } from './breaches.ts'
import type { SentEvent } from './frame.ts'
import { complete, itemAt, scopeAt, tell } from './moments.ts'
import type { Cue } from './script.ts'
import type { Engine } from './work.ts'
import type { Session } from './session.ts'

type Told = Exclude<Cue, { readonly kind: 'comment' }> | { readonly kind: 'error'; readonly at: number }

/** Makes what a stream sends, as of the instant at which it is due; undefined where the spec has no words for it. */
export function makeEvent(
  engine: Engine,
  session: Session,
  turn: Turn,
  step: StreamStep,
  id: string,
  cue: Cue | Told,
  sentAt: number,
): SentEvent | undefined {
  const { job } = step
  const row = getJob(turn, job, id)
  const message = cue.kind === 'comment' ? undefined : step[cue.kind]
  if (!row || !message) return undefined
  const told = cue.kind === 'each' ? tell(turn, job, row, cue.moment) : undefined
  const scope = told?.scope ?? scopeAt(turn, job, row, cue.at, undefined)
  const written = message.data ? message.data(scope) : itemAt(turn, job, row, cue.at)
  // Without data an event is none to a client.
  const value = written === undefined ? {} : written
  const identity = told?.event.index ?? cue.kind
  const data = message.schema ? complete(turn, job, row, message.schema, value, identity) : value
  if (engine.checkReplies) check(session, turn, cue, told?.event.type, message, data, scope)
  return {
    at: sentAt,
    event: textOf(message.event?.(scope)),
    id: textOf(message.id?.(scope)),
    data: typeof data === 'string' ? data : JSON.stringify(data),
  }
}

/** A stream cannot become a 500 any more: a breach is told, and the stream goes on. */
function check(
  session: Session,
  turn: Turn,
  cue: Cue | Told,
  type: string | undefined,
  message: Message,
  data: unknown,
  scope: Scope,
): void {
  const { vendor, operation } = turn
  const own = cue.kind === 'each' ? cue.moment.event.schema : undefined
  const event = cue.kind === 'each' ? (scope.read('event') as { data: unknown }) : undefined
  const issues = [
    ...(own && event?.data !== undefined ? vendor.schemas.validator(own, RESPONSE)(event.data) : []),
    ...(message.schema ? vendor.schemas.validator(message.schema, RESPONSE)(data) : []),
  ]
  const where = `${vendor.name} ${operation?.id} event ${type ?? cue.kind}: data`
  reportBreaches(
    session,
    issues.map(({ path, message: what }) => `${where}${path === '' ? '' : ` at ${path}`}: ${what}.`),
  )
}

const RESPONSE = { direction: 'response' } as const

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : asText(value)
}
