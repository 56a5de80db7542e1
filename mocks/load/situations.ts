import { compileVendorSituation } from '../scenario/compile/compile.ts'
import { asRecord, mergeScenario, type Raw } from '../scenario/raw.ts'
import type { Situation, VendorSituation } from '../scenario/situation.ts'
import { createCel } from '../spec/values/cel.ts'
import type { JsonSchema } from '../spec/grammar/grammar.ts'
import { dataSource } from '../spec/read/data-source.ts'
import { noDialect, dialectVendor } from '../spec/model/dialects.ts'
import { DEEPEST, tooDeepIn } from '../spec/read/nesting.ts'
import { type Finding, formatPlace, InvalidFileError, type Problem } from '../spec/problems/problem.ts'
import type { Source } from '../spec/read/source.ts'
import type { Cel } from '../spec/values/value.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { hasPlace, loadScenario, type LoadedScenario, readForm, readScenario } from './files/scenario-chain.ts'
import type { ScenarioSource } from './scenario-source.ts'
import { UnknownNameError } from './unknown-name.ts'

/** The situation of a vendor that no scenario names. */
export interface DefaultPart {
  readonly raw: Raw
  readonly situation: VendorSituation
}

/** Compiles a situation from scenarios for these vendors; vendors not named in them keep their situation. */
export function createSituation(
  library: ScenarioSource,
  vendors: ReadonlyMap<string, Vendor>,
  names: readonly string[],
  options: {
    readonly before?: Situation | undefined
    readonly changes?: Raw | undefined
    /** Dialect by vendor; it wins over the scenario's. */
    readonly dialects?: ReadonlyMap<string, string> | undefined
    /** Cache of the compiled situations of vendors that no scenario names; filled here. */
    readonly defaults?: Map<string, DefaultPart> | undefined
  } = {},
): Situation {
  const read = names.map((name) => readScenario(library, name))
  const scenarios = read.map(({ scenario }) => scenario)
  // A file with mistakes may be about any vendor, so only valid ones are checked.
  for (const { scenario, problems } of read) if (problems.length === 0) checkVendors(scenario, vendors)
  const changes = options.changes === undefined ? undefined : readChanges(library, options.changes)
  const problems = [...read.flatMap((one) => one.problems), ...(changes?.problems ?? [])]
  const built = new Map<string, VendorSituation>()
  let common: Raw = {}
  let loaded: Cel | undefined
  const cel = (): Cel => (loaded ??= createCel(library.tools.loadCel()))
  for (const [name, vendor] of vendors) {
    const own = scenarios.filter((scenario) => scenario.parts.has(name))
    const before = options.before?.vendors.get(name)
    if (own.length === 0 && before && !(changes && scenarios.length === 0)) {
      built.set(name, before)
      continue
    }
    const isDefault = own.length === 0 && !changes
    const known = isDefault ? options.defaults?.get(name) : undefined
    if (known) {
      common = { ...common, ...known.raw }
      built.set(name, known.situation)
      continue
    }
    const layers = own.length > 0 ? own : defaultScenario(library, name)
    const raw = [
      ...layers.map((layer) => layer.parts.get(name)!),
      ...(changes ? [changesFor(changes, name)] : []),
    ].reduce((parent, child) => mergeScenario(parent, child), {})
    common = { ...common, ...raw }
    const last = layers.at(-1)
    const problemOf = (finding: Finding): Problem => {
      if (changes && hasPlace(changes.source, finding.pointer)) return changes.source.problem(finding)
      const found = changes ? behindRules(finding, changesFor(changes, name)['rules']) : finding
      return last?.place(name, found) ?? unplaced(found)
    }
    const report = (finding: Finding): void => {
      problems.push(problemOf(finding))
    }
    const place = (pointer: string): string => formatPlace(problemOf({ code: 'place', message: '', pointer }))
    const at = asRecord(raw['clock'])['at']
    if (at !== undefined && Number.isNaN(Date.parse(String(at))))
      report({
        code: 'bad-format',
        pointer: '/clock/at',
        message: `"${String(at)}" is not an instant: that date does not exist.`,
      })
    // The dialect in `play()` wins over the mock's option, which wins over the scenario's.
    const nearest = changes && changesFor(changes, name)['dialect'] !== undefined
    const dialect = nearest ? raw['dialect'] : (options.dialects?.get(name) ?? raw['dialect'])
    const spoken = speak(vendor, dialect, report)
    const situation = compileVendorSituation(spoken, { name: last?.name ?? name, raw, report, cel, place })
    built.set(name, situation)
    if (isDefault && problems.length === 0) options.defaults?.set(name, { raw, situation })
  }
  if (problems.length > 0) {
    const isOfChanges = changes && changes.problems.length === problems.length
    const what = isOfChanges ? CHANGES : names.length > 0 ? `the scenario ${names.join(', ')}` : 'the scenario'
    throw new InvalidFileError(what, problems)
  }
  return {
    names,
    seed: numberOf(common['seed']) ?? options.before?.seed ?? 1,
    pace: numberOf(common['pace']) ?? 1,
    clock: clockOf(common['clock']),
    vendors: built,
  }
}

/** The vendor in the dialect that a scenario names, else in its default dialect. */
function speak(vendor: Vendor, dialect: unknown, report: (finding: Finding) => void): Vendor {
  const problem = typeof dialect === 'string' ? noDialect(vendor, dialect) : undefined
  if (problem !== undefined) report({ code: 'unknown-dialect', pointer: '/dialect', message: problem })
  const name = typeof dialect === 'string' && problem === undefined ? dialect : vendor.dialects?.default
  return dialectVendor(vendor, name)
}

/** The names of all scenarios, or of those of one vendor. */
export function listScenarioNames(library: ScenarioSource, vendor?: string): string[] {
  return [...library.scenarioNames()].filter((name) => vendor === undefined || name.startsWith(`${vendor}/`))
}

function checkVendors(scenario: LoadedScenario, vendors: ReadonlyMap<string, Vendor>): void {
  const missing = [...scenario.parts.keys()].filter((name) => !vendors.has(name))
  if (missing.length === 0 || scenario.parts.size > missing.length) return
  const wanted = [...vendors.keys(), ...missing].map((name) => `'${name}'`).join(', ')
  throw new UnknownNameError(
    `Failed to play "${scenario.name}": it is a scenario of ${missing.join(', ')}, and this mock has ${[...vendors.keys()].join(', ')}. Add the vendor: createMock({ vendors: [${wanted}] }).`,
    scenario.name,
  )
}

function defaultScenario(library: ScenarioSource, vendor: string): LoadedScenario[] {
  const name = `${vendor}/happy-path`
  return library.scenario(name) ? [loadScenario(library, name)] : []
}

const CHANGES = 'the changes given to play()'

interface Changes {
  readonly source: Source
  readonly raw: Raw
  readonly problems: readonly Problem[]
}

function readChanges(library: ScenarioSource, changes: Raw): Changes {
  if (tooDeepIn(changes))
    throw new TypeError(`Failed to play the changes: they are nested deeper than ${DEEPEST} levels.`)
  const source = dataSource(JSON.parse(JSON.stringify(changes)), CHANGES)
  const grammar = library.scenarioGrammar()
  const { $defs } = grammar
  // Changes are applied to a scenario that has a title, so they need none.
  const relaxed = { ...grammar, $defs: { ...$defs, scenario: { ...$defs?.['scenario'], required: [] } } } as JsonSchema
  const { raw, findings } = readForm(source.data, relaxed)
  const idle = Object.keys(OF_FILES).filter((keyword) => keyword in raw)
  const all = [...findings, ...idle.map((keyword) => noEffect(keyword))]
  return { source, raw, problems: all.map(source.problem) }
}

/** Keywords that are allowed in a scenario's file but not in changes, and what to write instead. */
const OF_FILES: Readonly<Record<string, string>> = {
  extends: "Play that scenario too: play(['seek/out-of-credits', …], changes).",
  vendor: 'Changes of one vendor go under "vendors", by its name.',
}

function noEffect(keyword: string): Finding {
  const message = `"${keyword}" has no effect here: changes apply on top of the scenarios that play() names. ${OF_FILES[keyword]!}`
  return { code: 'no-effect', pointer: `/${keyword}`, message }
}

function changesFor({ raw }: Changes, vendor: string): Raw {
  const { vendors, ...shared } = raw
  return mergeScenario(shared, asRecord(asRecord(vendors)[vendor]))
}

/** The rules of changes come first; the scenario's follow them. */
function behindRules(finding: Finding, rules: unknown): Finding {
  const before = Array.isArray(rules) ? rules.length : 0
  const shift = (_: string, index: string): string => `/rules/${Number(index) - before}`
  return { ...finding, pointer: finding.pointer.replace(/^\/rules\/(\d+)/, shift) }
}

function unplaced(finding: Finding): Problem {
  return { severity: 'error', ...finding, file: 'the scenario', line: 0, column: 0 }
}

function clockOf(raw: unknown): Situation['clock'] {
  if (raw === undefined) return undefined
  const node = asRecord(raw)
  const at = node['at'] === undefined ? undefined : Date.parse(String(node['at']))
  return { at: Number.isFinite(at) ? at : undefined, frozen: node['frozen'] === true }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
