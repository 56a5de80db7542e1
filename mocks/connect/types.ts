import type { HttpHandler } from 'msw'
import type { Delivery, DeliveryFilter } from '../engine/delivery.ts'
import type { Exchange, ExchangeFilter } from '../engine/journal.ts'
import type { OverrideAnswer, OverrideContext } from '../engine/override.ts'
import type { Held } from '../engine/session.ts'
import type { Catalogue } from '../generated/catalogue.ts'
import type { ScenarioChanges } from './changes.ts'
import type { DeliveryTarget } from './deliver/courier.ts'
import type { DialectOf, ErrorOf, OperationOf, ScenarioName, VendorName, VendorsOf } from './names.ts'

/** Vendors with options of their own: those of the package, and documents of yours by path. */
export type VendorMap = Readonly<Record<string, VendorOptions>> & {
  readonly [Vendor in keyof Catalogue]?: VendorOptions<DialectOf<Vendor>>
}

export interface VendorOptions<Dialect extends string = string> {
  /**
   * Which of its dialects the vendor speaks where a request chooses none; wins over the scenario's.
   *
   * @throws {@link UnknownNameError} for one that it does not have
   * @example
   * createMock({ vendors: { seek: { dialect: 'usd' } } })
   */
  readonly dialect?: Dialect
  /**
   * Where your client meets the vendor, when not at the document's `servers`: the base that stands in their place.
   *
   * @example
   * createMock({ vendors: { seal: { baseUrl: 'https://acme.example/api' } } })
   */
  readonly baseUrl?: string | readonly string[]
  /**
   * OpenAPI Overlays to lay over the document, in this order; paths from the working directory. `false` lays none.
   *
   * @default the one beside the document that has its name: `acme.mock.overlay.yaml` beside `acme.json`
   * @example
   * createMock({ vendors: { './vendor/acme.json': { overlay: './test/acme.overlay.yaml' } } })
   */
  readonly overlay?: string | readonly string[] | false
}

export interface MockOptions {
  /** Vendors by name, or paths of OpenAPI documents. */
  readonly vendors: readonly VendorName[] | VendorMap
  /**
   * What is played: one scenario or several, of different vendors.
   *
   * @default each vendor's `happy-path`; `SPARRING_SCENARIO` (names with commas between) when it is set, those of other vendors left out
   */
  readonly scenario?: ScenarioName | readonly ScenarioName[]
  /** Seeds all generated values and choices. */
  readonly seed?: number
  /** The clock: flowing from now unless told. */
  readonly clock?: { readonly at?: Date | string | number; readonly frozen?: boolean }
  /** Divides the vendors' own durations, for clients that really sleep. */
  readonly pace?: number
  /** Folders with scenarios of your own, before `./scenarios`. */
  readonly scenarios?: readonly string[]
  /**
   * Checks every answer against its spec; one that breaks it becomes a 500 that says how.
   *
   * @default false; `SPARRING_CHECK_REPLIES=1` turns it on
   */
  readonly checkReplies?: boolean
  /**
   * How much of a request's body is read, as bytes or as a text (`'100MiB'`); counted after its content codings are undone.
   * A larger one is answered by a 413 that says so.
   *
   * @default '100MiB'; `SPARRING_MAX_BODY` when it is set
   * @throws TypeError for what is no size
   */
  readonly maxBody?: number | string
  /**
   * The same for bodies that are parsed, as JSON or as a form.
   *
   * @default '10MiB'; `SPARRING_MAX_JSON` when it is set
   * @throws TypeError for what is no size
   * @example
   * createMock({ vendors: ['seek'], maxJson: '1MB' })
   */
  readonly maxJson?: number | string
  /**
   * Refuses a document of your own with anything wrong in it. Without it a flaw costs only the operations that depend on
   * it, and is told once on stderr.
   *
   * @default false
   */
  readonly strict?: boolean
  /**
   * Who takes webhooks: a handler in this process, or the base URL that all of them go to instead of their own.
   *
   * @default their own URLs, as long as they are on this machine; `SPARRING_DELIVER` (a base URL) when it is set
   * @example
   * createMock({ vendors: ['seek'], deliver: app.fetch })
   */
  readonly deliver?: DeliveryTarget
}

/** The clock that windows, jobs, timestamps and latency of a session read. */
export interface MockClock {
  /** ms since 1970. */
  readonly now: () => number
  readonly frozen: () => boolean
  readonly freeze: (at?: Date | string | number) => void
  readonly flow: () => void
  /** Jumps to an instant. */
  readonly set: (at: Date | string | number) => Promise<void>
  /**
   * Moves on, waking whatever falls due on the way at its own instant.
   *
   * @example
   * await mock.clock.advance('45s')
   */
  readonly advance: (by: string | number) => Promise<void>
  /** Sleeps on this clock: hand it to the client under test. */
  readonly sleep: (duration: string | number, signal?: AbortSignal) => Promise<void>
}

export interface MockJournal {
  readonly exchanges: (filter?: ExchangeFilter) => Exchange[]
  /** Who answered and why, a line an exchange. */
  readonly explain: (filter?: ExchangeFilter) => string
  /** Old exchanges that were dropped to keep within the size. */
  readonly dropped: () => number
  readonly clear: () => void
}

/** A credential of each kind, in the vendor's format. */
export interface Credentials {
  readonly active: string
  readonly revoked: string
  readonly expired: string
  readonly unknown: string
  /** Active, and its account has no credits. */
  readonly broke: string
  /** Active, and without any permission that an operation asks for. */
  readonly unscoped: string
  /** What webhooks are signed with, unless the account has a `webhookSecret` of its own. */
  readonly webhookSecret: string
  /** What a vendor that issues tokens takes without a walk through its authorization, by security scheme. */
  readonly tokens?: Readonly<Record<string, TokenCredentials>>
}

/** A client of the session, and tokens that it may use at once. */
export interface TokenCredentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  /** Good until it is used, where refresh tokens rotate. */
  readonly refreshToken: string
}

/** What the vendors of a session tell the client of by themselves. */
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
  /** What was sent, or will be, in the order in which it was made. */
  readonly deliveries: (filter?: DeliveryFilter) => readonly Delivery[]
  /**
   * Sends the same bytes once more, at once: as a delivery of its own, which the vendor retries like any other.
   *
   * @throws {@link UnknownNameError} for an id that this session does not have
   */
  readonly redeliver: (id: string) => Delivery
}

/** One isolated world, default or opened by name. */
export interface MockSession extends Disposable {
  readonly id: string
  readonly clock: MockClock
  readonly journal: MockJournal
  readonly webhooks: MockWebhooks
  readonly handlers: readonly HttpHandler[]
  readonly play: <const Played extends ScenarioName | readonly ScenarioName[]>(
    scenario: Played,
    changes?: ScenarioChanges<VendorsOf<Played>> | { readonly fresh: true },
    options?: { readonly fresh?: boolean },
  ) => void
  readonly next: <Vendor extends VendorName>(
    vendor: Vendor,
    operation: OperationOf<Vendor>,
    error: ErrorOf<Vendor> | number,
    options?: { readonly times?: number },
  ) => void
  readonly on: <Vendor extends VendorName>(
    vendor: Vendor,
    operation: OperationOf<Vendor>,
    answer: (context: OverrideContext) => OverrideAnswer<ErrorOf<Vendor>> | undefined,
  ) => void
  /** Moves a job by a verb, also one that no operation is bound to. */
  readonly do: (vendor: VendorName, id: string, verb: string) => void
  /** Exchanges that wait on the clock. */
  readonly held: () => readonly Held[]
  /** Resolves when nothing is in work, deliveries included, and as many exchanges are held; rejects after two seconds of real time. */
  readonly settled: (wanted?: { readonly held?: number }) => Promise<void>
  /** Credentials that this session issues. */
  readonly credentials: (vendor: VendorName) => Credentials
  /**
   * Answers a Fetch request as `fetch` of Node would: redirects between the mock's vendors are followed, unless the request has
   * `redirect: 'manual'` or `'error'`. No server, no patching.
   *
   * @throws TypeError where no vendor of the mock is at the URL, also at that of a redirect, and where a fault breaks the connection
   * @example
   * const answer = await mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_any' } })
   * answer.url //=> 'https://api.seek-api.com/v1/me'
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** Answers that broke their spec while replies are checked. */
  readonly breaches: () => readonly string[]
  /** Back to what it was created with: scenario, clock, store, journal, overrides. */
  readonly reset: () => void
  /**
   * Ends the session, and with a mock all of its sessions: what is held or due is dropped, timers and webhooks stop.
   * `using mock = createMock(…)` calls it at the end of the block.
   *
   * @example
   * afterAll(() => mock.close())
   */
  readonly close: () => void
}

export interface Mock extends MockSession {
  /** Names of the vendors served. */
  readonly vendors: readonly string[]
  /** Opens an isolated world, with credentials and a clock of its own. */
  readonly session: (options?: {
    readonly id?: string
    readonly scenario?: ScenarioName | readonly ScenarioName[]
  }) => MockSession
}
