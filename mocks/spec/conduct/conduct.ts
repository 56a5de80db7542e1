/** How a client behaves over many exchanges: what a spec and a scenario can say of it. */

/** Codes of the rules by which a verdict judges conduct. */
export const CONDUCT_CODES = [
  'abandoned-work',
  'backoff',
  'browser-credential',
  'clock-stands-still',
  'credits',
  'dead-credential',
  'duplicate-work',
  'key-not-reused',
  'no-timeout',
  'page-past-end',
  'poll-after-final',
  'poll-interval',
  'poll-unknown',
  'redirect-credential',
  'refresh-race',
  'refresh-replay',
  'reset-misread',
  'restart-queue',
  'retry-after',
  'retry-refused',
  'retry-storm',
  'retry-unsafe',
  'stream-reconnect',
  'token-churn',
  'unclaimed',
  'webhook-ack',
  'webhook-duplicate',
  'webhook-signature',
] as const
export type ConductCode = (typeof CONDUCT_CODES)[number]

/** Codes of what is wrong with a single request. */
export const REQUEST_CODES = [
  'credential-in-url',
  'deprecated-operation',
  'invalid-body',
  'invalid-parameter',
  'missing-body',
  'missing-parameter',
  'unknown-media-type',
  'unknown-method',
  'unknown-parameter',
  'unknown-path',
] as const
export type RequestCode = (typeof REQUEST_CODES)[number]

/** Codes of scenarios' expectations. */
export const EXPECTATIONS = [
  'acknowledges',
  'calls-at-most',
  'cancels',
  'follows-up',
  'gives-up',
  'in-flight-at-most',
  'looks-first',
  'never-calls',
  'never-meets',
  'polls-until-final',
  'refuses',
  'retries-after',
  'starts-once',
  'stops-after',
  'waits-at-least',
  'waits-for-answers',
] as const
export type ExpectationKind = (typeof EXPECTATIONS)[number]

/** Code of an answer of the mock that breaks the vendor's document. */
export const REPLY_CODE = 'off-contract'

/** All codes that a finding can have. */
export const FINDING_CODES: readonly string[] = [
  ...CONDUCT_CODES,
  ...REQUEST_CODES,
  ...EXPECTATIONS.map((kind) => `expect-${kind}`),
  REPLY_CODE,
]

/** From the least to the worst; `off` is not reported at all. */
export const SEVERITIES = ['off', 'info', 'warning', 'error'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What a vendor says about one kind of conduct. */
export interface Statement {
  /** The vendor's fact, in few words. */
  readonly says: string
  /** Why it is only assumed; undefined for what the vendor states. */
  readonly assumed: string | undefined
  /** The operations that it speaks of; undefined for all that it can be about. */
  readonly operations: ReadonlySet<string> | undefined
  /** ms between two calls at the least, before `pace` divides them. */
  readonly every: number | undefined
}

/** Whether a failed request may be sent again: at once, after a look at whether it has worked, or never. */
export const RETRIES = ['allowed', 'check-first', 'never'] as const
export type Retry = (typeof RETRIES)[number]

/** What a vendor says about how clients should behave. */
export interface Conduct {
  /** By operation. */
  readonly retry: ReadonlyMap<string, Retry>
  readonly statements: ReadonlyMap<string, Statement>
}

/** What a scenario expects of a client. */
export interface Expectation {
  readonly kind: ExpectationKind
  /** Undefined for all. */
  readonly operations: ReadonlySet<string> | undefined
  /** The operation, or the tag of several, as the scenario names it. */
  readonly about: string | undefined
  readonly status: number | undefined
  /** Whether it is about what the scenario itself has played. */
  readonly played: boolean
  /** Header of a refusal that says how long to wait. */
  readonly header: string | undefined
  /** ms to wait at least. */
  readonly wait: number | undefined
  /** ms after which a client may give up. */
  readonly for: number | undefined
  /** ms after which a client must have given up. */
  readonly after: number | undefined
  readonly times: number | undefined
  readonly webhook: string | undefined
}

/** What a scenario, a test or a configuration makes of findings with one code. */
export interface FindingSetting {
  readonly severity: Severity
  readonly reason: string | undefined
}
