/** The format of this vendor's credentials: `sk_live_{tag}`. */
export interface CredentialFormat {
  readonly template: string
  /** The variable part of a credential in this format; undefined for any other text. */
  readonly tagOf: (credential: string) => string | undefined
  readonly write: (tag: string) => string
}
