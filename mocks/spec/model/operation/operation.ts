import type { ParameterCodec } from '../../codec/read-parameter.ts'
import type { Language } from '../../media/media-type.ts'
import type { Encodings } from '../../media/body-form.ts'
import type { SchemaObject } from '../../schema/schema-object.ts'
import type { Collection } from '../collection.ts'
import type { EventsStep, StreamStep } from '../events.ts'
import type { Patch, Refusal, Refusals, ResponseSpec } from '../response.ts'
import type { Idempotency } from '../rules/idempotency.ts'
import type { Limit } from '../rules/limit.ts'
import type { Trigger } from '../rules/trigger.ts'
import type { Server } from '../server.ts'
import type { TokenStep } from '../tokens.ts'
import type { Callback } from '../webhook.ts'
import type { ChargeStep, CollectionStep, GuardRule, JobStep, Requirement, ValidateStep } from './steps.ts'

/** One operation of a vendor: what its requests are, and what each stage does with them. */
export interface Operation {
  readonly id: string
  readonly method: string
  /** Template as written, with the vendor's servers left out. */
  readonly path: string
  /** The path parameter whose value may have slashes in it. */
  readonly spanning: string | undefined
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
  /** Whether it is a text of the path, and every text passes. */
  readonly takesAny: boolean
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
  /** What a body is by the `Content-Type` headers that clients mostly send: the keys of `content`, and none. */
  readonly usual: ReadonlyMap<string | undefined, RequestContent>
  /** Properties of a JSON body by their names in lower case, where their case does not count. */
  readonly names: ReadonlyMap<string, string> | undefined
  /** What stands in for properties that a JSON body leaves out, where that is to be filled in. */
  readonly defaults: Readonly<Record<string, unknown>> | undefined
  /** The properties that a client may set, where all others of a JSON body are ignored. */
  readonly known: ReadonlySet<string> | undefined
}

/** What a request body is: its media type, and what the document says of it. */
export interface RequestContent {
  /** In lower case and without parameters. */
  readonly mediaType: string
  readonly language: Language
  /** The entry of `content`; undefined where the document has none for this media type. */
  readonly key: string | undefined
  readonly schema: SchemaObject | undefined
  /** Whether it is a file: bytes, whatever the media type says. */
  readonly isBinary: boolean
  readonly encodings: Encodings
}
