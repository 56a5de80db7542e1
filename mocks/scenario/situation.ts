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

/** What a session plays: scenarios, compiled against the vendors they name. */
export interface Situation {
  /** The scenarios that made it, in order. */
  readonly names: readonly string[]
  readonly seed: number
  /** Divides the vendors' own durations. */
  readonly pace: number
  readonly clock: { readonly at?: number | undefined; readonly frozen?: boolean | undefined } | undefined
  readonly vendors: ReadonlyMap<string, VendorSituation>
}

/** The part of one vendor; complete, so that no behaviour asks the spec and the scenario both. */
export interface VendorSituation {
  readonly scenario: string
  /** The keywords of the scenario it was compiled from, parents merged in. */
  readonly raw: Raw
  readonly title: string
  /** Undefined is open, but for a key that says it was given out by a session and was not. */
  readonly keys: 'open' | 'listed' | undefined
  readonly accounts: ReadonlyMap<string, AccountSettings>
  /** Credits that this scenario itself sets, by account; they replace a balance that is already there. */
  readonly grants: ReadonlySet<string>
  readonly limits: ReadonlyMap<string, LimitSettings>
  /** Fields laid over items: collection, key, fields. */
  readonly data: ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<string, unknown>>>>
  readonly jobs: ReadonlyMap<string, JobSettings>
  /** By issuer; complete. */
  readonly tokens: ReadonlyMap<string, TokenSettings>
  /** What goes wrong with webhooks; those that nothing is said of are not in it. */
  readonly webhooks: ReadonlyMap<string, WebhookSettings>
  readonly rules: readonly Rule[]
  /** What the client is expected to do. */
  readonly expect: readonly Expectation[]
  /** Severities of findings, by code. */
  readonly findings: ReadonlyMap<string, FindingSetting>
  readonly latency: Latency | undefined
  /** Spoken where a request chooses none; undefined for a vendor without dialects. */
  readonly dialect: string | undefined
  /** The same for another dialect of the vendor; made on first use. */
  readonly in: (vendor: Vendor) => VendorSituation
}

/** How new jobs go. */
export interface JobSettings {
  readonly always: JobCourse
  /** By ordinal of the job in the session, from 1. */
  readonly nth: ReadonlyMap<number, JobCourse>
  readonly where: ReadonlyArray<{ readonly input: readonly FieldTest[]; readonly course: JobCourse }>
  /** By state: how many jobs may have left it and not ended; null is unlimited. */
  readonly slots: ReadonlyMap<string, number | null>
}

export interface JobCourse {
  readonly outcome?: string | undefined
  /** By state: ms, or `never`. */
  readonly timings: ReadonlyMap<string, number | 'never'>
}

export interface WebhookSettings {
  readonly always: Mishap
  /** By ordinal of the webhook in the session, from 1. */
  readonly nth: ReadonlyMap<number, Mishap>
  readonly acknowledge: Acknowledge
}

/** What goes wrong with one webhook on its way. */
export interface Mishap {
  /** Attempts that never arrive. */
  readonly drop?: number | undefined
  /** Copies besides. */
  readonly duplicate?: number | undefined
  /** Kept back until the next one was sent. */
  readonly reorder?: boolean | undefined
  /** ms. */
  readonly delay?: number | undefined
  readonly tamper?: 'body' | 'signature' | undefined
}

export interface Latency {
  /** For operations that \`operations\` does not name. */
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
  /** `seek/flaky-5xx rule 1`: what reports call it. */
  readonly label: string
  /** Unique in the session; its counters are kept under it. */
  readonly key: string
  readonly when: When
  readonly at: Place
  /** More than one is a sequence, whose last entry repeats. */
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
  /** Of the answer that would be given; known at reply. */
  readonly status: number | undefined
  readonly time: TimeSpan | undefined
  /** Whether it asks for the credential, the body or the job, which are not known at arrival. */
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
  /** `error: 429` of a document without named responses: the operation's own answer of that status. */
  readonly status: number | undefined
  readonly answer: LiteralAnswer | undefined
  readonly fault: FaultPlan | undefined
  /** How a stream ends before its job does. */
  readonly end?: StreamEnd | undefined
  /** What is changed in the answer, whichever comes. */
  readonly change: Change | undefined
  /** ms before the answer. */
  readonly delay: number | undefined
}

/** Values laid over the body of an answer, and headers set on it; a header whose value is null is removed. */
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
