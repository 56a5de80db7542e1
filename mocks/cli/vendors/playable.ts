import type { Library } from '../../load/library.ts'
import { readScenario } from '../../load/files/scenario-chain.ts'
import { wishedScenarios } from '../../load/wished-scenarios.ts'
import { type Arguments, UsageError } from '../arguments.ts'

/**
 * Gives the scenarios that a command plays. Those of a variable are a wish for all commands: what is not about these vendors
 * is left out.
 *
 * @throws {@link UsageError} for a scenario that was asked for by an option and plays none of these vendors
 */
export function scenariosOf(
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
    // Loading it reports what is wrong with the file. Its vendors may be unknown then.
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
