import type { Library } from '../../load/library.ts'
import { readScenario } from '../../load/files/scenario-chain.ts'
import { wishedScenarios } from '../../load/wished-scenarios.ts'
import { type Arguments, UsageError } from '../arguments.ts'

/**
 * Selects the scenarios that a command plays. Those of an environment variable apply to all commands, so scenarios of
 * other vendors are ignored.
 *
 * @throws {@link UsageError} for a scenario in an option that plays none of these vendors
 */
export function playableScenarios(
  args: Arguments,
  library: Library,
  vendors: Iterable<string>,
  command: string,
): readonly string[] {
  const names = args.list('scenario')
  const known = new Set(vendors)
  if (!args.source('scenario').startsWith('--')) return wishedScenarios(library, names, known)
  for (const name of names) {
    const { scenario, problems } = readScenario(library, name)
    // Loading it reports mistakes in the file. Its vendors may be unknown in that case.
    if (problems.length > 0) continue
    const wanted = [...scenario.parts.keys()]
    if (wanted.some((vendor) => known.has(vendor))) continue
    throw new UsageError(
      `"${name}" is a scenario of ${wanted.join(', ')}, and ${command} was asked for ${[...known].join(', ')}.`,
      command,
    )
  }
  return names
}
