import type { Catalogue } from '../../../generated/catalogue.ts'
import type { FaultName } from '../../../scenario/fault.ts'
import type { FindingOptions } from '../../../verdict/settle.ts'
import type { DialectOf, ErrorOf, NameOf, OperationOf } from '../../../load/names.ts'

/**
 * Changes laid over a scenario when it is played: the same keys as in its file. Names are those of the vendor; any text
 * for a vendor of your own.
 *
 * @example
 * mock.play('seek/happy-path', { accounts: { default: { credits: 3 } }, limits: { requests: { capacity: 1 } } })
 */
export interface ScenarioChanges<Vendor extends string = string> {
  /** Accounts by name, merged into those of the spec. */
  readonly accounts?: Readonly<Record<string, AccountChanges<Vendor>>>
  /** Items laid over those of the spec: collection, key, fields. */
  readonly data?: ByName<NameOf<Vendor, 'collection'>, Readonly<Record<string, Fields>>>
  /** What is changed of the vendor's limits, by name. */
  readonly limits?: LimitsOf<Vendor>
  /** How new jobs go, by kind. */
  readonly jobs?: JobsOf<Vendor>
  /** How tokens are issued, by security scheme. */
  readonly tokens?: ByName<NameOf<Vendor, 'tokens'>, TokenChanges>
  /** What goes wrong with webhooks, by name; `default` means all of them. */
  readonly webhooks?: ByName<NameOf<Vendor, 'webhook'>, WebhookChanges, 'default'>
  /** What happens to single requests. Of the rules that fit, the first one counts. */
  readonly rules?: ReadonlyArray<RuleChange<Vendor>>
  /** What findings count as, by their codes, with a reason. */
  readonly findings?: FindingOptions
  /** How long answers take: a duration, a range, or one for each operation. */
  readonly latency?: Latency | LatencyByOperation<Vendor>
  /** `open`: any key of the right format is accepted. `listed`: only those that an account lists. */
  readonly keys?: 'open' | 'listed'
  /** The dialect that the vendor speaks where a request names none. */
  readonly dialect?: DialectOf<Vendor>
  /** Divides the durations of the vendor, for clients that really wait. */
  readonly pace?: number
  /** Number that all generated values and seeded choices follow from. */
  readonly seed?: number
  /** What is changed of each of several vendors. */
  readonly vendors?: ChangesByVendor
}

type OfThePackage = { readonly [Name in keyof Catalogue]?: ScenarioChanges<Name> }

/** What is changed of each vendor; of those of the package names are known. */
interface ChangesByVendor extends OfThePackage {
  readonly [own: string]: ScenarioChanges | undefined
}

type Fields = Readonly<Record<string, unknown>>
type HeaderValue = string | number | boolean

/** Values by name; where a vendor has none of the names, none. */
type ByName<Name extends string, Value, More extends string = never> = [Name] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Each in Name | More]?: Value }

/** What is changed of one account; whatever else it has is read as `{$account.<key>}`. */
export interface AccountChanges<Vendor extends string = string> {
  readonly plan?: NameOf<Vendor, 'plan'>
  /** null is without end. */
  readonly credits?: number | null
  /** The state of each of its keys; `*` means every key that is not listed. */
  readonly keys?: Readonly<Record<string, 'active' | 'missing' | 'malformed' | 'unknown' | 'revoked' | 'expired'>>
  readonly [own: string]: unknown
}

/** A number that may be worked out: `{$plan.limit}`, or an expression of CEL. */
type Count = number | null | string | { readonly cel: string }

/** What may be changed of a limit: each has the keywords of its algorithm. */
export interface LimitChanges {
  /** Requests in a window, or at the same time; null is without end. */
  readonly limit?: Count
  /** Tokens of a bucket. */
  readonly capacity?: Count
  /** How fast a bucket fills: `10 per 1s`. */
  readonly refill?: string
  /** How long a window is: `60s`. */
  readonly window?: string | { readonly cel: string }
  readonly starts?: 'first-hit' | 'clock'
  /** How long a slot is held at most: `30s`. */
  readonly lease?: string
  /** Servers behind a balancer that each count alone. */
  readonly instances?: number
  /** Requests over the limit that may wait. */
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

/** How a job goes. */
export interface Course<Outcome extends string = string, State extends string = string> {
  /** The state it ends in. */
  readonly outcome?: Outcome
  /** How long states last: `2m`; `never` stays in one for good. */
  readonly timings?: ByName<State, string>
}

/** How new jobs of one kind go. */
export interface JobChanges<
  Outcome extends string = string,
  State extends string = string,
  Slots extends string = string,
> extends Course<Outcome, State> {
  /** The first, the second …, in place of what holds for all. */
  readonly nth?: Readonly<Record<number, Course<Outcome, State>>>
  /** Those whose input fits. */
  readonly where?: ReadonlyArray<Course<Outcome, State> & { readonly input: Fields }>
  /** How many jobs a state lets in at the same time; null is without end. */
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

/** What goes wrong with one webhook on its way. */
export interface Mishap {
  /** How many of its attempts are lost on the way; `true` loses all. */
  readonly drop?: true | number
  /** How many copies arrive besides. */
  readonly duplicate?: number
  /** Whether it is kept back until the next one of its kind was sent. */
  readonly reorder?: boolean
  /** How much later it is sent: `10s`. */
  readonly delay?: string
  /** What is changed after it was signed. */
  readonly tamper?: 'body' | 'signature'
}

/** What goes wrong with webhooks of one name. */
export interface WebhookChanges extends Mishap {
  readonly nth?: Readonly<Record<number, Mishap>>
  readonly acknowledge?: {
    readonly status?: number | '2xx' | ReadonlyArray<number | '2xx'>
    readonly within?: string
  }
}

/** A duration, `200ms`, or a time between two. */
type Latency = string | { readonly min: string; readonly max: string }

interface LatencyByOperation<Vendor extends string> {
  readonly default?: Latency
  readonly operations?: ByName<OperationOf<Vendor>, Latency>
}

/** What happens to single requests. */
export interface RuleChange<Vendor extends string = string> {
  readonly when?: WhenChange<Vendor>
  readonly then: ThenChange<Vendor>
  readonly at?: RulePlace
}

/** Before anything is counted; before anything is charged or started, the default; or when the work is done. */
type RulePlace = 'arrival' | 'handle' | 'reply'

/** An operation, or all that have a tag. */
type Operations<Vendor extends string> = OperationOf<Vendor> | NameOf<Vendor, 'tag'>

type Scalars = Readonly<Record<string, string | number | boolean>>

/** Which requests are meant: all that is written must hold. */
export interface WhenChange<Vendor extends string = string> {
  readonly operation?: Operations<Vendor> | ReadonlyArray<Operations<Vendor>>
  /** From 1; `2..4`, `3..`. */
  readonly call?: number | string
  readonly per?: 'session' | 'credential' | 'job'
  readonly header?: Scalars
  readonly query?: Scalars
  /** By JSON Pointer. */
  readonly body?: Fields
  readonly credential?: string
  readonly job?: { readonly state: string }
  readonly chance?: number
  readonly status?: number
  /** Instants or durations: `10s..30s`. */
  readonly time?: string
}

/** What happens to a request. */
export type ThenChange<Vendor extends string = string> =
  | (StepChange<Vendor> & { readonly at?: RulePlace })
  | { readonly sequence: ReadonlyArray<StepChange<Vendor>>; readonly at?: RulePlace }

/** One thing that happens. */
export interface StepChange<Vendor extends string = string> {
  /** A documented answer by name, or by its status. */
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
  /** Values laid over the body, by JSON Pointer. */
  readonly patch?: Fields
  /** Headers set on the answer; null removes one, a list is sent as that many fields. */
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[] | null>>
  readonly offContract?: string
  /** How much later: `2s`. */
  readonly delay?: string
}
