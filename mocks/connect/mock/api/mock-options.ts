import type { Catalogue } from '../../../generated/catalogue.ts'
import type { DialectOf, ScenarioName, VendorName } from '../../../load/names.ts'
import type { OpenApiDocument } from '../../../spec/model/document.ts'
import type { FindingOptions } from '../../../verdict/settle.ts'
import type { DeliveryTarget } from '../../deliver/courier.ts'

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
   * Finished jobs of each kind that a session keeps: beyond them, and a quarter more, those are let go that ended first. A
   * client is answered about them as about jobs that never were; all else stays, balances and the ids of later jobs too.
   *
   * @default 100000
   * @example
   * createMock({ vendors: ['seek'], keepJobs: 1000 })
   */
  readonly keepJobs?: number
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
