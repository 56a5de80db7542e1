/// <reference path="../../msw/without-msw.d.ts" preserve="true" />
import type { HttpHandler } from 'msw'
import type { OverrideAnswer, OverrideContext } from '../../../engine/answer/override.ts'
import type { Held } from '../../../engine/session/session.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import type { ErrorOf, OperationOf, ScenarioName, VendorName, VendorsOf } from '../../../load/names.ts'
import type { Finding, FindingSeverity } from '../../../verdict/finding.ts'
import type { ScenarioChanges } from './changes.ts'
import type { Credentials, MockClock, MockJournal, MockWebhooks } from './session-parts.ts'

/** Filters findings. */
export interface FindingFilter {
  readonly code?: string
  readonly vendor?: string
  readonly operation?: string
  /** The lowest severity that counts. */
  readonly severity?: FindingSeverity
  readonly scope?: string
  /** Whether to judge the session as ended, so that omissions count. */
  readonly final?: boolean
}

/** An isolated session: the default one, or one opened by name. */
export interface MockSession extends Disposable {
  /** Its name: `default` for the mock itself. */
  readonly id: string
  /** The session's clock. */
  readonly clock: MockClock
  /** The session's requests and answers. */
  readonly journal: MockJournal
  /** The session's webhooks. */
  readonly webhooks: MockWebhooks
  /**
   * Handlers for MSW 2 and 3, one for each origin of a vendor.
   *
   * @throws Error if MSW is not installed
   * @example
   * const server = setupServer(...mock.handlers)
   */
  readonly handlers: readonly HttpHandler[]
  /**
   * Switches to another scenario. Rules, limits, outcomes of new jobs, latency and webhooks change; clock, state,
   * counters and journal stay. An invalid scenario throws, and nothing changes.
   *
   * @param changes - applied over the scenario: the same keys as in its file
   * @param options.fresh - also empties state, counters and journal, and resets the clock
   * @throws {@link UnknownNameError} for a scenario that does not exist
   * @throws {@link InvalidFileError} for mistakes in the scenario or in the changes, all at once
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
   * Answers the next call of an operation with one of its errors, by name or by status. The call still counts against
   * limits.
   *
   * @param options.times - how many calls; default 1
   * @throws {@link UnknownNameError} for a name that the vendor does not have, or an error that the operation does not
   * document
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
   * Answers an operation with your function, until reset. The function returns an error by name, a literal answer, or
   * `undefined` for the mock's own answer. It is synchronous: it must not return a promise.
   *
   * @throws {@link UnknownNameError} for an unknown vendor or operation
   * @example
   * mock.on('seek', 'getWorker', ({ params }) => (params['worker_id'] === 'gone' ? { error: 'NotFound' } : undefined))
   */
  readonly on: <Vendor extends VendorName>(
    vendor: Vendor,
    operation: OperationOf<Vendor>,
    answer: (context: OverrideContext) => OverrideAnswer<ErrorOf<Vendor>> | undefined,
  ) => void
  /**
   * Applies a verb to a job, even a verb without an operation.
   *
   * @throws Error for an unknown job, and for a verb that the job's state does not allow
   * @example
   * mock.do('seal', changeSetId, 'approve')
   */
  readonly do: (vendor: VendorName, id: string, verb: string) => void
  /**
   * Exchanges and sleeps that wait on the clock, with the instant at which each continues.
   *
   * @example
   * expect(mock.held()).toHaveLength(1)
   */
  readonly held: () => readonly Held[]
  /**
   * Resolves when no request or delivery is in work and, if given, that many exchanges are held.
   *
   * @throws {@link NotSettledError} after two seconds of real time
   * @example
   * const answer = client.fetchSlowly()
   * await mock.settled({ held: 1 })
   */
  readonly settled: (wanted?: { readonly held?: number }) => Promise<void>
  /**
   * Drives a client that waits: moves the clock from one due moment to the next until the work has settled, and returns
   * the result of the work. A moment is due when a client that sleeps on `mock.clock`, a held answer or a webhook
   * continues.
   *
   * @param work - a promise, or a function that starts the work
   * @param options.within - the furthest that the clock is moved; default `'1d'`, and never more than 10,000 moments
   * @param options.patience - real ms that the work may take while nothing is due, counted anew after each request;
   * default 2000. Work that keeps sending requests, and waits in real time between them while the clock stands still,
   * gets twice as long in total.
   * @throws {@link NotSettledError} saying what the work waits for, when nothing is due any more or the limit is
   * reached
   * @throws any error of the work
   * @example
   * const client = new Client({ fetch: mock.fetch, sleep: mock.clock.sleep })
   * const job = await mock.drive(() => client.runToTheEnd())
   */
  readonly drive: <Result>(
    work: PromiseLike<Result> | (() => PromiseLike<Result> | Result),
    options?: { readonly within?: string | number; readonly patience?: number },
  ) => Promise<Result>
  /**
   * Credentials of every kind for this session.
   *
   * @throws {@link UnknownNameError} for a vendor that the mock does not have
   * @example
   * const client = new Client({ key: mock.credentials('seek').revoked })
   */
  readonly credentials: (vendor: VendorName) => Credentials
  /**
   * Answers a Fetch request like Node's `fetch`: redirects between the mock's vendors are followed, unless the request
   * has `redirect: 'manual'` or `'error'`. Needs no server and patches nothing.
   *
   * @throws TypeError if no vendor of the mock has the URL or the URL of a redirect, or if a fault breaks the
   * connection
   * @example
   * const answer = await mock.fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_any' } })
   * answer.url //=> 'https://api.seek-api.com/v1/me'
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /**
   * Answers that broke their spec while replies are checked, one line each.
   *
   * @example
   * expect(mock.breaches()).toEqual([])
   */
  readonly breaches: () => readonly string[]
  /**
   * The client's mistakes so far, judged by the vendor's document and its rules of conduct. A finding that a test asks
   * for by code counts as expected: `expectNoFindings` ignores it.
   *
   * @example
   * expect(mock.findings({ code: 'retry-after' })).toHaveLength(1)
   */
  readonly findings: (filter?: FindingFilter) => readonly Finding[]
  /**
   * Throws if the client has findings that no test has asked for.
   *
   * @param options.severity - the lowest severity that counts; default `warning`
   * @param options.final - also judge omissions, as at the end of a test; default true
   * @throws {@link FindingsError} with all findings
   * @example
   * afterEach(() => mock.expectNoFindings())
   */
  readonly expectNoFindings: (options?: { readonly severity?: FindingSeverity; readonly final?: boolean }) => void
  /**
   * Names the test that later requests belong to. Conduct is judged within one test, never across tests. The request
   * header `x-sparring-scope` does the same for one request.
   *
   * @example
   * beforeEach(({ task }) => mock.scope(task.name))
   */
  readonly scope: (name: string) => void
  /**
   * The state of the session as JSON: clock, jobs, limits, balances, tokens, pending deliveries, the scenario and
   * errors prepared by `next`. `omitted` lists what JSON cannot hold: the journal, requests in work or held, sleeping
   * clients, functions of `on`. It contains credentials as clients have sent them.
   *
   * @example
   * await writeFile('seeded.json', JSON.stringify(mock.snapshot()))
   */
  readonly snapshot: () => Snapshot
  /**
   * Resets the session and restores a snapshot of this or another session: held requests are released, and the journal
   * is empty. The session keeps its own credentials, which replace those in the snapshot.
   *
   * @throws {@link InvalidSnapshotError} for an invalid snapshot, and for one of other vendors, documents or versions;
   * nothing changes then
   * @throws {@link UnknownNameError} for a scenario that no longer exists
   * @example
   * const seeded = mock.snapshot()
   * beforeEach(() => mock.restore(seeded))
   */
  readonly restore: (snapshot: Snapshot) => void
  /**
   * Runs a function in this session: requests of its code, and of everything it awaits, belong to this session, unless
   * a request names another session or carries a credential of one. Works through the mock's `handlers`, `mock.fetch`
   * and whatever MSW intercepts, but not through a socket to a server. Returns what the function returns.
   *
   * @throws Error in a web page, which has no async context
   * @example
   * await poor.run(() => client.submitJob(job))
   */
  readonly run: <Result>(fn: (session: MockSession) => Result) => Result
  /**
   * Resets scenario, clock, state and journal to their initial values. Forgets what `next` and `on` have prepared.
   *
   * @example
   * afterEach(() => mock.reset())
   */
  readonly reset: () => void
  /**
   * Ends the session, or all sessions when called on a mock: held and pending work is dropped, timers and webhooks
   * stop. `using mock = createMock(…)` calls it at the end of the block.
   *
   * @example
   * afterAll(() => mock.close())
   */
  readonly close: () => void
}
