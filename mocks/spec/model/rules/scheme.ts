import type { CredentialFormat } from '../credential-format.ts'
import type { Refusal } from '../response.ts'
import type { Value } from '../../values/value.ts'

export const KEY_FAILURES = ['missing', 'malformed', 'unknown', 'revoked', 'expired'] as const
export type KeyFailure = (typeof KEY_FAILURES)[number]
export type KeyState = 'active' | KeyFailure

export interface Scheme {
  readonly name: string
  readonly in: 'header' | 'query' | 'cookie'
  /** Header (lower case), query parameter or cookie. */
  readonly field: string
  /** `bearer ` or `basic `; empty for bare keys. */
  readonly prefix: string
  /** The prefix as the document spells it. */
  readonly spelled: string
  readonly format: CredentialFormat | undefined
  readonly refuse: Readonly<Record<KeyFailure, Refusal | undefined>>
  /** The other accounts that a request may act for. */
  readonly acting: Acting | undefined
  /** The refusal of a request that also carries a credential of another scheme; undefined accepts it. */
  readonly alone: Refusal | undefined
}

/** The account that a request acts for, and those that the caller may choose. */
export interface Acting {
  readonly account: Value
  readonly of: Value
  /** Field that identifies an account, in the entries and in the caller's own account. */
  readonly by: string
  readonly refuse: Refusal
}
