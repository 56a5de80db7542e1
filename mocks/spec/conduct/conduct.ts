/** The client conduct that specs and scenarios describe: behaviour across many exchanges. */

/** Codes of the conduct rules of a verdict. */
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

/** Codes of errors in a single request. */
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

/** Code of an answer by the mock that breaks the vendor's document. */
export const REPLY_CODE = 'off-contract'

/** All codes that a finding can have. */
export const FINDING_CODES: readonly string[] = [
  ...CONDUCT_CODES,
  ...REQUEST_CODES,
  ...EXPECTATIONS.map((kind) => `expect-${kind}`),
  REPLY_CODE,
]

/** Lowest first; `off` is not reported. */
export const SEVERITIES = ['off', 'info', 'warning', 'error'] as const
export type Severity = (typeof SEVERITIES)[number]

/** A vendor's statement about one kind of conduct. */
export interface Statement {
  /** The statement in a few words. */
  readonly says: string
  /** The reason of an assumption; undefined for what the vendor states. */
  readonly assumed: string | undefined
  /** The operations it applies to; undefined for all applicable ones. */
  readonly operations: ReadonlySet<string> | undefined
  /** Minimum ms between two calls, before `pace` divides them. */
  readonly every: number | undefined
}

/** Whether a failed request may be repeated: at once, after a check whether it succeeded, or never. */
export const RETRIES = ['allowed', 'check-first', 'never'] as const
export type Retry = (typeof RETRIES)[number]

/** A vendor's statements about how clients should behave. */
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
  /** Whether it applies to the scenario's own interventions. */
  readonly played: boolean
  /** Header of a refusal that gives the waiting time. */
  readonly header: string | undefined
  /** Minimum ms to wait. */
  readonly wait: number | undefined
  /** ms after which a client may give up. */
  readonly for: number | undefined
  /** ms after which a client must have given up. */
  readonly after: number | undefined
  readonly times: number | undefined
  readonly webhook: string | undefined
}

/** How a scenario, a test or a configuration treats findings with one code. */
export interface FindingSetting {
  readonly severity: Severity
  readonly reason: string | undefined
}
