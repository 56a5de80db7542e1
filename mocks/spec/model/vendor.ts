import type { ParameterCodec } from '../codec/read-parameter.ts'
import type { Conduct } from '../conduct/conduct.ts'
import type { Encodings } from '../media/read-fields.ts'
import type { ParseXml } from '../media/read-xml.ts'
import type { EventsStep, JobWait, StreamStep } from './events.ts'
import type { Problem } from '../problems/problem.ts'
import type { Job } from './job.ts'
import type { Router } from '../http/router.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Schemas, ValidatorOptions } from '../schema/validator.ts'
import type { SecondOrigin, Server } from './server.ts'
import type { Issuer, TokenStep } from './tokens.ts'
import type { Condition, Scope, Value } from '../values/value.ts'
import type { Callback, Webhook } from './webhook.ts'
import type { Collection } from './collection.ts'
import type { Idempotency } from './rules/idempotency.ts'
import type { Trigger } from './rules/trigger.ts'
import type { CredentialFormat } from './credential-format.ts'
import type { Patch, Refusal, ResponseSpec } from './response.ts'

export type { Collection } from './collection.ts'
export type { CredentialFormat } from './credential-format.ts'
export type { GivenJob, Job, JobCredits, JobState } from './job.ts'
export type { Example, Patch, Refusal, Representation, ResponseHeader, ResponseSpec } from './response.ts'

/** One emulated API, compiled from its spec: all that a request needs, looked up and never walked. */
export interface Vendor {
  readonly name: string
  readonly title: string
  /** When the facts of its spec were gathered, `YYYY-MM-DD`. */
  readonly facts: string | undefined
  /** Environment variables that its own documents name, and what they hold. */
  readonly variables: ReadonlyMap<string, VendorFact>
  readonly file: string
  /** Which of its dialects this is; undefined for a vendor that has none. */
  readonly dialect: string | undefined
  readonly dialects: Dialects | undefined
  readonly servers: readonly Server[]
  /** Hosts that single operations have of their own. */
  readonly secondOrigins: readonly SecondOrigin[]
  readonly operations: ReadonlyMap<string, Operation>
  readonly router: Router<Operation>
  /** By an operation that the router finds: all at the same method and path, where there are others. */
  readonly variants: ReadonlyMap<Operation, readonly Operation[]> | undefined
  /** The stages in the vendor's order, up to the first that needs the body. */
  readonly admit: readonly StageName[]
  /** The rest, from `parse`. */
  readonly act: readonly StageName[]
  readonly schemes: ReadonlyMap<string, Scheme>
  /** The scheme whose credential must come without another one's. */
  readonly alone: Scheme | undefined
  /** By the security scheme that their access tokens pass. */
  readonly tokens: ReadonlyMap<string, Issuer>
  /** Credits are spent and no operation asks for a key: all callers are the account `default`. */
  readonly isShared: boolean
  /** Only keys that an account lists are accepted; undefined accepts every key. */
  readonly keys: 'listed' | undefined
  readonly plans: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly accounts: ReadonlyMap<string, AccountSettings>
  readonly limits: readonly Limit[]
  /** Those that count a request which no operation answers: a limit that names operations counts those only. */
  readonly unmatchedLimits: readonly Limit[]
  readonly headers: readonly HeaderRule[]
  readonly collections: ReadonlyMap<string, Collection>
  readonly jobs: ReadonlyMap<string, Job>
  readonly webhooks: ReadonlyMap<string, Webhook>
  /** What it says about how clients should behave. */
  readonly conduct: Conduct
  /** Whether clients learn of jobs without polling: by webhooks, streams, or answers that wait. */
  readonly isWatched: boolean
  /** By name: `TooManyRequests` (its first example) and `TooManyRequests#rate`. */
  readonly errors: ReadonlyMap<string, Refusal>
  readonly refusals: Refusals
  readonly schemas: Schemas
  /** Undefined where the platform has no reader of XML. */
  readonly parseXml: ParseXml | undefined
  /** Names of its tables in the store, as they come into use. */
  readonly tables: Record<string, string>
  /** What is wrong with its document and played around, each with its place. */
  readonly flaws: readonly Problem[]
  /** Paths whose operations are not known, since what they refer to cannot be read; undefined where there are none. */
  readonly lost: LostPaths | undefined
  /** Fields of a root (`account`) that the document reads anywhere; collected when asked. */
  readonly reads: (root: string) => ReadonlySet<string>
  /** The page that documents the API, in UTF-8; made when asked. */
  readonly referencePage: () => Uint8Array
  /** What the mock decides and the vendor does not document; collected when asked. */
  readonly assumptions: () => readonly Assumption[]
  /** Who states what; collected when asked. */
  readonly sources: () => readonly SourceMark[]
}

/** What a client is given to reach a vendor. */
export type VendorFact = 'url' | 'key' | 'webhookSecret'

/** Paths that are left out with all their operations. */
export interface LostPaths {
  /** By path, as the document has it. */
  readonly reasons: ReadonlyMap<string, string>
  /** Why the path of a request is left out. */
  readonly reasonOf: (path: string) => string | undefined
}

export interface Assumption {
  readonly pointer: string
  readonly reason: string
}

/** Who states what a place of the document describes, or one part of it. */
export interface SourceMark {
  readonly pointer: string
  readonly who: 'document' | 'client' | 'assumed'
  /** What of it, in words; absent for the whole. */
  readonly part?: string
}

export const STAGES = [
  'authenticate',
  'limit',
  'authorize',
  'route',
  'resolve',
  'parse',
  'validate',
  'guard',
  'charge',
] as const
export type Stage = (typeof STAGES)[number]

/** A stage as a bit, to keep several in one number. */
export function bitOf(stage: Stage): number {
  return 1 << STAGES.indexOf(stage)
}

/** One entry of the vendor's order: a stage, or one part of it (`limit:ip`). */
export interface StageName {
  readonly stage: Stage
  /** The stage among others in one number. */
  readonly bit: number
  /** The parts this entry covers; undefined for stages without parts. */
  readonly parts?: readonly string[] | undefined
  /** As written: `limit:ip`. */
  readonly label: string
}

export interface Operation {
  readonly id: string
  readonly method: string
  /** Template as written, with the vendor's servers left out. */
  readonly path: string
  /** Its own, else the vendor's. */
  readonly servers: readonly Server[]
  readonly summary: string
  readonly tags: readonly string[]
  /** Alternatives of required schemes; an empty list, or an empty alternative, means that no key is needed. */
  readonly security: ReadonlyArray<readonly string[]>
  readonly parameters: readonly Parameter[]
  /** Those whose segments of the path have a mark that does not belong to their values. */
  readonly marked: readonly Parameter[]
  /** The collections whose items its path parameters name, in the order of the path. */
  readonly items: ReadonlyMap<string, Collection>
  readonly body: RequestBody | undefined
  readonly responses: readonly ResponseSpec[]
  /** The normal answer. */
  readonly success: ResponseSpec | undefined
  readonly limits: readonly Limit[]
  readonly collection: CollectionStep | undefined
  readonly job: JobStep | undefined
  readonly events: EventsStep | undefined
  readonly stream: StreamStep | undefined
  readonly tokens: TokenStep | undefined
  readonly idempotency: Idempotency | undefined
  /** Values that bring about an answer, in the order in which they are looked for. */
  readonly triggers: readonly Trigger[]
  /** What a call costs that is answered at once. */
  readonly charge: ChargeStep | undefined
  /** Answers with the page that documents the API. */
  readonly reference: boolean
  readonly overlay: readonly Patch[]
  /** Whether its normal body depends on the account's settings and the path alone, so that it is made once for them. */
  readonly steady: boolean
  /** Whether code of the vendor answers a part of it. */
  readonly code: boolean
  /** Requests that follow its answer; none where `x-mock` says what is sent. */
  readonly callbacks: readonly Callback[]
  /** The document calls it deprecated. */
  readonly deprecated: boolean
  /** Errors that the code refuses with, as far as the document names them. */
  readonly codeRefusals: readonly Refusal[]
  /** Whether it is about the caller, also where the request acts for another account. */
  readonly isOwn: boolean
  readonly validate: ValidateStep
  readonly guard: readonly GuardRule[]
  readonly authorize: readonly Requirement[]
  readonly refusals: Refusals
  /** Why it is left out of the mock: its document refers to what cannot be read. It answers nothing but that. */
  readonly leftOut: string | undefined
}

export interface Parameter extends ParameterCodec {
  readonly required: boolean
  /** Whether characters that have a meaning in URLs are sent as they are. */
  readonly allowReserved: boolean
}

export interface RequestBody {
  readonly required: boolean
  /** Whether a body without a `Content-Type` is refused. */
  readonly needsContentType: boolean
  /** Bytes that the vendor takes, where it says so. */
  readonly maxBytes: number | undefined
  /** By media type or range, as the document writes it. */
  readonly content: ReadonlyMap<string, SchemaObject | undefined>
  /** What the document says of the fields of forms, by key of `content`. */
  readonly encodings: ReadonlyMap<string, Encodings>
  /** Keys of `content` whose schema is for objects or lists alone, which text that is not parsed can never be. */
  readonly structured: ReadonlySet<string>
  /** Properties of a JSON body by their names in lower case, where their case does not count. */
  readonly names: ReadonlyMap<string, string> | undefined
  /** What stands in for properties that a JSON body leaves out, where that is to be filled in. */
  readonly defaults: Readonly<Record<string, unknown>> | undefined
  /** The properties that a client may set, where all others of a JSON body are ignored. */
  readonly known: ReadonlySet<string> | undefined
}

/** What the engine answers where no operation's own logic does. */
export interface Refusals {
  readonly path?: Refusal | undefined
  readonly method?: Refusal | undefined
  readonly parse?: Refusal | undefined
  readonly tooLarge?: Refusal | undefined
  readonly contentType?: Refusal | undefined
  readonly validate?: Refusal | undefined
  /** In place of `validate` where a required parameter or field is missing. */
  readonly missing?: Refusal | undefined
  readonly notFound?: Refusal | undefined
  readonly notAcceptable?: Refusal | undefined
}

export const KEY_FAILURES = ['missing', 'malformed', 'unknown', 'revoked', 'expired'] as const
export type KeyFailure = (typeof KEY_FAILURES)[number]
export type KeyState = 'active' | KeyFailure

export interface Scheme {
  readonly name: string
  readonly in: 'header' | 'query' | 'cookie'
  /** Header (lower case), query parameter or cookie. */
  readonly field: string
  /** `bearer ` or `basic `; empty for keys that stand alone. */
  readonly prefix: string
  /** The same as the document spells it. */
  readonly spelled: string
  readonly format: CredentialFormat | undefined
  readonly refuse: Readonly<Record<KeyFailure, Refusal | undefined>>
  /** For which other account a request may ask. */
  readonly acting: Acting | undefined
  /** What answers a request that carries a credential of another scheme as well; undefined takes such requests. */
  readonly alone: Refusal | undefined
}

/** The account that a request names, and those that the caller may name. */
export interface Acting {
  readonly account: Value
  readonly of: Value
  /** Field of the entries, and of the caller's own account, that names one. */
  readonly by: string
  readonly refuse: Refusal
}

export interface AccountSettings {
  readonly plan?: string | undefined
  /** Credits it starts with; null is without end; undefined leaves it to the plan. */
  readonly credits?: number | null | undefined
  readonly keys?: Readonly<Record<string, KeyState>> | undefined
  readonly [own: string]: unknown
}

export type Algorithm = 'token-bucket' | 'fixed-window' | 'sliding-window' | 'concurrency'

export interface Limit {
  readonly name: string
  /** Where its counters stand in the store. */
  readonly table: string
  readonly algorithm: Algorithm
  /** Each entry is a list of alternatives, read in order. */
  readonly per: ReadonlyArray<readonly Value[]>
  readonly counts: 'admitted' | 'any'
  readonly refuse: Refusal
  readonly settings: LimitSettings
}

/** What a scenario may change of a limit. */
export interface LimitSettings {
  /** Requests in a window, or slots; null is unlimited. */
  readonly limit: Value
  /** ms. */
  readonly window: Value
  /** Tokens of a bucket. */
  readonly capacity: Value
  /** `10 per 1s`. */
  readonly refill: Value
  readonly starts: 'first-hit' | 'clock'
  /** Servers behind a balancer that each count alone; requests go round them in turn. */
  readonly instances: number
  /** ms for which a slot is held at most, since a worker hears no abort. */
  readonly lease: number
  /** Requests over the limit that may wait for a permit; the next one is refused. */
  readonly queue: number
}

export interface HeaderRule {
  /** The stage that the exchange has to have come to, as a bit; 0 where it does not matter. */
  readonly from: number
  readonly part: string | undefined
  readonly on: 'success' | 'answer' | 'all'
  readonly set: ReadonlyArray<readonly [name: string, value: Value]>
}

export interface CollectionStep {
  readonly do: 'list' | 'read' | 'create' | 'update' | 'delete'
  readonly in: Collection
  readonly envelope: string | readonly string[] | undefined
  /** How the answer is a bare list, where the envelope is for some requests only. */
  readonly bare: BareList | undefined
  /** A part of the item that must be there. */
  readonly exists: { readonly at: Patch['segments']; readonly refuse: Refusal } | undefined
  readonly where: readonly Condition[]
  /** Another order than the collection's. */
  readonly sort: { readonly by: Value; readonly direction: Value } | undefined
  /** Which items a list shows, in this order: keys, or a text of them with commas between. */
  readonly keys: Value | undefined
  /** What stands for a key that no item has; undefined leaves it out. */
  readonly absent: ReadonlyArray<readonly [field: string, value: Value]> | undefined
  readonly page: PageStyle | undefined
  readonly set: readonly Patch[]
}

/** A list whose envelope stands only around the answers to requests that ask for it. */
export interface BareList {
  /** What has a value where the request asks for the envelope. */
  readonly unless: Value
  readonly page: PageStyle | undefined
  /** Laid over the body. */
  readonly overlay: readonly Patch[]
}

export interface PageStyle {
  /**
   * `page`: the request names a page; `offset`: the first item; `cursor`: it gives back what the page before has given;
   * `after`: it names the item that the page follows, or the one that it comes before.
   */
  readonly style: 'page' | 'offset' | 'cursor' | 'after'
  /** Where the request says so. */
  readonly in: 'query' | 'body'
  /** Query parameter, field or JSON Pointer of the page's number, its first item, its cursor or the item before it. */
  readonly start: string
  /** Of style `after`: the same of the item that the page comes before. */
  readonly before: string | undefined
  /** Of style `page`: what names the first item instead. */
  readonly offset: string | undefined
  readonly size: string
  /** Infinite where a request without a size has the whole list. */
  readonly default: number
  readonly max: number
  /** What answers a cursor that leads nowhere. */
  readonly refuse: Refusal | undefined
}

export interface ValidateStep {
  /** A JSON Schema read from the scope, which judges the body instead of the documented one. */
  readonly body: Value | undefined
  readonly strip: readonly string[]
  readonly unknownQuery: 'ignore' | 'refuse'
  /** Whether a request that accepts no documented media type is refused, though no 406 is documented. */
  readonly accept: 'refuse' | 'ignore'
  /** How schemas judge the parameters and the body of a request. */
  readonly parameters: ValidatorOptions
  readonly request: ValidatorOptions
}

/** What one field of a resolved item must be for the operation to go on. */
export interface GuardRule {
  /** Root of the item: `worker`. */
  readonly of: string
  /** JSON Pointers into the item; one of them has to fit. */
  readonly fields: readonly string[]
  readonly kind: 'equals' | 'in' | 'not'
  /** Holds where it is undefined. */
  readonly value: Value
  readonly refuse: Refusal
}

/** What the caller must have: a level of permission, or a value that meets a condition. */
export type Requirement =
  | {
      readonly kind: 'level'
      readonly needs: string
      /** The lowest first. */
      readonly levels: readonly string[]
      /** A level, or a map of them. */
      readonly granted: Value
      /** Which entry of the map: the first that is there. */
      readonly by: readonly Value[]
      readonly refuse: Refusal
      readonly schemes: readonly string[] | undefined
    }
  | {
      readonly kind: 'value'
      /** As written, for explanations. */
      readonly label: string
      readonly value: Value
      readonly tests: ReadonlyArray<readonly [test: 'equals' | 'in' | 'not' | 'contains', wanted: Value]>
      readonly refuse: Refusal
      /** Asked only of callers who come by one of these security schemes. */
      readonly schemes: readonly string[] | undefined
    }

export type JobStep =
  | {
      readonly kind: 'start'
      readonly job: Job
      /** The entries of a list, one job each; undefined starts one. */
      readonly each: ((scope: Scope) => readonly unknown[]) | undefined
      readonly wait: JobWait | undefined
    }
  | { readonly kind: 'verb'; readonly verb: string; readonly job: Job; readonly refuse: Refusal | undefined }

/** Credits that a good answer of an operation costs. */
export interface ChargeStep {
  readonly credits: Value
  /** Undefined answers a plain 402, where the operation documents none. */
  readonly refuse: Refusal | undefined
}

/** The named variants of a vendor, and how a request says which of them it means. */
export interface Dialects {
  /** The document's own first, the others by name. */
  readonly names: readonly string[]
  /** Those that a request can ask for, in order: with dates, the dated ones. */
  readonly choices: readonly string[]
  /** What the document itself is called. */
  readonly base: string
  /** Spoken where neither a request nor a scenario chooses. */
  readonly default: string
  /** The first that is not empty chooses. */
  readonly select: readonly DialectChoice[]
  /** Whether one of them has to wait until the caller is known. */
  readonly byCaller: boolean
  readonly match: 'exact' | 'latest-not-after'
  /** Answered to a request that asks for none of them; undefined leaves it to the default. */
  readonly refuse: Refusal | undefined
  /** Compiled on first use. */
  readonly vendor: (name: string) => Vendor
}

export interface DialectChoice {
  readonly value: Value
  /** As written, for explanations. */
  readonly label: string
  /** Whether it reads the request alone, so that it is known before the caller is. */
  readonly early: boolean
}
