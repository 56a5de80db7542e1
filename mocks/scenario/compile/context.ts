import type { Cursor } from '../../spec/compile/cursor.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Compiling } from '../../spec/values/value.ts'

/** What every step of the compiler of scenarios shares: the vendor that the scenario is about, and the values' own. */
export interface ScenarioContext extends Compiling {
  readonly vendor: Vendor
}

/** A place in a scenario, within its part for one vendor. */
export type ScenarioCursor = Cursor<ScenarioContext>
