import type { Delivery, DeliveryFilter } from '../../../engine/deliveries/delivery.ts'
import type { Exchange, ExchangeFilter } from '../../../engine/session/journal.ts'
import type { NameOf, VendorName } from '../../../load/names.ts'
import type { DeliveryTarget } from '../../deliver/courier.ts'

/** The clock that windows, jobs, timestamps and latency of a session read. */
export interface MockClock {
  /**
   * The instant, in ms since 1970. Give it to a client that compares dates.
   *
   * @example
   * const client = new Client({ now: mock.clock.now })
   */
  readonly now: () => number
  /**
   * Whether the clock stands still.
   *
   * @example
   * createMock({ vendors: ['seek'], clock: { frozen: true } }).clock.frozen() //=> true
   */
  readonly frozen: () => boolean
  /**
   * Stops the clock, where it is or at an instant: a date, a text like `2026-03-16T10:00:00Z`, or ms since 1970.
   *
   * @throws RangeError for what is no instant
   * @example
   * mock.clock.freeze('2026-03-16T10:00:00Z')
   */
  readonly freeze: (at?: Date | string | number) => void
  /**
   * Lets the clock go on from where it is.
   *
   * @example
   * mock.clock.flow()
   */
  readonly flow: () => void
  /**
   * Moves on to an instant, waking whatever falls due on the way.
   *
   * @throws RangeError for what is no instant
   * @example
   * await mock.clock.set('2026-03-16T10:05:00Z')
   */
  readonly set: (at: Date | string | number) => Promise<void>
  /**
   * Moves on by a duration, or by ms, waking whatever falls due on the way at its own instant.
   *
   * @throws RangeError for what is no duration
   * @example
   * await mock.clock.advance('45s')
   */
  readonly advance: (by: string | number) => Promise<void>
  /**
   * Sleeps on this clock, for a duration or for ms. Give it to the client under test.
   *
   * @param signal - ends the sleep, which then rejects with the signal's reason
   * @throws RangeError for what is no duration
   * @example
   * const client = new Client({ sleep: mock.clock.sleep })
   */
  readonly sleep: (duration: string | number, signal?: AbortSignal) => Promise<void>
}

/** The exchanges of a session: requests with their answers, and why they were given. */
export interface MockJournal {
  /**
   * The exchanges in order of arrival, of one vendor, operation or status where a filter names it.
   *
   * @example
   * mock.journal.exchanges({ status: 429 })[0]?.response?.headers.get('retry-after')
   */
  readonly exchanges: (filter?: ExchangeFilter) => Exchange[]
  /**
   * Who answered and why: a line for each exchange.
   *
   * @example
   * console.log(mock.journal.explain({ vendor: 'seek' }))
   */
  readonly explain: (filter?: ExchangeFilter) => string
  /**
   * How many old exchanges were dropped to keep within the size.
   *
   * @example
   * expect(mock.journal.dropped()).toBe(0)
   */
  readonly dropped: () => number
  /**
   * Forgets all exchanges. Limits and jobs stay as they are.
   *
   * @example
   * mock.journal.clear()
   */
  readonly clear: () => void
}

/** A credential of each kind, in the vendor's format. */
export interface Credentials {
  /** Passes. */
  readonly active: string
  /** Refused, since it was revoked. */
  readonly revoked: string
  /** Refused, since its time is over. */
  readonly expired: string
  /** Refused, since the vendor has issued no such credential. */
  readonly unknown: string
  /** Active, and its account has no credits. */
  readonly broke: string
  /** Active, and without any permission that an operation asks for. */
  readonly unscoped: string
  /** Active, and each of its requests meets the vendor's 429. */
  readonly limited: string
  /** Active, and the vendor is down for it: each of its requests meets a 5xx. */
  readonly down: string
  /** Active, and each of its answers comes three seconds late on the session's clock. */
  readonly slow: string
  /** What webhooks are signed with, unless the account has a `webhookSecret` of its own. */
  readonly webhookSecret: string
  /** What a vendor that issues tokens takes without a walk through its authorization, by security scheme. */
  readonly tokens?: Readonly<Record<string, TokenCredentials>>
}

/** A client of the session, and tokens that it may use at once. */
export interface TokenCredentials {
  /** `client_id` of OAuth 2.0 (RFC 6749 section 2.2). */
  readonly clientId: string
  /** What the client proves itself by at the token endpoint (RFC 6749 section 2.3.1). */
  readonly clientSecret: string
  /** Passes as a bearer token. */
  readonly accessToken: string
  /** Good until it is used, where refresh tokens rotate. */
  readonly refreshToken: string
}

/** The webhooks of a session's vendors. */
export interface MockWebhooks {
  /**
   * Names who takes them, until reset: a handler in this process, or the base URL that all go to instead of their own.
   * Without a target they go to their own URLs again, as long as those are on this machine.
   *
   * @param options.patience real ms that the receiver has to answer; the attempt then counts as timed out
   * @default what the vendor waits, but 1500 ms at most while the clock stands still
   * @throws TypeError for a base that is no URL of HTTP
   * @example
   * mock.webhooks.to(async (request) => receive(await request.json()))
   */
  readonly to: (target: DeliveryTarget | undefined, options?: { readonly patience?: number }) => void
  /**
   * What was sent, or will be, in the order in which it was made; of one vendor, webhook, job or outcome where a filter names it.
   *
   * @example
   * mock.webhooks.deliveries({ outcome: 'failed' })
   */
  readonly deliveries: (filter?: DeliveryFilter) => readonly Delivery[]
  /**
   * Sends the same bytes once more, at once: as a delivery of its own, which the vendor retries like any other.
   *
   * @throws {@link UnknownNameError} for an id that this session does not have
   * @example
   * mock.webhooks.redeliver(mock.webhooks.deliveries()[0]!.id)
   */
  readonly redeliver: (id: string) => Delivery
  /**
   * Sends a webhook of a vendor now, with the body, the signature and the retries that are the vendor's own, and with
   * whatever the scenario does to webhooks. Resolves when the first attempt has ended, or at once where that is not due.
   *
   * @param options.job - the job that it tells of; default: the newest that has come so far, else one that is made for it
   * @param options.to - the URL that it goes to; default: that of the job, of its account, of the receiver of all webhooks
   * @throws {@link UnknownNameError} for a vendor or webhook that does not exist
   * @throws Error for a job that is not there or has not come so far, and where nobody is named who takes it
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
