import type { Library } from '../../load/library.ts'
import { loadScenario } from '../../load/files/scenario-chain.ts'
import { asRecord, type Raw } from '../../scenario/raw.ts'
import { constantOf } from '../../spec/values/value.ts'
import type { Algorithm, Limit, ResponseSpec, Vendor } from '../../spec/model/vendor.ts'

/** The vendor's scenarios with their parents merged in; those with the fewest rules first, since they show most plainly. */
export function scenariosOf(library: Library, vendor: Vendor): ReadonlyMap<string, Raw> {
  const names = [...library.scenarioFiles().keys()].filter((name) => name.startsWith(`${vendor.name}/`)).sort()
  const scenarios = names.map((name) => [name, loadScenario(library, name).parts.get(vendor.name) ?? {}] as const)
  // A scenario of another dialect may speak of what this one has not.
  const own = scenarios.filter(([, raw]) => raw['dialect'] === undefined || raw['dialect'] === vendor.dialect)
  return new Map(own.sort(([, left], [, right]) => rulesOf(left).length - rulesOf(right).length))
}

/** Whether a scenario may give one of these answers: its rules name one, or it has none and a client can have caused one. */
export function mayHelp(raw: Raw, open: readonly ResponseSpec[]): boolean {
  const rules = rulesOf(raw)
  if (/"(?:fault|offContract)"/.test(rules)) return false
  if (!hasRules(raw)) return open.some(({ code }) => !code.startsWith('5') && code !== '400')
  return open.some(({ code, name }) => new RegExp(`"error":"?(?:${code}|${name ?? code})\\b`).test(rules))
}

export function hasRules(raw: Raw): boolean {
  return rulesOf(raw) !== '[]'
}

function rulesOf(raw: Raw): string {
  return JSON.stringify(raw['rules'] ?? [])
}

/** The scenario that is about this limit alone; of several the one that the fewest requests exhaust. */
export function limitScenario(scenarios: ReadonlyMap<string, Raw>, limit: Limit): string | undefined {
  const fitting = [...scenarios].flatMap(([name, raw]) => {
    const settings = asRecord(asRecord(raw['limits'])[limit.name])
    const isAbout =
      Object.keys(asRecord(raw['limits'])).join() === limit.name && !('instances' in settings) && !('rules' in raw)
    return isAbout ? [{ name, room: roomOf(settings, limit) }] : []
  })
  return fitting.sort((left, right) => left.room - right.room)[0]?.name
}

/** Requests that pass or queue before one is refused; what the scenario leaves to the spec counts as much. */
function roomOf(settings: Raw, { algorithm, settings: own }: Limit): number {
  const key = sizeKey(algorithm)
  const size = settings[key] ?? constantOf(own[key])?.value
  const queue = settings['queue'] ?? own.queue
  return typeof size === 'number' && typeof queue === 'number' ? size + queue : Number.POSITIVE_INFINITY
}

/** The setting that says how many requests a limit lets pass. */
export function sizeKey(algorithm: Algorithm): 'capacity' | 'limit' {
  return algorithm === 'token-bucket' ? 'capacity' : 'limit'
}
