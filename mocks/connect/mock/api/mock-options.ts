import type { Catalogue } from '../../../generated/catalogue.ts'
import type { DialectOf, ScenarioName, VendorName } from '../../../load/names.ts'
import type { OpenApiDocument } from '../../../spec/model/document.ts'
import type { FindingOptions } from '../../../verdict/settle.ts'
import type { DeliveryTarget } from '../../deliver/courier.ts'

/** Vendors with their own options: vendors of the package by name, and your OpenAPI documents by path. */
export type VendorMap = Readonly<Record<string, VendorOptions>> & {
  readonly [Vendor in keyof Catalogue]?: VendorOptions<DialectOf<Vendor>>
}

/** Options of one vendor. */
export interface VendorOptions<Dialect extends string = string> {
  /**
   * The dialect that the vendor speaks when a request chooses none; overrides the scenario's.
   *
   * @throws {@link UnknownNameError} for a dialect that the vendor does not have
   * @example
   * createMock({ vendors: { seek: { dialect: 'usd' } } })
   */
  readonly dialect?: Dialect
  /**
   * One or more base URLs at which your client calls the vendor, in place of the document's `servers`.
   *
   * @example
   * createMock({ vendors: { seal: { baseUrl: 'https://acme.example/api' } } })
   */
  readonly baseUrl?: string | readonly string[]
  /**
   * OpenAPI Overlays to apply to the document, in this order; paths are relative to the working directory. `false`
   * applies none.
   *
   * @default the overlay beside the document with the same name: `acme.mock.overlay.yaml` beside `acme.json`
   * @example
   * createMock({ vendors: { './vendor/acme.json': { overlay: './test/acme.overlay.yaml' } } })
   */
  readonly overlay?: string | readonly string[] | false
  /**
   * The vendor's OpenAPI document as an object instead of a file; it is copied and never changed. The key in `vendors`
   * is the vendor's name: lower-case letters, digits and hyphens. Relative `$ref`s resolve from the working directory.
   *
   * @throws {@link InvalidFileError} for mistakes in the document, each with its JSON Pointer
   * @example
   * import document from './acme.json' with { type: 'json' }
   *
   * createMock({ vendors: { acme: { document } } })
   */
  readonly document?: OpenApiDocument
}

/** Options of `createMock`. */
export interface MockOptions {
  /**
   * Vendors by name, or paths of OpenAPI documents; a map when they have options.
   *
   * @example
   * createMock({ vendors: ['seek', './acme/openapi.yaml'] })
   * createMock({ vendors: { seal: { baseUrl: 'https://acme.example/api' }, seek: {} } })
   */
  readonly vendors: readonly VendorName[] | VendorMap
  /**
   * The scenario to play, or several for different vendors.
   *
   * @default each vendor's `happy-path`; or `SPARRING_SCENARIO` (names separated by commas), ignoring those of other
   * vendors
   * @example
   * createMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
   */
  readonly scenario?: ScenarioName | readonly ScenarioName[]
  /**
   * Seed of all generated values and random choices: a whole number.
   *
   * @default the scenario's, else 1
   * @example
   * createMock({ vendors: ['seek'], seed: 7 })
   */
  readonly seed?: number
  /**
   * Where the clock starts, and whether it is frozen.
   *
   * @default the scenario's clock, else it runs from now
   * @example
   * createMock({ vendors: ['seek'], clock: { at: '2026-03-16T10:00:00Z', frozen: true } })
   */
  readonly clock?: { readonly at?: Date | string | number; readonly frozen?: boolean }
  /**
   * Divides the vendors' durations, for clients that really sleep: at 30 a minute takes two seconds.
   *
   * @default the scenario's, else 1
   * @example
   * createMock({ vendors: ['seek'], pace: 30 })
   */
  readonly pace?: number
  /**
   * Folders with your own scenarios, as `<vendor>/<name>.yaml`; they take precedence over `./scenarios`.
   *
   * @example
   * createMock({ vendors: ['seek'], scenarios: ['./test/scenarios'], scenario: 'seek/mine' })
   */
  readonly scenarios?: readonly string[]
  /**
   * Checks every answer against its spec; an invalid one is replaced by a 500 that explains the error.
   *
   * @default false; `SPARRING_CHECK_REPLIES=1` turns it on
   * @example
   * createMock({ vendors: ['./acme/openapi.yaml'], checkReplies: true })
   */
  readonly checkReplies?: boolean
  /**
   * The largest request body, in bytes or as a string (`'100MiB'`), after its content codings are undone. A larger body
   * is answered with a 413 that says so.
   *
   * @default '100MiB'; `SPARRING_MAX_BODY` when it is set
   * @throws TypeError for an invalid size
   * @example
   * createMock({ vendors: ['seek'], maxBody: '5MB' })
   */
  readonly maxBody?: number | string
  /**
   * The same limit for bodies that are parsed as JSON or as a form.
   *
   * @default '10MiB'; `SPARRING_MAX_JSON` when it is set
   * @throws TypeError for an invalid size
   * @example
   * createMock({ vendors: ['seek'], maxJson: '1MB' })
   */
  readonly maxJson?: number | string
  /**
   * Number of finished jobs of each kind that a session keeps. Above that number plus a quarter, the jobs that ended
   * first are removed. Requests for removed jobs are answered as for unknown jobs; balances and the ids of later jobs
   * do not change.
   *
   * @default 100000
   * @example
   * createMock({ vendors: ['seek'], keepJobs: 1000 })
   */
  readonly keepJobs?: number
  /**
   * Severity of findings by code: `off`, `info`, `warning` or `error`. Overrides the scenario's.
   *
   * @throws TypeError for an unknown code or severity
   * @example
   * createMock({ vendors: ['seek'], findings: { backoff: { severity: 'off', reason: 'the queue in front of it waits' } } })
   */
  readonly findings?: FindingOptions
  /**
   * What counts in {@link Mock.coverage} besides the operations that the client calls: a vendor with all its
   * operations, or a single operation.
   *
   * @throws {@link UnknownNameError} for a vendor that the mock does not have, or an operation that the vendor does not
   * have
   * @example
   * createMock({ vendors: ['seek'], coverage: { include: ['seek.cancelJob'] } })
   */
  readonly coverage?: { readonly include?: readonly string[] }
  /**
   * Rejects an invalid document of your own. Without it, a mistake disables only the operations that depend on it, and
   * is reported once on stderr.
   *
   * @default false
   * @example
   * createMock({ vendors: ['./acme/openapi.yaml'], strict: true })
   */
  readonly strict?: boolean
  /**
   * Where webhooks go: to a handler in this process, or to a base URL that replaces their own.
   *
   * @default their own URLs, if those are on this machine; `SPARRING_DELIVER` (a base URL) when it is set
   * @example
   * createMock({ vendors: ['seek'], deliver: app.fetch })
   */
  readonly deliver?: DeliveryTarget
}

/** Options of a session. */
export interface SessionOptions {
  /**
   * Its name.
   *
   * @default a free name
   * @example
   * mock.session({ id: 'worker-1' })
   */
  readonly id?: string
  /**
   * The scenario to play.
   *
   * @default the scenario of the mock
   * @example
   * mock.session({ scenario: 'seek/out-of-credits' })
   */
  readonly scenario?: ScenarioName | readonly ScenarioName[]
}
