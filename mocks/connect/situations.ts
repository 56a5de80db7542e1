import { unescapeSegment } from '../spec/pointer.ts'
import { compileVendorSituation } from '../scenario/compile.ts'
import { asRecord, entriesOf, mergeScenario, type Raw } from '../scenario/raw.ts'
import type { Situation, VendorSituation } from '../scenario/situation.ts'
import { type Cel, createCel } from '../spec/cel.ts'
import { checkGrammar, type JsonSchema } from '../spec/grammar.ts'
import { parseJsonSource } from '../spec/json-source.ts'
import { noDialect, spokenVendor } from '../spec/dialects.ts'
import { didYouMean } from '../spec/nearest.ts'
import { DEEPEST, tooDeepIn } from '../spec/nesting.ts'
import { type Finding, formatPlace, InvalidFileError, type Problem } from '../spec/problem.ts'
import type { Source } from '../spec/source.ts'
import type { Vendor } from '../spec/vendor.ts'
import { isPath } from './is-path.ts'
import type { FoundScenario, Shelf } from './shelf.ts'
import { UnknownNameError } from './unknown-name.ts'

/** A scenario read from its file and those it extends, before it meets its vendors. */
export interface LoadedScenario {
  readonly name: string
  readonly title: string
  readonly client: string
  /** By vendor: what it says of that one, parents merged in. */
  readonly parts: ReadonlyMap<string, Raw>
  /** Where a finding about the merged scenario stands: in the file itself or in one it extends. */
  readonly place: (vendor: string, finding: Finding) => Problem
  readonly file: string
}

/**
 * Loads a scenario by name or path, with what it extends.
 *
 * @throws {@link UnknownNameError} for a name that does not exist
 * @throws {@link InvalidFileError} with all problems of its files
 */
export function loadScenario(library: Shelf, nameOrPath: string): LoadedScenario {
  const problems: Problem[] = []
  const chain = readChain(library, nameOrPath, problems)
  if (problems.length > 0) throw new InvalidFileError(`the scenario ${nameOrPath}`, problems)
  const [first] = chain as [FoundScenario]
  const parts = new Map<string, Raw>()
  for (const link of [...chain].reverse()) {
    for (const [vendor, raw] of partsOf(link)) parts.set(vendor, mergeScenario(parts.get(vendor) ?? {}, raw))
  }
  const raw = asRecord(first.source.data)
  return {
    name: first.name,
    title: String(raw['title'] ?? ''),
    client: String(raw['client'] ?? ''),
    parts,
    file: first.source.file,
    place: (vendor, finding) => placeOf(chain, vendor, finding),
  }
}

/** Compiles the situation that scenarios make for these vendors; vendors they do not name keep what they had. */
export function createSituation(
  library: Shelf,
  vendors: ReadonlyMap<string, Vendor>,
  names: readonly string[],
  options: {
    readonly before?: Situation | undefined
    readonly changes?: Raw | undefined
    /** By vendor: what wins over the scenario's. */
    readonly dialects?: ReadonlyMap<string, string> | undefined
  } = {},
): Situation {
  const scenarios = names.map((name) => loadScenario(library, name))
  for (const scenario of scenarios) checkVendors(scenario, vendors)
  const changes = options.changes === undefined ? undefined : readChanges(library, options.changes)
  const problems: Problem[] = []
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
    const layers = own.length > 0 ? own : defaultScenario(library, name)
    const raw = [
      ...layers.map((layer) => layer.parts.get(name)!),
      ...(changes ? [changesFor(changes, name)] : []),
    ].reduce((parent, child) => mergeScenario(parent, child), {})
    common = { ...common, ...raw }
    const last = layers.at(-1)
    const problemOf = (finding: Finding): Problem => {
      const inChanges = changes && hasPlace(changes, finding.pointer)
      return inChanges ? changes.problem(finding) : (last?.place(name, finding) ?? unplaced(finding))
    }
    const report = (finding: Finding): void => {
      problems.push(problemOf(finding))
    }
    const place = (pointer: string): string => formatPlace(problemOf({ code: 'place', message: '', pointer }))
    // What a test writes into play() is nearer than what it gave the mock at first, and that than the scenario.
    const nearest = changes && changesFor(changes, name)['dialect'] !== undefined
    const dialect = nearest ? raw['dialect'] : (options.dialects?.get(name) ?? raw['dialect'])
    const spoken = speak(vendor, dialect, report)
    built.set(name, compileVendorSituation(spoken, { name: last?.name ?? name, raw, report, cel, place }))
  }
  if (problems.length > 0)
    throw new InvalidFileError(names.length > 0 ? `the scenario ${names.join(', ')}` : 'the scenario', problems)
  return {
    names,
    seed: numberOf(common['seed']) ?? options.before?.seed ?? 1,
    pace: numberOf(common['pace']) ?? 1,
    clock: clockOf(common['clock']),
    vendors: built,
  }
}

/** The vendor in the dialect that a scenario names, else in its default. */
function speak(vendor: Vendor, dialect: unknown, report: (finding: Finding) => void): Vendor {
  const problem = typeof dialect === 'string' ? noDialect(vendor, dialect) : undefined
  if (problem !== undefined) report({ code: 'unknown-dialect', pointer: '/dialect', message: problem })
  const name = typeof dialect === 'string' && problem === undefined ? dialect : vendor.dialects?.default
  return spokenVendor(vendor, name)
}

/** All scenarios the library has, or those of one vendor. */
export function listScenarioNames(library: Shelf, vendor?: string): string[] {
  return [...library.scenarioNames()].filter((name) => vendor === undefined || name.startsWith(`${vendor}/`))
}

function readChain(library: Shelf, nameOrPath: string, problems: Problem[]): FoundScenario[] {
  const chain: FoundScenario[] = []
  let next: string | undefined = nameOrPath
  while (next !== undefined) {
    const found = findScenario(library, next, chain)
    const loop = chain.findIndex((link) => link.source.file === found.source.file)
    if (loop !== -1) {
      const last = chain.at(-1)!
      const names = [...chain.slice(loop).map((link) => link.name), found.name]
      problems.push(
        last.source.problem({
          code: 'cyclic-extends',
          pointer: '/extends',
          message: `A scenario cannot extend itself: ${names.join(' extends ')}.`,
        }),
      )
      break
    }
    const other = found.source.problems.find(({ code }) => code === 'not-a-file')
    if (other && chain.length > 0) {
      problems.push(chain.at(-1)!.source.problem({ ...other, pointer: '/extends' }))
      break
    }
    chain.push(found)
    problems.push(...found.source.problems)
    // A text that cannot be read has nothing to be judged.
    if (found.source.data === undefined) break
    problems.push(
      ...checkGrammar(found.source.data, library.scenarioGrammar(), { what: 'a scenario' }).map((finding) =>
        found.source.problem(finding),
      ),
    )
    if (problems.length > 0) break
    const parent = asRecord(found.source.data)['extends']
    next =
      typeof parent !== 'string' ? undefined : isPath(parent) || parent.includes('/') ? parent : sibling(found, parent)
    if (next !== undefined && !isPath(next) && !library.scenario(next)) {
      problems.push(
        found.source.problem({
          code: 'unknown-scenario',
          pointer: '/extends',
          message: `"${parent as string}" is not a scenario.${didYouMean(next, library.scenarioNames())}`,
        }),
      )
      break
    }
  }
  return chain
}

function sibling(found: FoundScenario, name: string): string {
  const vendor = asRecord(found.source.data)['vendor']
  return `${typeof vendor === 'string' ? vendor : found.vendor}/${name}`
}

function findScenario(library: Shelf, name: string, chain: readonly FoundScenario[]): FoundScenario {
  const found = library.scenario(name, chain.at(-1))
  if (found) return found
  throw new UnknownNameError(
    `Failed to play "${chain[0]?.name ?? name}": no such scenario.${didYouMean(name, library.scenarioNames())}`,
  )
}

function partsOf(link: FoundScenario): Array<[string, Raw]> {
  const raw = asRecord(link.source.data)
  const { vendors, ...shared } = raw
  if (vendors === undefined) return [[String(raw['vendor'] ?? link.vendor), raw]]
  return entriesOf(vendors).map(([vendor, part]) => [vendor, mergeScenario(shared, asRecord(part))])
}

function placeOf(chain: readonly FoundScenario[], vendor: string, finding: Finding): Problem {
  let { pointer } = finding
  for (const link of chain) {
    const raw = asRecord(link.source.data)
    const at = raw['vendors'] === undefined ? pointer : `/vendors/${vendor}${pointer}`
    if (hasPlace(link.source, at)) return link.source.problem({ ...finding, pointer: at })
    // Rules stand one after the other in the merged scenario: the parent's begin where the child's end.
    const own = asRecord(raw['vendors'] === undefined ? raw : asRecord(raw['vendors'])[vendor])['rules']
    if (Array.isArray(own))
      pointer = pointer.replace(/^\/rules\/(\d+)/, (_, index: string) => `/rules/${Number(index) - own.length}`)
  }
  return chain[0]!.source.problem(finding)
}

function hasPlace(source: Source, pointer: string): boolean {
  let value = source.data
  for (const segment of pointer.split('/').slice(1)) {
    const key = unescapeSegment(segment)
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return false
    value = (value as Record<string, unknown>)[key]
  }
  return true
}

function checkVendors(scenario: LoadedScenario, vendors: ReadonlyMap<string, Vendor>): void {
  const missing = [...scenario.parts.keys()].filter((name) => !vendors.has(name))
  if (missing.length === 0 || scenario.parts.size > missing.length) return
  const wanted = [...vendors.keys(), ...missing].map((name) => `'${name}'`).join(', ')
  throw new UnknownNameError(
    `Failed to play "${scenario.name}": it is a scenario of ${missing.join(', ')}, and this mock has ${[...vendors.keys()].join(', ')}. Add the vendor: createMock({ vendors: [${wanted}] }).`,
  )
}

function defaultScenario(library: Shelf, vendor: string): LoadedScenario[] {
  const name = `${vendor}/happy-path`
  return library.scenario(name) ? [loadScenario(library, name)] : []
}

function readChanges(library: Shelf, changes: Raw): Source {
  if (tooDeepIn(changes))
    throw new TypeError(`Failed to play the changes: they are nested deeper than ${DEEPEST} levels.`)
  const source = parseJsonSource(JSON.stringify(changes), 'the changes given to play()')
  const grammar = library.scenarioGrammar()
  const { $defs } = grammar
  // Changes are laid over a scenario that has a title, so they need none.
  const relaxed = { ...grammar, $defs: { ...$defs, scenario: { ...$defs?.['scenario'], required: [] } } } as JsonSchema
  const problems = checkGrammar(source.data, relaxed, { what: 'a scenario' }).map((finding) => source.problem(finding))
  if (problems.length > 0) throw new InvalidFileError('the changes given to play()', problems)
  return source
}

function changesFor(changes: Source, vendor: string): Raw {
  const { vendors, ...shared } = asRecord(changes.data)
  return mergeScenario(shared, asRecord(asRecord(vendors)[vendor]))
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
