import type { ParameterCodec } from '../../codec/read-parameter.ts'
import type { Language } from '../../media/media-type.ts'
import type { Encodings } from '../../media/body-form.ts'
import type { SchemaObject } from '../../schema/schema-object.ts'
import type { Collection } from '../collection.ts'
import type { EventsStep, StreamStep } from '../events.ts'
import type { Patch, Refusal, Refusals, ResponseSpec } from '../response.ts'
import type { Idempotency } from '../rules/idempotency.ts'
import type { Limit } from '../rules/limit.ts'
import type { Stages } from '../rules/stage.ts'
import type { Trigger } from '../rules/trigger.ts'
import type { Server } from '../server.ts'
import type { TokenStep } from '../tokens.ts'
import type { Callback } from '../webhook.ts'
import type { ChargeStep, CollectionStep, GuardRule, JobStep, Requirement, ValidateStep } from './steps.ts'

/** One operation of a vendor: its requests, and what each stage does with them. */
export interface Operation {
  readonly id: string
  readonly method: string
  /** Template as written, without the vendor's servers. */
  readonly path: string
  /** The stages that its requests pass, in the vendor's order. */
  readonly stages: Stages
  /** The path parameter whose value may have slashes in it. */
  readonly spanning: string | undefined
  /** Its own, else the vendor's. */
  readonly servers: readonly Server[]
  readonly summary: string
  readonly tags: readonly string[]
  /** Alternatives of required schemes; an empty list or alternative means that no key is needed. */
  readonly security: ReadonlyArray<readonly string[]>
  readonly parameters: readonly Parameter[]
  /** Path parameters whose style puts a prefix before the value. */
  readonly marked: readonly Parameter[]
  /** The collections whose items its path parameters identify, in the order of the path. */
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
  /** Request values that trigger an answer, in the order in which they are tested. */
  readonly triggers: readonly Trigger[]
  /** The price of a call that is answered at once. */
  readonly charge: ChargeStep | undefined
  /** Whether it answers with the page that documents the API. */
  readonly reference: boolean
  readonly overlay: readonly Patch[]
  /** Whether its normal body depends only on the account's settings and the path, so that it can be cached. */
  readonly steady: boolean
  /** Whether vendor code answers a part of it. */
  readonly code: boolean
  /** Requests sent after its answer; none where `x-mock` defines what is sent. */
  readonly callbacks: readonly Callback[]
  /** The document calls it deprecated. */
  readonly deprecated: boolean
  /** Errors that vendor code refuses with, where the document names them. */
  readonly codeRefusals: readonly Refusal[]
  /** Whether it applies to the caller even when the request acts for another account. */
  readonly isOwn: boolean
  readonly validate: ValidateStep
  readonly guard: readonly GuardRule[]
  readonly authorize: readonly Requirement[]
  readonly refusals: Refusals
  /** Why it is left out of the mock: its document has broken references. It answers only that. */
  readonly leftOut: string | undefined
}

export interface Parameter extends ParameterCodec {
  readonly required: boolean
  /** Whether it is a path parameter that accepts every text. */
  readonly takesAny: boolean
  /** Whether reserved characters are sent unencoded. */
  readonly allowReserved: boolean
}

export interface RequestBody {
  readonly required: boolean
  /** Whether a body without a `Content-Type` is refused. */
  readonly needsContentType: boolean
  /** Maximum bytes that the vendor accepts, if stated. */
  readonly maxBytes: number | undefined
  /** By media type or range, as the document writes it. */
  readonly content: ReadonlyMap<string, SchemaObject | undefined>
  /** The documented encodings of form fields, by key of `content`. */
  readonly encodings: ReadonlyMap<string, Encodings>
  /** Keys of `content` whose schema allows only objects or lists, which an unparsed text never is. */
  readonly structured: ReadonlySet<string>
  /** The content for common `Content-Type` headers: the keys of `content`, and none. */
  readonly usual: ReadonlyMap<string | undefined, RequestContent>
  /** Properties of a JSON body by lower-case name, where names are case-insensitive. */
  readonly names: ReadonlyMap<string, string> | undefined
  /** Default values for absent properties of a JSON body, where the spec fills them in. */
  readonly defaults: Readonly<Record<string, unknown>> | undefined
  /** The properties that a client may set; others of a JSON body are ignored. */
  readonly known: ReadonlySet<string> | undefined
}

/** The media type of a request body, with its documented content. */
export interface RequestContent {
  /** In lower case and without parameters. */
  readonly mediaType: string
  readonly language: Language
  /** The entry of `content`; undefined where the document has none for this media type. */
  readonly key: string | undefined
  readonly schema: SchemaObject | undefined
  /** Whether it is a file: bytes, regardless of the media type. */
  readonly isBinary: boolean
  readonly encodings: Encodings
}
