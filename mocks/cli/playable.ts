import type { Library } from '../connect/library.ts'
import { loadScenario } from '../connect/scenario-chain.ts'
import { UsageError } from './arguments.ts'

/**
 * Checks that each scenario plays one of these vendors at least.
 *
 * @throws {@link UsageError} for one that does not
 */
export function checkPlayable(
  library: Library,
  scenarios: readonly string[],
  vendors: Iterable<string>,
  command: string,
): void {
  const known = new Set(vendors)
  for (const name of scenarios) {
    const wanted = [...loadScenario(library, name).parts.keys()]
    if (wanted.some((vendor) => known.has(vendor))) continue
    throw new UsageError(
      `"${name}" is a scenario of ${wanted.join(', ')}, and ${command} was asked for ${[...known].join(', ')}.`,
      command,
    )
  }
}
