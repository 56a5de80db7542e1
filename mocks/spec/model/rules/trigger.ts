import type { Refusal } from '../response.ts'

/** A request value that triggers an answer or the end of a job: a magic number, name or header. */
export interface Trigger {
  /** For journal and reports. */
  readonly label: string
  readonly tests: readonly TriggerTest[]
  /** Whether it acts before the path is resolved: the items in the path need not exist. */
  readonly isEarly: boolean
  readonly then: TriggerThen
}

/** One value that a request must have. */
export interface TriggerTest {
  readonly in: 'body' | 'header' | 'query' | 'path' | 'credential'
  /** Lower case for headers; empty for a credential. */
  readonly name: string
  /** Segments of a pointer into the body. */
  readonly segments: readonly string[]
  /** Allowed values; one must match. */
  readonly values: readonly unknown[]
}

export type TriggerThen =
  | { readonly kind: 'error'; readonly error: Refusal }
  | { readonly kind: 'status'; readonly status: number; readonly example: string | undefined }
  /** The end of the job that the request starts, wherever a state has a choice. */
  | { readonly kind: 'outcome'; readonly state: string }
