import type { Catalogue } from '../../../generated/catalogue.ts'
import type { FaultName } from '../../../scenario/fault.ts'
import type { FindingOptions } from '../../../verdict/settle.ts'
import type { DialectOf, ErrorOf, NameOf, OperationOf } from '../../../load/names.ts'

/**
 * Changes applied over a scenario when it is played, with the same keys as in its file. Names are those of the vendor,
 * or any string for your own vendors.
 *
 * @example
 * mock.play('seek/happy-path', { accounts: { default: { credits: 3 } }, limits: { requests: { capacity: 1 } } })
 */
export interface ScenarioChanges<Vendor extends string = string> {
  /** Accounts by name, merged into those of the spec. */
  readonly accounts?: Readonly<Record<string, AccountChanges<Vendor>>>
  /** Items merged over those of the spec: collection, key, fields. */
  readonly data?: ByName<NameOf<Vendor, 'collection'>, Readonly<Record<string, Fields>>>
  /** Changes to the vendor's limits, by name. */
  readonly limits?: LimitsOf<Vendor>
  /** Outcomes and timings of new jobs, by kind. */
  readonly jobs?: JobsOf<Vendor>
  /** How tokens are issued, by security scheme. */
  readonly tokens?: ByName<NameOf<Vendor, 'tokens'>, TokenChanges>
  /** Failures of webhooks, by name; `default` applies to all of them. */
  readonly webhooks?: ByName<NameOf<Vendor, 'webhook'>, WebhookChanges, 'default'>
  /** Interventions on single requests. The first rule that matches applies. */
  readonly rules?: ReadonlyArray<RuleChange<Vendor>>
  /** Severity of findings by code, with a reason. */
  readonly findings?: FindingOptions
  /** Latency of answers: a duration, a range, or one for each operation. */
  readonly latency?: Latency | LatencyByOperation<Vendor>
  /** `open`: any key of the right format is accepted. `listed`: only those that an account lists. */
  readonly keys?: 'open' | 'listed'
  /** The dialect that the vendor speaks when a request names none. */
  readonly dialect?: DialectOf<Vendor>
  /** Divides the vendor's durations, for clients that really wait. */
  readonly pace?: number
  /** Seed of all generated values and random choices. */
  readonly seed?: number
  /** Changes for several vendors, by vendor. */
  readonly vendors?: ChangesByVendor
}

type OfThePackage = { readonly [Name in keyof Catalogue]?: ScenarioChanges<Name> }

/** Changes by vendor; names are checked for the vendors of the package. */
interface ChangesByVendor extends OfThePackage {
  readonly [own: string]: ScenarioChanges | undefined
}

type Fields = Readonly<Record<string, unknown>>
type HeaderValue = string | number | boolean

/** Values by name; empty where a vendor has none of the names. */
type ByName<Name extends string, Value, More extends string = never> = [Name] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Each in Name | More]?: Value }

/** Changes to one account; any other key can be read as `{$account.<key>}`. */
export interface AccountChanges<Vendor extends string = string> {
  readonly plan?: NameOf<Vendor, 'plan'>
  /** `null` means unlimited. */
  readonly credits?: number | null
  /** The state of each of its keys; `*` means every key that is not listed. */
  readonly keys?: Readonly<Record<string, 'active' | 'missing' | 'malformed' | 'unknown' | 'revoked' | 'expired'>>
  readonly [own: string]: unknown
}

/** A number, or a computed one: `{$plan.limit}`, or a CEL expression. */
type Count = number | null | string | { readonly cel: string }

/** Changes to a limit: the keywords of its algorithm. */
export interface LimitChanges {
  /** Requests per window, or concurrent requests; `null` means unlimited. */
  readonly limit?: Count
  /** Tokens in a bucket. */
  readonly capacity?: Count
  /** Refill rate of a bucket: `10 per 1s`. */
  readonly refill?: string
  /** Length of a window: `60s`. */
  readonly window?: string | { readonly cel: string }
  readonly starts?: 'first-hit' | 'clock'
  /** The longest time a slot is held: `30s`. */
  readonly lease?: string
  /** Number of servers behind a load balancer that count separately. */
  readonly instances?: number
  /** Number of requests over the limit that may wait in a queue. */
  readonly queue?: number
}

type LimitsOf<Vendor extends string> = Vendor extends keyof Catalogue
  ? {
      readonly [Name in keyof Catalogue[Vendor]['limit']]?: Pick<
        LimitChanges,
        Catalogue[Vendor]['limit'][Name] & keyof LimitChanges
      >
    }
  : Readonly<Record<string, LimitChanges>>

/** Outcome and timings of a job. */
export interface Course<Outcome extends string = string, State extends string = string> {
  /** The state it ends in. */
  readonly outcome?: Outcome
  /** How long each state lasts: `2m`; `never` keeps the job in it forever. */
  readonly timings?: ByName<State, string>
}

/** Outcomes and timings of new jobs of one kind. */
export interface JobChanges<
  Outcome extends string = string,
  State extends string = string,
  Slots extends string = string,
> extends Course<Outcome, State> {
  /** For the first job, the second …, in place of the general values. */
  readonly nth?: Readonly<Record<number, Course<Outcome, State>>>
  /** For jobs whose input matches. */
  readonly where?: ReadonlyArray<Course<Outcome, State> & { readonly input: Fields }>
  /** How many jobs may be in a state at the same time; `null` means unlimited. */
  readonly slots?: ByName<Slots, number | null>
}

type JobsOf<Vendor extends string> = Vendor extends keyof Catalogue
  ? { readonly [Name in keyof Catalogue[Vendor]['job']]?: JobOf<Catalogue[Vendor]['job'][Name]> }
  : Readonly<Record<string, JobChanges>>

type JobOf<Names> = Names extends {
  readonly outcome: infer Outcome extends string
  readonly state: infer State extends string
  readonly slots: infer Slots extends string
}
  ? JobChanges<Outcome, State, Slots>
  : never

/** How tokens of one security scheme are issued. */
export interface TokenChanges {
  readonly access?: { readonly lasts?: string }
  readonly refresh?: { readonly lasts?: string }
  readonly code?: { readonly lasts?: string }
  readonly lasts?: string
  readonly account?: string
  readonly scopes?: readonly string[]
  /** Whether the user refuses. */
  readonly deny?: boolean
}

/** Failures of one webhook delivery. */
export interface Mishap {
  /** How many attempts are lost; `true` loses all. */
  readonly drop?: true | number
  /** How many additional copies arrive. */
  readonly duplicate?: number
  /** Whether it is kept back until the next one of its kind is sent. */
  readonly reorder?: boolean
  /** Delay before it is sent: `10s`. */
  readonly delay?: string
  /** What is changed after signing. */
  readonly tamper?: 'body' | 'signature'
}

/** Failures of webhooks of one name. */
export interface WebhookChanges extends Mishap {
  readonly nth?: Readonly<Record<number, Mishap>>
  readonly acknowledge?: {
    readonly status?: number | '2xx' | ReadonlyArray<number | '2xx'>
    readonly within?: string
  }
}

/** A duration, `200ms`, or a range of durations. */
type Latency = string | { readonly min: string; readonly max: string }

interface LatencyByOperation<Vendor extends string> {
  readonly default?: Latency
  readonly operations?: ByName<OperationOf<Vendor>, Latency>
}

/** An intervention on single requests. */
export interface RuleChange<Vendor extends string = string> {
  readonly when?: WhenChange<Vendor>
  readonly then: ThenChange<Vendor>
  readonly at?: RulePlace
}

/**
 * `arrival`: before anything is counted. `handle` (default): before anything is charged or started. `reply`: after the
 * work is done.
 */
type RulePlace = 'arrival' | 'handle' | 'reply'

/** An operation, or all operations with a tag. */
type Operations<Vendor extends string> = OperationOf<Vendor> | NameOf<Vendor, 'tag'>

type Scalars = Readonly<Record<string, string | number | boolean>>

/** Which requests match: all conditions must hold. */
export interface WhenChange<Vendor extends string = string> {
  readonly operation?: Operations<Vendor> | ReadonlyArray<Operations<Vendor>>
  /** Number of the call, from 1; also `2..4`, `3..`. */
  readonly call?: number | string
  readonly per?: 'session' | 'credential' | 'job'
  readonly header?: Scalars
  readonly query?: Scalars
  /** Expected values by JSON Pointer. */
  readonly body?: Fields
  readonly credential?: string
  readonly job?: { readonly state: string }
  readonly chance?: number
  readonly status?: number
  /** Instants or durations: `10s..30s`. */
  readonly time?: string
}

/** What is done to a matching request. */
export type ThenChange<Vendor extends string = string> =
  | (StepChange<Vendor> & { readonly at?: RulePlace })
  | { readonly sequence: ReadonlyArray<StepChange<Vendor>>; readonly at?: RulePlace }

/** One step of an intervention. */
export interface StepChange<Vendor extends string = string> {
  /** A documented error by name, or by its status. */
  readonly error?: ErrorOf<Vendor> | number
  readonly answer?: {
    readonly status: number
    readonly headers?: Readonly<Record<string, unknown>>
    readonly body?: unknown
    readonly offContract?: string
  }
  readonly fault?: FaultName
  readonly stream?: 'error' | 'timeout'
  readonly over?: string
  readonly for?: string
  readonly by?: number
  readonly after?: number
  /** Values set in the body, by JSON Pointer. */
  readonly patch?: Fields
  /** Headers set on the answer; `null` removes a header, a list is sent as several fields. */
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[] | null>>
  readonly offContract?: string
  /** Delay of the answer: `2s`. */
  readonly delay?: string
}
