/** Where a document says that its vendor is. */
export interface Server {
  readonly url: string
  /** `https://host`, or the template as written when it has variables. */
  readonly origin: string
  /** Base path without a trailing slash: `/api`, or empty. */
  readonly path: string
}

/** A host beside the vendor's first ones that single operations are at. */
export interface SecondOrigin {
  /** What stands for it in URLs of our own: `login` for `https://login.acme.example`. */
  readonly label: string
  readonly origin: string
  /** Base paths of its operations. */
  readonly paths: readonly string[]
}
