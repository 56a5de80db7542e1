import { readScenario } from './files/scenario-chain.ts'
import type { ScenarioSource } from './scenario-source.ts'

/**
 * Selects the scenarios of `SPARRING_SCENARIO` for these vendors: one variable controls a whole suite, whose mocks have
 * different vendors.
 *
 * @throws {@link UnknownNameError} for a name that exists nowhere
 */
export function wishedScenarios(
  library: ScenarioSource,
  names: readonly string[],
  vendors: Iterable<string>,
): string[] {
  const known = [...vendors]
  return names.filter((name) => {
    const { scenario, problems } = readScenario(library, name)
    return problems.length > 0 || known.some((vendor) => scenario.parts.has(vendor))
  })
}
