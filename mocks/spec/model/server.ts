/** A documented server of the vendor. */
export interface Server {
  readonly url: string
  /** `https://host`, or the template as written when it has variables. */
  readonly origin: string
  /** Base path without a trailing slash: `/api`, or empty. */
  readonly path: string
}

/** A host of single operations, besides the vendor's main hosts. */
export interface SecondOrigin {
  /** Its label in the mock's own URLs: `login` for `https://login.acme.example`. */
  readonly label: string
  readonly origin: string
  /** Base paths of its operations. */
  readonly paths: readonly string[]
}
