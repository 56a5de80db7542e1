import { SIZE_KEYS } from '../../spec/model/rules/limit.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import type { Job } from '../../spec/model/job.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import {
  type Coverage,
  type SubjectCoverage,
  type VendorCoverage,
  totalCoverage,
} from '../../verdict/coverage/coverage.ts'
import { DELIVERED } from '../../verdict/coverage/cells.ts'
import type { ScenarioSource } from '../scenario-source.ts'
import { type Effect, effectsOf, capacityOf } from './effects.ts'
import { happyPathIn, type PlayedScenario, playedScenarios } from './played.ts'

/** Adds to each uncovered cell what would cover it. */
export type Remedies = (coverage: Coverage) => Coverage

/**
 * Creates a function that finds remedies: the scenario with the clearest effect, else a line for a scenario. All
 * scenarios of a vendor are read once, when a remedy is first needed; results are cached.
 *
 * @param vendors - by name; other vendors get no remedies
 */
export function createRemedies(source: ScenarioSource, vendors: ReadonlyMap<string, Vendor>): Remedies {
  const finders = new Map<string, Finder>()
  return (coverage) =>
    totalCoverage(
      coverage.vendors.map((own) => {
        const vendor = vendors.get(own.vendor)
        const isComplete = own.subjects.every(({ cells, isCounted }) => !isCounted || cells.every(({ isMet }) => isMet))
        if (!vendor || isComplete) return own
        let find = finders.get(own.vendor)
        if (!find) finders.set(own.vendor, (find = createFinder(source, vendor)))
        return remedied(own, find)
      }),
    )
}

/** Finds what would cover a cell. */
type Finder = (kind: SubjectCoverage['kind'], name: string, cell: string) => string

function createFinder(source: ScenarioSource, base: Vendor): Finder {
  const vendor = dialectVendor(base, base.dialects?.default)
  const scenarios = playedScenarios(source, base)
  const effects = scenarios
    .flatMap(({ name, situation }) =>
      [...effectsOf(vendor, situation)].map((effect) => ({ ...effect, name, rules: situation.rules.length })),
    )
    .sort((left, right) => left.effort - right.effort || left.rules - right.rules)
  const known = { vendor, scenarios, effects }
  const found = new Map<string, string>()
  return (kind, name, cell) => {
    const key = `${kind} ${name} ${cell}`
    let remedy = found.get(key)
    if (remedy === undefined) found.set(key, (remedy = REMEDIES[kind](known, name, cell)))
    return remedy
  }
}

function remedied(own: VendorCoverage, find: Finder): VendorCoverage {
  return {
    ...own,
    subjects: own.subjects.map((subject) =>
      subject.isCounted
        ? {
            ...subject,
            cells: subject.cells.map((cell) =>
              cell.isMet ? cell : { ...cell, add: find(subject.kind, subject.name, cell.name) },
            ),
          }
        : subject,
    ),
  }
}

interface Known {
  readonly vendor: Vendor
  readonly scenarios: readonly PlayedScenario[]
  /** The clearest first. */
  readonly effects: ReadonlyArray<Effect & { readonly name: string }>
}

const REMEDIES: Readonly<Record<SubjectCoverage['kind'], (known: Known, name: string, cell: string) => string>> = {
  operation: forAnswer,
  limit: forLimit,
  job: forOutcome,
  webhook: forMishap,
}

function forAnswer({ vendor, effects, scenarios }: Known, name: string, cell: string): string {
  const operation = vendor.operations.get(name)
  const found = effects.find((effect) => effect.operation === name && effect.answer === cell)
  if (found) return found.name
  if (operation?.success?.code === cell) return happyPathIn(scenarios, vendor)?.name ?? 'a request that succeeds'
  return playLine(vendor, name, cell)
}

/** A rule that makes an operation answer with one of its documented answers. */
export function playRule(vendor: Vendor, name: string, cell: string): { readonly error: string } {
  const [code, refusal] = cell.split(' ') as [string, string?]
  const response = vendor.operations.get(name)?.responses.find((own) => own.code === code)
  return {
    error:
      refusal ?? (response?.name !== undefined && vendor.errors.has(response.name) ? response.name : statusOf(code)),
  }
}

function playLine(vendor: Vendor, name: string, cell: string): string {
  return `rules: [{ when: { operation: ${name} }, then: { error: ${playRule(vendor, name, cell).error} } }]`
}

/** A status for a documented code. */
function statusOf(code: string): string {
  return /^\d+$/.test(code) ? code : /^[1-5]/.test(code) ? `${code[0]}00` : '500'
}

function forLimit({ vendor, scenarios }: Known, name: string): string {
  const limit = vendor.limits.find((own) => own.name === name)
  if (!limit) return `limits: { ${name}: … }`
  const found = scenarios.flatMap(({ name: scenario, situation }) => {
    const settings = situation.limits.get(name)
    return settings && settings !== limit.settings ? [{ scenario, room: capacityOf(limit, settings) }] : []
  })
  const plainest = found.sort((left, right) => left.room - right.room)[0]
  return plainest?.scenario ?? `limits: { ${name}: { ${SIZE_KEYS[limit.algorithm]}: 1 } }`
}

function forOutcome({ vendor, scenarios }: Known, name: string, cell: string): string {
  const job = vendor.jobs.get(name)
  const fitting = scenarios.filter(({ situation }) => situation.jobs.get(name)?.always.outcome === cell)
  const found =
    happyPathIn(fitting, vendor) ?? fitting.find(({ situation }) => situation.rules.length === 0) ?? fitting[0]
  if (found) return found.name
  const verb = job && verbTo(job, cell)
  const operation = [...vendor.operations.values()].find(
    ({ job: step }) => step?.kind === 'verb' && step.job === job && step.verb === verb,
  )
  if (operation) return `call ${operation.id}`
  if (verb !== undefined) return `mock.do('${vendor.name}', id, '${verb}')`
  return `jobs: { ${name}: { outcome: ${cell} } }`
}

function verbTo(job: Job, state: string): string | undefined {
  for (const { on } of job.states.values()) for (const [verb, to] of on) if (to === state) return verb
  return undefined
}

function forMishap({ scenarios }: Known, name: string, cell: string): string {
  if (cell === DELIVERED) return 'a webhook that arrives'
  const [mishap, what] = cell.split(' ') as ['drop' | 'duplicate' | 'reorder' | 'delay' | 'tamper', string?]
  const found = scenarios.find(({ situation }) => {
    const settings = situation.webhooks.get(name)
    return [settings?.always, ...(settings?.nth.values() ?? [])].some((own) => {
      const value = own?.[mishap]
      return what === undefined ? value !== undefined : value === what
    })
  })
  return found?.name ?? `webhooks: { ${name}: { ${mishap}: ${what ?? MISHAP_VALUES[mishap]} } }`
}

const MISHAP_VALUES: Readonly<Record<string, string>> = { drop: '1', duplicate: '1', reorder: 'true', delay: '10s' }
