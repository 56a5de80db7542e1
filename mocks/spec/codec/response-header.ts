import type { ParameterCodec } from './read-parameter.ts'

/** A response header or a header of a body part, as the document describes it. */
export interface ResponseHeader extends ParameterCodec {
  readonly required: boolean
  /** The documented example value; undefined where there is none. */
  readonly shown: unknown
  /** The schema's `default`. */
  readonly fallback: unknown
}
