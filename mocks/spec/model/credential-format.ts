/** How this vendor's credentials look: `sk_live_{tag}`. */
export interface CredentialFormat {
  readonly template: string
  /** The free part of a credential of this shape; undefined for any other text. */
  readonly tagOf: (credential: string) => string | undefined
  readonly write: (tag: string) => string
}
