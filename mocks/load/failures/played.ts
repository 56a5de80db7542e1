import type { VendorSituation } from '../../scenario/situation.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { InvalidFileError } from '../../spec/problems/problem.ts'
import { loadScenario } from '../files/scenario-chain.ts'
import type { ScenarioSource } from '../scenario-source.ts'
import { createSituation, listScenarioNames } from '../situations.ts'

/** One scenario of a vendor, ready to play in the vendor's default dialect. */
export interface PlayedScenario {
  readonly name: string
  readonly title: string
  /** What a correct client does. */
  readonly client: string
  readonly situation: VendorSituation
}

/** The scenario without failures, if it is among these. */
export function happyPathIn(scenarios: readonly PlayedScenario[], vendor: Vendor): PlayedScenario | undefined {
  return scenarios.find(({ name }) => name === `${vendor.name}/happy-path`)
}

/** All playable scenarios of a vendor, without those that have mistakes or are for another dialect. */
export function playedScenarios(source: ScenarioSource, vendor: Vendor): readonly PlayedScenario[] {
  const dialect = dialectVendor(vendor, vendor.dialects?.default).dialect
  return listScenarioNames(source, vendor.name).flatMap((name) => {
    try {
      const { title, client } = loadScenario(source, name)
      const situation = createSituation(source, new Map([[vendor.name, vendor]]), [name]).vendors.get(vendor.name)!
      return situation.dialect === dialect ? [{ name, title, client, situation }] : []
    } catch (error) {
      if (error instanceof InvalidFileError) return []
      throw error
    }
  })
}
