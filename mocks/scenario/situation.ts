import type { Expectation, FindingSetting } from '../spec/conduct/conduct.ts'
import type { TokenSettings } from '../spec/model/tokens.ts'
import type { AccountSettings, Vendor } from '../spec/model/vendor.ts'
import type { LimitSettings } from '../spec/model/rules/limit.ts'
import type { Patch, Refusal } from '../spec/model/response.ts'
import type { Value } from '../spec/values/value.ts'
import type { Acknowledge } from '../spec/model/webhook.ts'
import type { TimeSpan } from './compile/compile-time.ts'
import type { FaultPlan, StreamEnd } from './fault.ts'
import type { Raw } from './raw.ts'

/** The state of a session: scenarios, compiled against the vendors they name. */
export interface Situation {
  /** The scenarios it consists of, in order. */
  readonly names: readonly string[]
  readonly seed: number
  /** Divides the vendors' own durations. */
  readonly pace: number
  readonly clock: { readonly at?: number | undefined; readonly frozen?: boolean | undefined } | undefined
  readonly vendors: ReadonlyMap<string, VendorSituation>
}

/** The part of one vendor; complete, so that behaviours need not consult both spec and scenario. */
export interface VendorSituation {
  readonly scenario: string
  /** The keywords of its scenario, with parents merged. */
  readonly raw: Raw
  readonly title: string
  /** Undefined accepts any key, except one that claims to come from a session and does not. */
  readonly keys: 'open' | 'listed' | undefined
  readonly accounts: ReadonlyMap<string, AccountSettings>
  /** Accounts whose credits this scenario sets; those replace an existing balance. */
  readonly grants: ReadonlySet<string>
  readonly limits: ReadonlyMap<string, LimitSettings>
  /** Fields that override those of items: collection, key, fields. */
  readonly data: ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<string, unknown>>>>
  readonly jobs: ReadonlyMap<string, JobSettings>
  /** By issuer; complete. */
  readonly tokens: ReadonlyMap<string, TokenSettings>
  /** Mishaps of webhooks; absent for webhooks without any. */
  readonly webhooks: ReadonlyMap<string, WebhookSettings>
  readonly rules: readonly Rule[]
  /** Expectations on the client. */
  readonly expect: readonly Expectation[]
  /** Severities of findings, by code. */
  readonly findings: ReadonlyMap<string, FindingSetting>
  readonly latency: Latency | undefined
  /** The default dialect; undefined for a vendor without dialects. */
  readonly dialect: string | undefined
  /** The same for another dialect of the vendor; compiled on first use. */
  readonly in: (vendor: Vendor) => VendorSituation
}

/** How new jobs run. */
export interface JobSettings {
  readonly always: JobCourse
  /** By number of the job in the session, from 1. */
  readonly nth: ReadonlyMap<number, JobCourse>
  readonly where: ReadonlyArray<{ readonly input: readonly FieldTest[]; readonly course: JobCourse }>
  /** By state: the maximum number of jobs that have left it and not ended; null is unlimited. */
  readonly slots: ReadonlyMap<string, number | null>
}

export interface JobCourse {
  readonly outcome?: string | undefined
  /** By state: ms, or `never`. */
  readonly timings: ReadonlyMap<string, number | 'never'>
}

export interface WebhookSettings {
  readonly always: Mishap
  /** By number of the webhook in the session, from 1. */
  readonly nth: ReadonlyMap<number, Mishap>
  readonly acknowledge: Acknowledge
}

/** Delivery problems of one webhook. */
export interface Mishap {
  /** Number of attempts that never arrive. */
  readonly drop?: number | undefined
  /** Number of additional copies. */
  readonly duplicate?: number | undefined
  /** Whether it is held back until the next one is sent. */
  readonly reorder?: boolean | undefined
  /** ms. */
  readonly delay?: number | undefined
  readonly tamper?: 'body' | 'signature' | undefined
}

export interface Latency {
  /** For operations that are not in `operations`. */
  readonly fallback: Span
  readonly operations: ReadonlyMap<string, Span>
}

/** ms, both ends included. */
export interface Span {
  readonly min: number
  readonly max: number
}

export type Place = 'arrival' | 'handle' | 'reply'

export interface Rule {
  /** Its name in reports: `seek/flaky-5xx rule 1`. */
  readonly label: string
  /** Unique in the session; the key of its counters. */
  readonly key: string
  readonly when: When
  readonly at: Place
  /** Several form a sequence, whose last entry repeats. */
  readonly then: readonly Then[]
}

export interface When {
  readonly operations: ReadonlySet<string> | undefined
  readonly call: { readonly from: number; readonly to: number } | undefined
  readonly per: 'session' | 'credential' | 'job'
  readonly headers: readonly FieldTest[]
  readonly query: readonly FieldTest[]
  readonly body: readonly FieldTest[]
  readonly credential: string | undefined
  readonly jobState: string | undefined
  /** 0 to 1. */
  readonly chance: number | undefined
  /** The status of the answer otherwise given; known at reply. */
  readonly status: number | undefined
  readonly time: TimeSpan | undefined
  /** Whether it needs the credential, the body or the job, which are unknown at arrival. */
  readonly needsCaller: boolean
}

/** A name or JSON Pointer, and the value it must have. */
export interface FieldTest {
  readonly field: string
  readonly segments: readonly string[]
  readonly value: unknown
}

export interface Then {
  readonly error: Refusal | undefined
  /** For `error: 429` in a document without named responses: the operation's own answer of that status. */
  readonly status: number | undefined
  readonly answer: LiteralAnswer | undefined
  readonly fault: FaultPlan | undefined
  /** How a stream ends before its job ends. */
  readonly end?: StreamEnd | undefined
  /** Changes to any answer. */
  readonly change: Change | undefined
  /** ms before the answer. */
  readonly delay: number | undefined
}

/** Patches of an answer's body, and headers set on it; a null header is removed. */
export interface Change {
  readonly patch: readonly Patch[]
  readonly headers: ReadonlyArray<readonly [name: string, value: Value]>
  /** Why the changed answer may break the contract. */
  readonly offContract: string | undefined
}

export interface LiteralAnswer {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [name: string, value: Value]>
  readonly body: Value | undefined
  /** Why this answer may break the contract. */
  readonly offContract: string | undefined
}
