import type { CelModule } from '../../spec/values/cel.ts'
import { dataSource } from '../../spec/read/data-source.ts'
import type { FoundScenario, ScenarioSource } from '../../load/scenario-source.ts'
import type { BrowserVendor } from './vendor-module.ts'

/** The scenarios that the modules of a page's vendors contain. */
export function createScenarioSource(vendors: readonly BrowserVendor[], loadCel: () => CelModule): ScenarioSource {
  const found = new Map<string, FoundScenario>()
  for (const { name: vendor, scenarios } of vendors) {
    for (const [name, data] of Object.entries(scenarios)) {
      found.set(name, { name, source: dataSource(data, name), vendor: name.split('/')[0] ?? vendor })
    }
  }
  return {
    tools: { loadCel },
    scenarioGrammar: () => vendors[0]!.grammar,
    scenarioNames: () => found.keys(),
    scenario: (name) => found.get(name),
  }
}
