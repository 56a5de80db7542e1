/// <reference path="../msw/without-msw.d.ts" preserve="true" />
import type { HttpHandler } from 'msw'
import type { OverrideAnswer, OverrideContext } from '../../engine/answer/override.ts'
import type { Held } from '../../engine/session/session.ts'
import type { Snapshot } from '../../engine/snapshot/snapshot.ts'
import type { Catalogue } from '../../generated/catalogue.ts'
import type { OpenApiDocument } from '../../spec/model/document.ts'
import type { ScenarioChanges } from './changes.ts'
import type { Finding, FindingSeverity } from '../../verdict/finding.ts'
import type { Coverage } from '../../verdict/coverage/coverage.ts'
import type { FindingOptions } from '../../verdict/settle.ts'
import type { DeliveryTarget } from '../deliver/courier.ts'
import type { Credentials, MockClock, MockJournal, MockWebhooks } from './session-parts.ts'
import type { DialectOf, ErrorOf, OperationOf, ScenarioName, VendorName, VendorsOf } from '../../load/names.ts'

export type { Credentials, MockClock, MockJournal, MockWebhooks, TokenCredentials } from './session-parts.ts'

/** Vendors with options of their own: those of the package, and documents of yours by path. */
export type VendorMap = Readonly<Record<string, VendorOptions>> & {
  readonly [Vendor in keyof Catalogue]?: VendorOptions<DialectOf<Vendor>>
}

/** What is set for one vendor. */
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
  /**
   * The vendor's OpenAPI document as an object, in place of a file; it is copied, and never changed. The vendor has the name
   * under which it stands, of small letters, digits and hyphens. Relative `$ref`s are read from the working directory.
   *
   * @throws {@link InvalidFileError} for mistakes in it, each with its JSON Pointer
   * @example
   * import document from './acme.json' with { type: 'json' }
   *
   * createMock({ vendors: { acme: { document } } })
   */
  readonly document?: OpenApiDocument
}

/** What `createMock` takes. */
export interface MockOptions {
  /**
   * Vendors by name, or paths of OpenAPI documents; a map where they have options.
   *
   * @example
   * createMock({ vendors: ['seek', './acme/openapi.yaml'] })
   * createMock({ vendors: { seal: { baseUrl: 'https://acme.example/api' }, seek: {} } })
   */
  readonly vendors: readonly VendorName[] | VendorMap
  /**
   * What is played: one scenario or several, of different vendors.
   *
   * @default each vendor's `happy-path`; `SPARRING_SCENARIO` (names with commas between) when it is set, those of other vendors left out
   * @example
   * createMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
   */
  readonly scenario?: ScenarioName | readonly ScenarioName[]
  /**
   * What all generated values and all chance follow from: a whole number.
   *
   * @default the scenario's, else 1
   * @example
   * createMock({ vendors: ['seek'], seed: 7 })
   */
  readonly seed?: number
  /**
   * Where the clock starts, and whether it stands still until it is moved.
   *
   * @default the scenario's, else it flows from now
   * @example
   * createMock({ vendors: ['seek'], clock: { at: '2026-03-16T10:00:00Z', frozen: true } })
   */
  readonly clock?: { readonly at?: Date | string | number; readonly frozen?: boolean }
  /**
   * Divides the vendors' own durations, for clients that really sleep: at 30 a minute takes two seconds.
   *
   * @default the scenario's, else 1
   * @example
   * createMock({ vendors: ['seek'], pace: 30 })
   */
  readonly pace?: number
  /**
   * Folders with scenarios of your own, as `<vendor>/<name>.yaml`; they come before `./scenarios`.
   *
   * @example
   * createMock({ vendors: ['seek'], scenarios: ['./test/scenarios'], scenario: 'seek/mine' })
   */
  readonly scenarios?: readonly string[]
  /**
   * Checks every answer against its spec; one that breaks it becomes a 500 that says how.
   *
   * @default false; `SPARRING_CHECK_REPLIES=1` turns it on
   * @example
   * createMock({ vendors: ['./acme/openapi.yaml'], checkReplies: true })
   */
  readonly checkReplies?: boolean
  /**
   * How much of a request's body is read, as bytes or as a text (`'100MiB'`); counted after its content codings are undone.
   * A larger one is answered by a 413 that says so.
   *
   * @default '100MiB'; `SPARRING_MAX_BODY` when it is set
   * @throws TypeError for what is no size
   * @example
   * createMock({ vendors: ['seek'], maxBody: '5MB' })
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
   * What findings count as, by their codes: `off`, `info`, `warning` or `error`. Wins over the scenario's.
   *
   * @throws TypeError for a code or a severity that does not exist
   * @example
   * createMock({ vendors: ['seek'], findings: { backoff: { severity: 'off', reason: 'the queue in front of it waits' } } })
   */
  readonly findings?: FindingOptions
  /**
   * What counts in {@link Mock.coverage} beside the operations that the client calls: a vendor with all of its operations, or
   * one of them.
   *
   * @throws {@link UnknownNameError} for a vendor that the mock does not have, and an operation that the vendor does not have
   * @example
   * createMock({ vendors: ['seek'], coverage: { include: ['seek.cancelJob'] } })
   */
  readonly coverage?: { readonly include?: readonly string[] }
  /**
   * Refuses a document of your own with anything wrong in it. Without it a flaw costs only the operations that depend on
   * it, and is told once on stderr.
   *
   * @default false
   * @example
   * createMock({ vendors: ['./acme/openapi.yaml'], strict: true })
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

/** Which findings are asked for. */
export interface FindingFilter {
  readonly code?: string
  readonly vendor?: string
  readonly operation?: string
  /** The least that counts. */
  readonly severity?: FindingSeverity
  readonly scope?: string
  /** Whether the session is judged as one that has ended, so that what was not done counts. */
  readonly final?: boolean
}

/** One isolated world, default or opened by name. */
export interface MockSession extends Disposable {
  /** Its name: `default` for the mock itself. */
  readonly id: string
  /** The clock that it lives by. */
  readonly clock: MockClock
  /** What has happened in it. */
  readonly journal: MockJournal
  /** What it sends by itself. */
  readonly webhooks: MockWebhooks
  /**
   * Real handlers for MSW 2 and 3, one for each origin of a vendor.
   *
   * @throws Error where MSW is not installed
   * @example
   * const server = setupServer(...mock.handlers)
   */
  readonly handlers: readonly HttpHandler[]
  /**
   * Plays another scenario from now on. Rules, limits, outcomes of new jobs, latency and webhooks change; clock, state,
   * counters and journal stay. One that cannot be played throws, and nothing changes.
   *
   * @param changes - laid over the scenario: the same keys as in its file
   * @param options.fresh - empties state, counters and journal, and sets the clock back
   * @throws {@link UnknownNameError} for a scenario that does not exist
   * @throws {@link InvalidFileError} for mistakes in the scenario or in the changes, all of them at once
   * @example
   * mock.play('seek/rate-limited')
   * mock.play('seek/happy-path', { accounts: { default: { credits: 3 } } })
   */
  readonly play: <const Played extends ScenarioName | readonly ScenarioName[]>(
    scenario: Played,
    changes?: ScenarioChanges<VendorsOf<Played>> | { readonly fresh: true },
    options?: { readonly fresh?: boolean },
  ) => void
  /**
   * Answers the next call of an operation with one of its errors, by name or by status. Limits count before it.
   *
   * @param options.times - how many calls; default 1
   * @throws {@link UnknownNameError} for a name that the vendor does not have, or an error that the operation does not document
   * @example
   * mock.next('seek', 'submitJob', 'PaymentRequired')
   * mock.next('seek', 'getJob', 500, { times: 3 })
   */
  readonly next: <Vendor extends VendorName>(
    vendor: Vendor,
    operation: OperationOf<Vendor>,
    error: ErrorOf<Vendor> | number,
    options?: { readonly times?: number },
  ) => void
  /**
   * Answers an operation by a function of yours, until reset: with an error by name, with an answer written out, or, by
   * `undefined`, as the mock would. The function returns at once, without a promise.
   *
   * @throws {@link UnknownNameError} for a vendor or an operation that does not exist
   * @example
   * mock.on('seek', 'getWorker', ({ params }) => (params['worker_id'] === 'gone' ? { error: 'NotFound' } : undefined))
   */
  readonly on: <Vendor extends VendorName>(
    vendor: Vendor,
    operation: OperationOf<Vendor>,
    answer: (context: OverrideContext) => OverrideAnswer<ErrorOf<Vendor>> | undefined,
  ) => void
  /**
   * Moves a job by a verb, also by one that no operation is bound to.
   *
   * @throws Error for a job that is not there, and for a verb that the job's state does not take
   * @example
   * mock.do('seal', changeSetId, 'approve')
   */
  readonly do: (vendor: VendorName, id: string, verb: string) => void
  /**
   * What waits on the clock, with the instant at which it goes on.
   *
   * @example
   * expect(mock.held()).toHaveLength(1)
   */
  readonly held: () => readonly Held[]
  /**
   * Resolves when nothing is in work, deliveries included, and, if asked, so many exchanges are held.
   *
   * @throws {@link NotSettledError} after two seconds of real time
   * @example
   * const answer = client.fetchSlowly()
   * await mock.settled({ held: 1 })
   */
  readonly settled: (wanted?: { readonly held?: number }) => Promise<void>
  /**
   * Drives a client that waits: moves the clock from due moment to due moment until the work has settled, and gives what the
   * work gives. A moment is due when a client that sleeps on `mock.clock`, a held answer or a webhook goes on.
   *
   * @param work - a promise, or a function that starts the work
   * @param options.within - how far the clock is moved at most; default `'1d'`, and never over more than 10,000 moments
   * @param options.patience - real ms that the work may take while nothing is due; default 2000
   * @throws {@link NotSettledError} that says what the work waits for, when nothing is due any more or the limit is reached
   * @throws what the work throws
   * @example
   * const client = new Client({ fetch: mock.fetch, sleep: mock.clock.sleep })
   * const job = await mock.drive(() => client.runToTheEnd())
   */
  readonly drive: <Result>(
    work: PromiseLike<Result> | (() => PromiseLike<Result> | Result),
    options?: { readonly within?: string | number; readonly patience?: number },
  ) => Promise<Result>
  /**
   * Credentials of every kind that this session issues.
   *
   * @throws {@link UnknownNameError} for a vendor that the mock does not have
   * @example
   * const client = new Client({ key: mock.credentials('seek').revoked })
   */
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
  /**
   * Answers that broke their spec while replies are checked: a line each.
   *
   * @example
   * expect(mock.breaches()).toEqual([])
   */
  readonly breaches: () => readonly string[]
  /**
   * What the client did wrong so far, as the vendor's document and its words on conduct have it. Asked for by its code, a
   * finding counts as expected: `expectNoFindings` leaves it out.
   *
   * @example
   * expect(mock.findings({ code: 'retry-after' })).toHaveLength(1)
   */
  readonly findings: (filter?: FindingFilter) => readonly Finding[]
  /**
   * Throws where the client has findings that no test has asked for.
   *
   * @param options.severity - the least that counts; default `warning`
   * @param options.final - also judge what was not done, as at the end of a test; default true
   * @throws {@link FindingsError} with all of them
   * @example
   * afterEach(() => mock.expectNoFindings())
   */
  readonly expectNoFindings: (options?: { readonly severity?: FindingSeverity; readonly final?: boolean }) => void
  /**
   * Names the test that requests belong to from now on. Conduct is judged within one test, never across two; the header
   * `x-sparring-scope` of a request says the same of that request.
   *
   * @example
   * beforeEach(({ task }) => mock.scope(task.name))
   */
  readonly scope: (name: string) => void
  /**
   * The state of the session as JSON: clock, jobs, limits, balances, tokens, deliveries that are due, what is played and what
   * `next` has prepared. What cannot be in it, it names in `omitted`: the journal, requests in work or held, clients that
   * sleep, functions of `on`. It holds credentials as clients have sent them.
   *
   * @example
   * await writeFile('seeded.json', JSON.stringify(mock.snapshot()))
   */
  readonly snapshot: () => Snapshot
  /**
   * Goes on from a snapshot, of this session or of another one, after a `reset()`: what is held is let go, and the journal is
   * empty. The session keeps its own credentials; they take the place of those in the snapshot.
   *
   * @throws {@link InvalidSnapshotError} for what is no snapshot, and for one of other vendors, other documents or another
   * version; nothing has changed then
   * @throws {@link UnknownNameError} for a scenario that does not exist any more
   * @example
   * const seeded = mock.snapshot()
   * beforeEach(() => mock.restore(seeded))
   */
  readonly restore: (snapshot: Snapshot) => void
  /**
   * Runs a function in this session: what is sent by its code, and by all that it awaits, belongs here, unless the request
   * names another session or carries the credential of one. Through the mock's own `handlers`, `mock.fetch`, and whatever
   * MSW intercepts; not through a socket to a server. Gives what the function returns.
   *
   * @throws Error in a web page, which has no async context
   * @example
   * await poor.run(() => client.submitJob(job))
   */
  readonly run: <Result>(fn: (session: MockSession) => Result) => Result
  /**
   * Goes back to what it was created with: scenario, clock, state, journal. What `next` and `on` have prepared is forgotten.
   *
   * @example
   * afterEach(() => mock.reset())
   */
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

/** Vendors that are stood in for; it is itself the session `default`. */
export interface Mock extends MockSession {
  /** Names of the vendors served. */
  readonly vendors: readonly string[]
  /**
   * Which of the vendors' answers the client has met so far, in all sessions; a reset takes nothing away. Counts the
   * operations that were called. Of each answer that is missing it says what would meet it.
   *
   * @example
   * expect(mock.coverage().percent).toBeGreaterThan(80)
   */
  readonly coverage: () => Coverage
  /**
   * Opens a world of its own, with a clock, a state and credentials of its own.
   *
   * @throws Error for a name that is open already
   * @example
   * const poor = mock.session({ scenario: 'seek/out-of-credits' })
   * const client = new Client({ fetch: poor.fetch, key: poor.credentials('seek').active })
   */
  readonly session: (options?: SessionOptions) => MockSession
  /**
   * Opens a session, runs a function in it as {@link MockSession.run} does, and closes the session when the function, or
   * the promise that it returns, has ended. Tests that run at the same time do not disturb each other.
   *
   * @throws Error in a web page, which has no async context
   * @example
   * test.concurrent('stops at the 402', () =>
   *   mock.run(async (session) => {
   *     await client.submitAll(jobs)
   *     session.expectNoFindings()
   *   }, { scenario: 'seek/out-of-credits' }),
   * )
   */
  readonly run: <Result>(fn: (session: MockSession) => Result, options?: SessionOptions) => Result
}

/** What a session is opened with. */
export interface SessionOptions {
  /**
   * Its name.
   *
   * @default one that is free
   * @example
   * mock.session({ id: 'worker-1' })
   */
  readonly id?: string
  /**
   * What it plays.
   *
   * @default what the mock was created with
   * @example
   * mock.session({ scenario: 'seek/out-of-credits' })
   */
  readonly scenario?: ScenarioName | readonly ScenarioName[]
}
