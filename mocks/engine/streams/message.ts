import type { JobRow } from '../../behaviour/jobs/jobs.ts'
import type { Moment } from '../../behaviour/jobs/moments.ts'
import type { Message, StreamStep } from '../../spec/model/events.ts'
import { issueSentence } from '../../spec/schema/issue-message.ts'
import { printValue } from '../../spec/codec/print-value.ts'
import { asText } from '../../spec/values/scalar.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { EventBatch } from './event-batch.ts'
import { complete, InstantScope, itemAt, readEvent } from './moments.ts'
import type { Cue } from './script.ts'

/** What a stream sends except comments: its own messages, and an error. */
export type Sendable = Exclude<Cue, { readonly kind: 'comment' }> | { readonly kind: 'error'; readonly at: number }

/** The stream that messages are made for. */
export interface Making {
  readonly exchange: Exchange
  readonly step: StreamStep
  /** Its job, as it is in the open transaction. */
  readonly row: JobRow
  readonly batch: EventBatch
  /** Receives the breaches of schemas, while replies are checked. */
  readonly breaches: string[]
}

/** Adds a message to the batch, as of the instant when it is due; nothing where the spec does not define it. */
export function addMessage(making: Making, cue: Sendable): void {
  if (cue.kind === 'each') return addEvent(making, cue.moment)
  const { exchange, step, row } = making
  const message = step[cue.kind]
  if (!message) return
  const scope = new InstantScope(exchange, step.job, row, { at: cue.at, event: undefined })
  add(making, { message, scope, moment: undefined, kind: cue.kind, at: cue.at })
}

function addEvent(making: Making, moment: Moment): void {
  const { exchange, step, row, batch } = making
  const { each, job } = step
  const { print } = moment.event
  if (print && each.isPassing) {
    const scope = new InstantScope(exchange, job, row, moment)
    batch.add(print(scope) ?? NOTHING, textOf(each.event?.(scope)), textOf(each.id?.(scope)))
  } else {
    const scope = readEvent(exchange, job, row, moment)
    add(making, { message: each, scope, moment, kind: 'each', at: moment.at })
  }
}

/** A message that is made. */
interface Made {
  readonly message: Message
  readonly scope: InstantScope
  readonly moment: Moment | undefined
  readonly kind: Sendable['kind']
  readonly at: number
}

function add({ exchange, step, row, batch, breaches }: Making, made: Made): void {
  const { message, scope, moment, kind } = made
  const { job } = step
  const written = message.data ? message.data(scope) : itemAt(exchange, job, row, made.at)
  // Clients ignore an event without data.
  const value = written === undefined ? {} : written
  const identity = moment?.index ?? kind
  const data = message.schema ? complete(exchange, { schema: message.schema, job, row, identity }, value) : value
  batch.add(printValue(data)!, textOf(message.event?.(scope)), textOf(message.id?.(scope)))
  if (exchange.engine.checkReplies) breaches.push(...breachesOf(exchange, made, data))
}

/** The data of an event that has none. */
const NOTHING = '{}'

function breachesOf({ vendor, operation }: Exchange, { message, scope, moment, kind }: Made, data: unknown): string[] {
  const own = moment?.event.schema
  const given = scope.member('data')
  const issues = [
    ...(own && given !== undefined ? vendor.schemas.validator(own, RESPONSE)(given) : []),
    ...(message.schema ? vendor.schemas.validator(message.schema, RESPONSE)(data) : []),
  ]
  const where = `${vendor.name} ${operation?.id} event ${moment?.event.type ?? kind}: data`
  return issues.map((issue) => issueSentence(where, issue))
}

const RESPONSE = { direction: 'response' } as const

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : value === undefined || value === null ? undefined : asText(value)
}
