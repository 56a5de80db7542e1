/** Carries deliveries to their receivers: Node, a test and a browser have each their own. */
export interface Courier {
  /**
   * Where a delivery for that URL really goes, or why it may not be sent.
   *
   * @param url - any text: it came from a client
   * @param origin - of the web page whose request asked for it; undefined where no page did
   */
  readonly find: (url: string, origin: string | undefined) => Destination | { readonly refused: string }
  /** The URL of the receiver of all deliveries, for a delivery that no client has given a URL; undefined where there is none. */
  readonly home?: string | undefined
  /** What all deliveries go below, as it was given; undefined where there is none, or code takes them. */
  readonly base?: string | undefined
  /** Real ms that a receiver has to answer, whatever its clock; by default up to the vendor's own. */
  readonly patience?: number | undefined
}

export interface Destination {
  /** For the log. */
  readonly shown: string
  /** Sends it; resolves with the status, rejects when there is none. The signal takes it back. */
  readonly post: (parcel: Parcel, signal: AbortSignal) => Promise<number>
}

export interface Parcel {
  readonly method: string
  /** As the client has given it. */
  readonly url: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** Where no target of deliveries is set. */
export const NO_COURIER: Courier = { find: () => ({ refused: 'nothing here can send it' }) }
