import type { BrowserVendor } from '../../connect/browser/vendor-module.ts'
import { isPath } from '../../connect/is-path.ts'
import type { Library } from '../../connect/library.ts'
import { listScenarioNames, loadScenario } from '../../connect/situations.ts'
import { asRecord } from '../../scenario/raw.ts'
import type { Dialects } from '../../spec/dialects.ts'
import { InvalidFileError } from '../../spec/problem.ts'
import type { Vendor } from '../../spec/vendor.ts'

/** Gathers what a page needs of a vendor: its document as data, its code, and all scenarios that have a name. */
export function packVendor(library: Library, vendor: Vendor): BrowserVendor {
  const scenarios = new Map<string, unknown>()
  for (const name of listScenarioNames(library, vendor.name)) addScenario(library, name, scenarios)
  return {
    name: vendor.name,
    file: vendor.file,
    document: library.specOf(vendor).source.data,
    ...(vendor.dialects && { dialects: dialectsOf(library, vendor.dialects) }),
    scenarios: Object.fromEntries(scenarios),
    operations: library.operations(vendor),
    grammar: library.scenarioGrammar(),
  }
}

function dialectsOf(library: Library, { names, base, vendor }: Dialects): BrowserVendor['dialects'] {
  const others = names.filter((name) => name !== base)
  return Object.fromEntries(others.map((name) => [name, library.specOf(vendor(name)).source.data]))
}

/** Adds a scenario and those it extends; loading it tells what is wrong with it. */
function addScenario(library: Library, name: string, scenarios: Map<string, unknown>): void {
  if (scenarios.has(name)) return
  loadScenario(library, name)
  const { source, vendor } = library.scenario(name)!
  scenarios.set(name, source.data)
  const { extends: parent, vendor: own } = asRecord(source.data)
  if (typeof parent !== 'string') return
  if (isPath(parent)) {
    throw new InvalidFileError(`the scenario ${name}`, [
      source.problem({
        code: 'extends-by-path',
        pointer: '/extends',
        message: `A page knows scenarios by name alone, and "${parent}" is a path. Put that file in a folder of scenarios, and write its name.`,
      }),
    ])
  }
  addScenario(library, parent.includes('/') ? parent : `${typeof own === 'string' ? own : vendor}/${parent}`, scenarios)
}
