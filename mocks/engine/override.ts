import type { Item } from '../behaviour/turn.ts'

/** A test's own answer to an operation, until reset. */
export interface Override {
  readonly vendor: string
  readonly operation: string
  readonly answer: (context: OverrideContext) => OverrideAnswer | undefined
}

/** What an override sees. */
export interface OverrideContext {
  readonly operation: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  /** The job that the path names, as its item reads now. */
  readonly job: Item | undefined
  /** Items that the path names, by root: `worker`. */
  readonly items: Readonly<Record<string, Item>>
  /** ms since 1970 on the session's clock. */
  readonly now: number
}

/** An answer: one the document names, or one written out. */
export type OverrideAnswer =
  | { readonly error: string }
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: unknown
      /** Why it may break the contract. */
      readonly offContract?: string
    }
