import type { Cursor } from '../../spec/compile/cursor.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Compiling } from '../../spec/values/value.ts'

/** Shared by all steps of the scenario compiler: the vendor, and the context of values. */
export interface ScenarioContext extends Compiling {
  readonly vendor: Vendor
}

/** A place in a scenario, within its part for one vendor. */
export type ScenarioCursor = Cursor<ScenarioContext>
