import type { SchemaIssue } from '../spec/schema/issue.ts'
import type { Read } from '../state/store.ts'
import type { Cause } from '../spec/model/tokens.ts'
import type { Refusal } from '../spec/model/response.ts'
import type { Stage } from '../spec/model/rules/stage.ts'

/** Fields of an item, as the vendor's answers show them. */
export type Item = Readonly<Record<string, unknown>>

/** A refusal by a stage, which ends the exchange. */
export interface Refused {
  readonly stage: Stage | 'idempotency' | 'handle'
  /** The documented answer; undefined where the spec has none and the engine sends its own plain one with `status`. */
  readonly refusal: Refusal | undefined
  readonly status: number
  /** The reason for the journal: names, numbers, and what would pass. */
  readonly because: string
  /** What `{$issue.…}` and `{$issues}` read. */
  readonly issues?: readonly SchemaIssue[]
  /** The limit that refused. */
  readonly limit?: LimitReading
  /** The missing credits. */
  readonly shortfall?: Shortfall
  /** Why no tokens were given. */
  readonly cause?: Cause
  /** Rows that the refusal depended on. */
  readonly reads?: readonly Read[]
}

/** What `{$limit.…}` reads; instants in ms since 1970. */
export interface LimitReading {
  readonly name: string
  /** null is unlimited. */
  readonly limit: number | null
  readonly used: number
  readonly remaining: number | null
  /** When one more would pass. */
  readonly next: number | undefined
  /** Fixed: window end; sliding: when the oldest hit leaves; bucket: when full. */
  readonly reset: number | undefined
  /** Whole seconds, at least 1. */
  readonly retryAfter: number
  /** ms. */
  readonly window: number | undefined
  /** Index of the server, from 0, where several servers count the limit. */
  readonly instance: number | undefined
}

/** What `{$charge.…}` reads. */
export interface Shortfall {
  readonly price: number
  readonly available: number
  readonly missing: number
}

export function refuse(
  stage: Refused['stage'],
  refusal: Refusal | undefined,
  status: number,
  because: string,
): Refused {
  return { stage, refusal, status: refusal?.response.status ?? status, because }
}

/** Whether a step has ended the request. */
export function isRefused(outcome: object): outcome is Refused {
  return 'stage' in outcome && 'because' in outcome
}
