import { getJob } from '../../behaviour/jobs/jobs.ts'
import type { Message } from '../../spec/model/events.ts'
import { issueSentence } from '../../spec/schema/issue-message.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { SentEvent } from './frame.ts'
import { complete, InstantScope, itemAt, type ReadEvent, readEvent } from './moments.ts'
import type { Streaming } from './pending.ts'
import type { Cue } from './script.ts'

/** What a stream sends except comments: its own messages, and an error. */
type Sendable = Exclude<Cue, { readonly kind: 'comment' }> | { readonly kind: 'error'; readonly at: number }

/** An event that is ready to be sent, and its breaches of the schema while replies are checked. */
export interface MadeEvent {
  readonly sent: SentEvent
  readonly breaches: readonly string[]
}

/** Makes an event of a stream as of the instant when it is due; undefined where the spec does not define it. */
export function makeEvent(
  exchange: Exchange,
  { step, job: id }: Streaming,
  cue: Cue | Sendable,
): MadeEvent | undefined {
  const { job } = step
  const row = getJob(exchange, job, id)
  const message = cue.kind === 'comment' ? undefined : step[cue.kind]
  if (!row || !message) return undefined
  const read = cue.kind === 'each' ? readEvent(exchange, job, row, cue.moment) : undefined
  const scope = read?.scope ?? new InstantScope(exchange, job, row, { at: cue.at, event: undefined })
  const written = message.data ? message.data(scope) : itemAt(exchange, job, row, cue.at)
  // Clients ignore an event without data.
  const value = written === undefined ? {} : written
  const identity = read?.event.index ?? cue.kind
  const data = message.schema ? complete(exchange, { schema: message.schema, job, row, identity }, value) : value
  return {
    sent: {
      at: exchange.session.clock.now(),
      event: textOf(message.event?.(scope)),
      id: textOf(message.id?.(scope)),
      data: typeof data === 'string' ? data : JSON.stringify(data),
    },
    breaches: exchange.engine.checkReplies ? breachesOf(exchange, cue, message, { read, data }) : NO_BREACHES,
  }
}

const NO_BREACHES: readonly string[] = []

function breachesOf(
  { vendor, operation }: Exchange,
  cue: Cue | Sendable,
  message: Message,
  { read, data }: { readonly read: ReadEvent | undefined; readonly data: unknown },
): string[] {
  const own = cue.kind === 'each' ? cue.moment.event.schema : undefined
  const issues = [
    ...(own && read?.event.data !== undefined ? vendor.schemas.validator(own, RESPONSE)(read.event.data) : []),
    ...(message.schema ? vendor.schemas.validator(message.schema, RESPONSE)(data) : []),
  ]
  const where = `${vendor.name} ${operation?.id} event ${read?.event.type ?? cue.kind}: data`
  return issues.map((issue) => issueSentence(where, issue))
}

const RESPONSE = { direction: 'response' } as const

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : asText(value)
}
