import type { ResponseSpec } from '../../spec/model/response.ts'
import type { Streaming } from '../streams/pending.ts'

/** An answer before it is sent. */
export interface Answer {
  readonly status: number
  readonly headers: Array<readonly [name: string, value: string]>
  readonly body: string | Uint8Array | undefined
  /** The documented answer that it is checked against; undefined where the document has none. */
  readonly spec: ResponseSpec | undefined
  /** Name for journal and reports. */
  readonly refusal: string | undefined
  /** Why it may break the contract. */
  readonly offContract: string | undefined
  /** Set where the body is sent event by event. */
  readonly stream?: Streaming | undefined
}
