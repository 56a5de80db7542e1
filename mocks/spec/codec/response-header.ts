import type { ParameterCodec } from './read-parameter.ts'

/** A header of an answer or of one of its parts, as the document describes it. */
export interface ResponseHeader extends ParameterCodec {
  readonly required: boolean
  /** The value that the document shows; undefined where it shows none. */
  readonly shown: unknown
  /** The schema's `default`. */
  readonly fallback: unknown
}
