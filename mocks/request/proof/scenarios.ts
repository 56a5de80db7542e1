import type { Library } from '../../load/library.ts'
import { loadScenario } from '../../load/files/scenario-chain.ts'
import { asRecord, type Raw } from '../../scenario/raw.ts'
import { constantOf } from '../../spec/values/value.ts'
import { type Limit, SIZE_KEYS } from '../../spec/model/rules/limit.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { ResponseSpec } from '../../spec/model/response.ts'
import type { Vendor } from '../../spec/model/vendor.ts'

/** The vendor's scenarios with their parents merged; those with the fewest rules first, since they are the clearest. */
export function rawScenarios(library: Library, vendor: Vendor): ReadonlyMap<string, Raw> {
  const names = [...library.scenarioFiles().keys()].filter((name) => name.startsWith(`${vendor.name}/`)).sort()
  const scenarios = names.map((name) => [name, loadScenario(library, name).parts.get(vendor.name) ?? {}] as const)
  // A scenario of another dialect may refer to parts that this one lacks.
  const own = scenarios.filter(([, raw]) => raw['dialect'] === undefined || raw['dialect'] === vendor.dialect)
  return new Map(own.sort(([, left], [, right]) => rulesOf(left).length - rulesOf(right).length))
}

/**
 * Whether a scenario may produce one of these answers of an operation: one of its rules for the operation names it, or
 * it has no rules and a client may have caused one.
 */
export function mayReachAnswer(raw: Raw, operation: Operation, open: readonly ResponseSpec[]): boolean {
  if (/"(?:fault|offContract)"/.test(rulesOf(raw))) return false
  if (!hasRules(raw)) return open.some(({ code }) => !code.startsWith('5') && code !== '400')
  const rules = JSON.stringify((raw['rules'] as readonly unknown[]).filter((rule) => isAbout(rule, operation)))
  return open.some(({ code, name }) => new RegExp(`"error":"?(?:${code}|${name ?? code})\\b`).test(rules))
}

/** Whether a rule can match requests to an operation. */
function isAbout(rule: unknown, { id, tags }: Operation): boolean {
  const named = asRecord(asRecord(rule)['when'])['operation']
  return named === undefined || [named].flat().some((name) => name === id || tags.includes(String(name)))
}

export function hasRules(raw: Raw): boolean {
  return rulesOf(raw) !== '[]'
}

function rulesOf(raw: Raw): string {
  return JSON.stringify(raw['rules'] ?? [])
}

/** The scenario for only this limit; of several, the one that the fewest requests exhaust. */
export function limitScenario(scenarios: ReadonlyMap<string, Raw>, limit: Limit): string | undefined {
  const fitting = [...scenarios].flatMap(([name, raw]) => {
    const settings = asRecord(asRecord(raw['limits'])[limit.name])
    const isAbout =
      Object.keys(asRecord(raw['limits'])).join() === limit.name && !('instances' in settings) && !('rules' in raw)
    return isAbout ? [{ name, room: roomOf(settings, limit) }] : []
  })
  return fitting.sort((left, right) => left.room - right.room)[0]?.name
}

/** Requests that pass or queue before one is refused; settings that the scenario lacks come from the spec. */
function roomOf(settings: Raw, { algorithm, settings: own }: Limit): number {
  const key = SIZE_KEYS[algorithm]
  const size = settings[key] ?? constantOf(own[key])?.value
  const queue = settings['queue'] ?? own.queue
  return typeof size === 'number' && typeof queue === 'number' ? size + queue : Number.POSITIVE_INFINITY
}
