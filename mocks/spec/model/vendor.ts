import type { Conduct } from '../conduct/conduct.ts'
import type { ParseXml } from '../media/read-xml.ts'
import type { Problem } from '../problems/problem.ts'
import type { Router } from '../http/router.ts'
import type { Schemas } from '../schema/validator.ts'
import type { Value } from '../values/value.ts'
import type { Collection } from './collection.ts'
import type { Job } from './job.ts'
import type { Operation } from './operation/operation.ts'
import type { Refusal, Refusals } from './response.ts'
import type { Limit } from './rules/limit.ts'
import type { KeyState, Scheme } from './rules/scheme.ts'
import type { Stages } from './rules/stage.ts'
import type { SecondOrigin, Server } from './server.ts'
import type { Tables } from './tables.ts'
import type { Issuer } from './tokens.ts'
import type { PlainWebhook, Webhook } from './webhook.ts'

/** One emulated API, compiled from its spec: a request only looks things up and walks nothing. */
export interface Vendor {
  readonly name: string
  readonly title: string
  /** When the facts of its spec were collected, `YYYY-MM-DD`. */
  readonly facts: string | undefined
  /** Environment variables in the vendor's own documentation, with their content. */
  readonly variables: ReadonlyMap<string, VendorFact>
  readonly file: string
  /** The dialect; undefined for a vendor without dialects. */
  readonly dialect: string | undefined
  readonly dialects: Dialects | undefined
  readonly servers: readonly Server[]
  /** Hosts of single operations. */
  readonly secondOrigins: readonly SecondOrigin[]
  readonly operations: ReadonlyMap<string, Operation>
  readonly router: Router<Operation>
  /** All operations of a method and path, by the one that the router finds, where there are several. */
  readonly variants: ReadonlyMap<Operation, readonly Operation[]> | undefined
  /** The stages of a request that matches no operation. */
  readonly unmatchedStages: Stages
  readonly schemes: ReadonlyMap<string, Scheme>
  /** The scheme whose credential excludes credentials of other schemes. */
  readonly alone: Scheme | undefined
  /** By the security scheme that accepts the access tokens. */
  readonly tokens: ReadonlyMap<string, Issuer>
  /** Credits are spent although no operation requires a key: all callers are the account `default`. */
  readonly isShared: boolean
  /** Only keys that an account lists are accepted; undefined accepts every key. */
  readonly keys: 'listed' | undefined
  readonly plans: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly accounts: ReadonlyMap<string, AccountSettings>
  readonly limits: readonly Limit[]
  /** Limits that count requests without an operation: a limit that names operations counts only those. */
  readonly unmatchedLimits: readonly Limit[]
  readonly headers: readonly HeaderRule[]
  readonly collections: ReadonlyMap<string, Collection>
  readonly jobs: ReadonlyMap<string, Job>
  readonly webhooks: ReadonlyMap<string, Webhook>
  /** Webhooks of which the document gives only the body and not the trigger. Compiled on demand. */
  readonly plainWebhooks: () => ReadonlyMap<string, PlainWebhook>
  /** Its statements about how clients should behave. */
  readonly conduct: Conduct
  /** Whether clients learn about jobs without polling: by webhooks, streams or waiting answers. */
  readonly isWatched: boolean
  /** By name: `TooManyRequests` (its first example) and `TooManyRequests#rate`. */
  readonly errors: ReadonlyMap<string, Refusal>
  readonly refusals: Refusals
  readonly schemas: Schemas
  /** Undefined without an XML parser on this platform. */
  readonly parseXml: ParseXml | undefined
  readonly tables: Tables
  /** What is wrong with its document and played around, each with its place. */
  readonly flaws: readonly Problem[]
  /** Paths whose operations are not known, since what they refer to cannot be read; undefined where there are none. */
  readonly lost: UnusablePaths | undefined
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
export interface UnusablePaths {
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

export interface AccountSettings {
  readonly plan?: string | undefined
  /** Credits it starts with; null is without end; undefined leaves it to the plan. */
  readonly credits?: number | null | undefined
  readonly keys?: Readonly<Record<string, KeyState>> | undefined
  readonly [own: string]: unknown
}

export interface HeaderRule {
  /** The stage that the exchange has to have come to, as a bit; 0 where it does not matter. */
  readonly from: number
  readonly part: string | undefined
  readonly on: 'success' | 'answer' | 'all'
  readonly set: ReadonlyArray<readonly [name: string, value: Value]>
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
