import type { Delivery, DeliveryFilter } from '../../../engine/deliveries/delivery.ts'
import type { Exchange, ExchangeFilter } from '../../../engine/session/journal/journal.ts'
import type { NameOf, VendorName } from '../../../load/names.ts'
import type { DeliveryTarget } from '../../deliver/courier.ts'

/** The clock for a session's windows, jobs, timestamps and latency. */
export interface MockClock {
  /**
   * The current time in ms since 1970. Pass it to a client that compares dates.
   *
   * @example
   * const client = new Client({ now: mock.clock.now })
   */
  readonly now: () => number
  /**
   * Whether the clock is frozen.
   *
   * @example
   * createMock({ vendors: ['seek'], clock: { frozen: true } }).clock.frozen() //=> true
   */
  readonly frozen: () => boolean
  /**
   * Freezes the clock, at the current or a given instant: a date, a string like `2026-03-16T10:00:00Z`, or ms since
   * 1970.
   *
   * @throws RangeError for an invalid instant
   * @example
   * mock.clock.freeze('2026-03-16T10:00:00Z')
   */
  readonly freeze: (at?: Date | string | number) => void
  /**
   * Lets the clock run again from where it is.
   *
   * @example
   * mock.clock.flow()
   */
  readonly flow: () => void
  /**
   * Moves the clock forward to an instant, waking everything that falls due on the way.
   *
   * @throws RangeError for an invalid instant
   * @example
   * await mock.clock.set('2026-03-16T10:05:00Z')
   */
  readonly set: (at: Date | string | number) => Promise<void>
  /**
   * Moves the clock forward by a duration or by ms, waking everything that falls due on the way, each at its own
   * instant.
   *
   * @throws RangeError for an invalid duration
   * @example
   * await mock.clock.advance('45s')
   */
  readonly advance: (by: string | number) => Promise<void>
  /**
   * Sleeps on this clock, for a duration or for ms. Pass it to the client under test.
   *
   * @param signal - ends the sleep, which then rejects with the signal's reason
   * @throws RangeError for an invalid duration
   * @example
   * const client = new Client({ sleep: mock.clock.sleep })
   */
  readonly sleep: (duration: string | number, signal?: AbortSignal) => Promise<void>
}

/** The exchanges of a session: requests with their answers, and the reasons for the answers. */
export interface MockJournal {
  /**
   * The exchanges in order of arrival, optionally filtered by vendor, operation or status.
   *
   * @example
   * mock.journal.exchanges({ status: 429 })[0]?.response?.headers.get('retry-after')
   */
  readonly exchanges: (filter?: ExchangeFilter) => Exchange[]
  /**
   * The reason for each answer, one line for each exchange.
   *
   * @example
   * console.log(mock.journal.explain({ vendor: 'seek' }))
   */
  readonly explain: (filter?: ExchangeFilter) => string
  /**
   * How many old exchanges were dropped to limit the journal's size.
   *
   * @example
   * expect(mock.journal.dropped()).toBe(0)
   */
  readonly dropped: () => number
  /**
   * Removes all exchanges. Limits and jobs do not change.
   *
   * @example
   * mock.journal.clear()
   */
  readonly clear: () => void
}

/** A credential of each kind, in the vendor's format. */
export interface Credentials {
  /** Accepted. */
  readonly active: string
  /** Refused: revoked. */
  readonly revoked: string
  /** Refused: expired. */
  readonly expired: string
  /** Refused: never issued by the vendor. */
  readonly unknown: string
  /** Accepted; its account has no credits. */
  readonly broke: string
  /** Accepted; has none of the permissions that operations need. */
  readonly unscoped: string
  /** Accepted; each request gets the vendor's 429. */
  readonly limited: string
  /** Accepted; each request gets a 5xx, as if the vendor were down. */
  readonly down: string
  /** Accepted; each answer comes three seconds late on the session's clock. */
  readonly slow: string
  /** The secret that webhooks are signed with, unless the account has its own `webhookSecret`. */
  readonly webhookSecret: string
  /** Tokens that work without an authorization flow, by security scheme, for vendors that issue tokens. */
  readonly tokens?: Readonly<Record<string, TokenCredentials>>
}

/** A client of the session, and tokens that are valid at once. */
export interface TokenCredentials {
  /** `client_id` of OAuth 2.0 (RFC 6749 section 2.2). */
  readonly clientId: string
  /** `client_secret` for the token endpoint (RFC 6749 section 2.3.1). */
  readonly clientSecret: string
  /** Accepted as a bearer token. */
  readonly accessToken: string
  /** Valid once where refresh tokens rotate. */
  readonly refreshToken: string
}

/** The webhooks of a session's vendors. */
export interface MockWebhooks {
  /**
   * Sets where webhooks go, until reset: to a handler in this process, or to a base URL that replaces their own.
   * Without a target they go to their own URLs again, if those are on this machine.
   *
   * @param options.patience real ms that the receiver has to answer; the attempt then counts as timed out
   * @default the vendor's timeout, but at most 1500 ms while the clock is frozen
   * @throws TypeError for a base that is not an HTTP URL
   * @example
   * mock.webhooks.to(async (request) => receive(await request.json()))
   */
  readonly to: (target: DeliveryTarget | undefined, options?: { readonly patience?: number }) => void
  /**
   * Sent and pending deliveries in order of creation, optionally filtered by vendor, webhook, job or outcome.
   *
   * @example
   * mock.webhooks.deliveries({ outcome: 'failed' })
   */
  readonly deliveries: (filter?: DeliveryFilter) => readonly Delivery[]
  /**
   * Sends the same bytes again at once, as a new delivery, which the vendor retries like any other.
   *
   * @throws {@link UnknownNameError} for an id that this session does not have
   * @example
   * mock.webhooks.redeliver(mock.webhooks.deliveries()[0]!.id)
   */
  readonly redeliver: (id: string) => Delivery
  /**
   * Sends a webhook of a vendor now, with the vendor's body, signature and retries, and with the scenario's webhook
   * failures. Resolves when the first attempt has ended, or at once if that attempt is not due.
   *
   * @param options.job - the job of the webhook; default: the newest job that has reached this event, else a new one
   * @param options.to - the target URL; default: that of the job, of its account, or of the receiver of all webhooks
   * @throws {@link UnknownNameError} for an unknown vendor or webhook
   * @throws Error for a job that is unknown or has not reached this event, and if no receiver is known
   * @example
   * mock.webhooks.to(app.fetch)
   * const delivery = await mock.webhooks.trigger('seek', 'jobFinished')
   * expect(delivery.attempts[0]!.status).toBe(200)
   */
  readonly trigger: <Vendor extends VendorName>(
    vendor: Vendor,
    webhook: NameOf<Vendor, 'webhook'>,
    options?: { readonly job?: string; readonly to?: string },
  ) => Promise<Delivery>
}
