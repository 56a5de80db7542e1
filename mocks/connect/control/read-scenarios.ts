import { readScenario } from '../../load/files/scenario-chain.ts'
import { readTexts } from './read.ts'
import type { ControlHost } from './route.ts'

/**
 * Names of scenarios that may be played over HTTP, with all that they extend.
 *
 * @throws {@link ControlError} for one that lies outside of the server's folders
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

/** @throws {@link ControlError} for a scenario that lies outside of the server's folders, or extends one that does */
export function checkScenarios(host: ControlHost, names: readonly string[]): void {
  // `play` reports the mistakes of a scenario, all at once.
  for (const name of names) readScenario(host.scenarios, name)
}
