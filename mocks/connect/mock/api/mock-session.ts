/// <reference path="../../msw/without-msw.d.ts" preserve="true" />
import type { HttpHandler } from 'msw'
import type { OverrideAnswer, OverrideContext } from '../../../engine/answer/override.ts'
import type { Held } from '../../../engine/session/session.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import type { ErrorOf, OperationOf, ScenarioName, VendorName, VendorsOf } from '../../../load/names.ts'
import type { Finding, FindingSeverity } from '../../../verdict/finding.ts'
import type { ScenarioChanges } from './changes.ts'
import type { Credentials, MockClock, MockJournal, MockWebhooks } from './session-parts.ts'

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
   * @param options.patience - real ms that the work may take while nothing is due, anew after each request; default 2000. Work that sends
   *   requests and waits between them in real time, while the clock stands still, may wait twice as long in all.
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
