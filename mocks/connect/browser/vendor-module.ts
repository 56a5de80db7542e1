import type { Operations } from '../../behaviour/operations.ts'
import type { JsonSchema } from '../../spec/grammar/grammar.ts'

/** A vendor with its scenarios, as a module for web pages; `sparring build` writes such modules. */
export interface BrowserVendor {
  readonly name: string
  /** The file it was built from, for messages. */
  readonly file: string
  /** The OpenAPI document with its overlays applied. */
  readonly document: unknown
  /** The document in each of its other dialects, by name. */
  readonly dialects?: Readonly<Record<string, unknown>> | undefined
  /** Scenarios by name, `seek/out-of-credits`. */
  readonly scenarios: Readonly<Record<string, unknown>>
  /** The code of its operations, if any. */
  readonly operations?: Operations | undefined
  /** JSON Schema of scenarios. */
  readonly grammar: JsonSchema
  /**
   * One or more base URLs at which your client calls the vendor, in place of the document's `servers`.
   *
   * @example
   * createMock({ vendors: [{ ...seal, baseUrl: 'https://acme.example/api' }] })
   */
  readonly baseUrl?: string | readonly string[]
  /** The dialect it speaks; overrides scenarios. */
  readonly dialect?: string
}
