import { mockOptions } from '../connect/mock/options.ts'
import type { MockOptions, VendorMap } from '../connect/mock/api/mock-options.ts'
import type { Catalogue } from '../generated/catalogue.ts'
import { createLibrary } from '../load/library.ts'
import type { VendorName } from '../load/names.ts'
import type { FailOn } from '../report/report.ts'
import { checkOptions, kind, type ShapeOf } from '../spec/problems/arguments.ts'
import { FINDING_SEVERITIES } from '../verdict/finding.ts'

/** The vendors of a test, as `createMock` takes them. */
export type TestVendors = readonly VendorName[] | VendorMap

/** Options of the mock that tests share. */
export type TestOptions<Vendors extends TestVendors = TestVendors> = Omit<MockOptions, 'vendors'> & {
  /**
   * Vendors by name, or paths of OpenAPI documents.
   *
   * @default those of `SPARRING_VENDORS` (names or paths, separated by commas), else all vendors of the package
   * @example
   * createTest({ vendors: ['seek', './acme/openapi.yaml'] })
   */
  readonly vendors?: Vendors
  /**
   * The lowest severity of a finding that fails a test: `info`, `warning`, `error`, or `never`. A finding that the test
   * has asked for by code does not fail it.
   *
   * @default 'warning'
   * @example
   * createTest({ vendors: ['seek'], failOn: 'never' })
   */
  readonly failOn?: FailOn
}

/** Names under which a test receives vendors: all except paths of documents. */
export type VendorFixture<Vendors> = Plain<Vendors extends readonly (infer Name)[] ? Name : keyof Vendors>

type Plain<Name> = Name extends string
  ? string extends Name
    ? never
    : Name extends `${string}/${string}` | `${string}.${string}`
      ? never
      : Name
  : never

/** The vendors of the package. */
export type AllVendors = ReadonlyArray<keyof Catalogue>

const failOn = kind('info, warning, error or never', (value) =>
  ['never', ...FINDING_SEVERITIES].some((known) => known === value),
)
const testOptions: ShapeOf<TestOptions> = {
  ...mockOptions,
  vendors: { ...mockOptions.vendors, optional: true },
  failOn,
}

/** @throws {@link InvalidArgumentError} for unknown options and invalid values */
export function checkTestOptions(options: TestOptions): void {
  checkOptions('create a test', options, testOptions)
}

/** The vendors that are served by default: those of `SPARRING_VENDORS`, else all vendors of the package. */
export function defaultVendors(): string[] {
  const named = (process.env['SPARRING_VENDORS'] ?? '').split(',').map((name) => name.trim())
  const wanted = named.filter((name) => name !== '')
  return wanted.length > 0 ? wanted : createLibrary().vendorNames().sort()
}

/** Names of the vendors that a test receives by name. */
export function fixtureNames(vendors: TestVendors): string[] {
  const names: readonly string[] = Array.isArray(vendors) ? vendors : Object.keys(vendors)
  return names.filter((name) => !/[./]/.test(name))
}
