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
  /** `bearer ` or `basic `; empty for keys that stand alone. */
  readonly prefix: string
  /** The same as the document spells it. */
  readonly spelled: string
  readonly format: CredentialFormat | undefined
  readonly refuse: Readonly<Record<KeyFailure, Refusal | undefined>>
  /** For which other account a request may ask. */
  readonly acting: Acting | undefined
  /** What answers a request that carries a credential of another scheme as well; undefined takes such requests. */
  readonly alone: Refusal | undefined
}

/** The account that a request names, and those that the caller may name. */
export interface Acting {
  readonly account: Value
  readonly of: Value
  /** Field of the entries, and of the caller's own account, that names one. */
  readonly by: string
  readonly refuse: Refusal
}
