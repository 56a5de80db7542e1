import type { SchemaIssue } from '../spec/schema/issue.ts'
import type { Read } from '../state/store.ts'
import type { Cause } from '../spec/model/tokens.ts'
import type { Refusal } from '../spec/model/response.ts'
import type { Stage } from '../spec/model/rules/stage.ts'

/** Fields of an item, as the vendor's own answers would show them. */
export type Item = Readonly<Record<string, unknown>>

/** A stage's answer: the exchange ends here. */
export interface Refused {
  readonly stage: Stage | 'idempotency' | 'handle'
  /** The documented answer; undefined where the spec has none, and the engine's own plain one of `status` is sent. */
  readonly refusal: Refusal | undefined
  readonly status: number
  /** Why, for the journal: names, numbers, what would pass. */
  readonly because: string
  /** What `{$issue.…}` and `{$issues}` read. */
  readonly issues?: readonly SchemaIssue[]
  /** The limit that refused. */
  readonly limit?: LimitReading
  /** Credits that are missing. */
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
  /** From 0, when the limit is counted by several servers. */
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
