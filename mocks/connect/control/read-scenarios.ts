import { readScenario } from '../../load/files/scenario-chain.ts'
import { readTexts } from './read.ts'
import type { ControlHost } from './route.ts'

/**
 * Checks that scenarios, with all that they extend, may be played over HTTP, and returns their names.
 *
 * @throws {@link ControlError} for one outside of the server's folders
 */
export function readScenarios(
  host: ControlHost,
  fields: Readonly<Record<string, unknown>>,
  field: string,
): readonly string[] {
  const names = readTexts(fields, field)
  checkScenarios(host, names)
  return names
}

/** @throws {@link ControlError} for a scenario that is, or extends one, outside of the server's folders */
export function checkScenarios(host: ControlHost, names: readonly string[]): void {
  // `play` reports the mistakes of a scenario, all at once.
  for (const name of names) readScenario(host.scenarios, name)
}
