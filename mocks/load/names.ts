import type { Catalogue } from '../generated/catalogue.ts'

/** A vendor of the package, or the path of a document of your own. */
export type VendorName = keyof Catalogue | (string & {})

/** A scenario of the package, of the project, or the path of a file. */
export type ScenarioName = Catalogue[keyof Catalogue]['scenario'] | (string & {})

/** Names of one vendor's parts; any text for a vendor of your own. */
export type NameOf<
  Vendor extends string,
  Part extends 'operation' | 'tag' | 'error' | 'dialect' | 'plan' | 'collection' | 'webhook' | 'tokens',
> = Vendor extends keyof Catalogue ? Catalogue[Vendor][Part] : string

export type OperationOf<Vendor extends string> = NameOf<Vendor, 'operation'>
export type ErrorOf<Vendor extends string> = NameOf<Vendor, 'error'>
export type DialectOf<Vendor extends string> = NameOf<Vendor, 'dialect'>

/** The vendor that a scenario's name begins with, where it is a vendor of the package. */
type VendorIn<Scenario> = Scenario extends `${infer Vendor}/${string}` ? Vendor : string

/** The vendors of one played scenario or of several. */
export type VendorsOf<Played> = Played extends readonly (infer Scenario)[]
  ? [Scenario] extends [never]
    ? string
    : VendorIn<Scenario>
  : VendorIn<Played>
