/** Carries deliveries to their receivers; Node, tests and browsers each have their own implementation. */
export interface Courier {
  /**
   * Where a delivery for that URL is sent, or why it may not be sent.
   *
   * @param url - untrusted text from a client
   * @param origin - of the web page that sent the request; undefined where no page did
   */
  readonly find: (url: string, origin: string | undefined) => Destination | { readonly refused: string }
  /** URL of the receiver of all deliveries, used where no client has given a URL; undefined where there is none. */
  readonly home?: string | undefined
  /** Base URL of all deliveries, as given; undefined where there is none, or where code receives them. */
  readonly base?: string | undefined
  /** Real ms that a receiver has to answer, whatever its clock; by default at most the vendor's own timeout. */
  readonly patience?: number | undefined
}

export interface Destination {
  /** For the log. */
  readonly shown: string
  /** Sends it. Resolves with the status, rejects when there is no answer. The signal cancels it. */
  readonly post: (parcel: OutgoingDelivery, signal: AbortSignal) => Promise<number>
}

export interface OutgoingDelivery {
  readonly method: string
  /** As the client has given it. */
  readonly url: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** Used where no target of deliveries is set. */
export const NO_COURIER: Courier = { find: () => ({ refused: 'nothing here can send it' }) }
