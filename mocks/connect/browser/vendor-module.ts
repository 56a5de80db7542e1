import type { Operations } from '../../behaviour/operations.ts'
import type { JsonSchema } from '../../spec/grammar/grammar.ts'

/** A vendor with its scenarios as a module brings it into a page; `sparring build` writes such modules. */
export interface BrowserVendor {
  readonly name: string
  /** What it was built from, for messages. */
  readonly file: string
  /** The OpenAPI document, its overlays laid over it. */
  readonly document: unknown
  /** The document in each of its other dialects, by name. */
  readonly dialects?: Readonly<Record<string, unknown>> | undefined
  /** Scenarios by name, `seek/out-of-credits`. */
  readonly scenarios: Readonly<Record<string, unknown>>
  /** The code of its operations, where it has some. */
  readonly operations?: Operations | undefined
  /** What a scenario may be made of. */
  readonly grammar: JsonSchema
  /**
   * Where your client meets the vendor, when not at the document's `servers`: the base that stands in their place.
   *
   * @example
   * createMock({ vendors: [{ ...seal, baseUrl: 'https://acme.example/api' }] })
   */
  readonly baseUrl?: string | readonly string[]
  /** The dialect it speaks, whatever scenarios say. */
  readonly dialect?: string
}
