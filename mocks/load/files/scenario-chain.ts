import { asString } from '../../spec/values/is-record.ts'
import { asRecord, entriesOf, mergeScenario, type Raw } from '../../scenario/raw.ts'
import { checkGrammar, type JsonSchema } from '../../spec/grammar/grammar.ts'
import { prune } from '../../spec/grammar/prune.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { getPointer } from '../../spec/references/pointer.ts'
import { type Finding, InvalidFileError, type Problem } from '../../spec/problems/problem.ts'
import type { Source } from '../../spec/read/source.ts'
import { isPath } from './is-path.ts'
import type { FoundScenario, ScenarioSource } from '../scenario-source.ts'
import { UnknownNameError } from '../unknown-name.ts'

/** A scenario merged with those it extends, before it is checked against its vendors. */
export interface LoadedScenario {
  readonly name: string
  readonly title: string
  readonly client: string
  /** Its content by vendor, with parents merged in. */
  readonly parts: ReadonlyMap<string, Raw>
  /** The vendors of its own file. */
  readonly own: ReadonlySet<string>
  /** Locates a finding about the merged scenario: in the file itself or in one it extends. */
  readonly place: (vendor: string, finding: Finding) => Problem
  readonly file: string
}

/** A scenario and the problems of its files. Invalid parts are removed, so that the rest can be checked. */
export interface ReadScenario {
  readonly scenario: LoadedScenario
  readonly problems: readonly Problem[]
}

/** One file of a chain: the scenario, the one it extends, and so on. */
interface Link extends FoundScenario {
  /** The data of the file without what violates the grammar. */
  readonly raw: Raw
}

/**
 * Loads a scenario by name or path, with those it extends.
 *
 * @throws {@link UnknownNameError} for a name that does not exist
 * @throws {@link InvalidFileError} with all problems of its files
 */
export function loadScenario(library: ScenarioSource, nameOrPath: string): LoadedScenario {
  const { scenario, problems } = readScenario(library, nameOrPath)
  if (problems.length > 0) throw new InvalidFileError(`the scenario ${nameOrPath}`, problems)
  return scenario
}

/**
 * Like {@link loadScenario}, but returns problems so that they can be reported together with others.
 *
 * @throws {@link UnknownNameError} for a name that does not exist
 */
export function readScenario(library: ScenarioSource, nameOrPath: string): ReadScenario {
  const first = library.scenario(nameOrPath)
  if (!first) {
    throw new UnknownNameError(
      `Failed to play "${nameOrPath}": no such scenario.${didYouMean(nameOrPath, library.scenarioNames())}`,
      nameOrPath,
      library.scenarioNames(),
    )
  }
  const problems: Problem[] = []
  const chain = readChain(library, first, problems)
  const parts = new Map<string, Raw>()
  for (const link of [...chain].reverse()) {
    for (const [vendor, raw] of partsOf(link)) parts.set(vendor, mergeScenario(parts.get(vendor) ?? {}, raw))
  }
  const { raw } = chain[0]!
  const scenario: LoadedScenario = {
    name: first.name,
    title: asString(raw['title']) ?? '',
    client: asString(raw['client']) ?? '',
    parts,
    own: new Set(partsOf(chain[0]!).map(([vendor]) => vendor)),
    file: first.source.file,
    place: (vendor, finding) => placeOf(chain, vendor, finding),
  }
  return { scenario, problems }
}

/**
 * Checks data against a grammar.
 *
 * @returns a copy of the data without what violates the grammar, and the findings
 */
export function readForm(data: unknown, grammar: JsonSchema): { readonly raw: Raw; readonly findings: Finding[] } {
  const findings = checkGrammar(data, grammar, { what: 'a scenario' })
  return { raw: asRecord(prune(data, findings)), findings }
}

function readChain(library: ScenarioSource, first: FoundScenario, problems: Problem[]): Link[] {
  const chain: Link[] = []
  for (let next: FoundScenario | undefined = first; next;) {
    const { source, isProven } = next
    const { raw, findings } =
      source.data === undefined || isProven
        ? { raw: asRecord(source.data), findings: [] }
        : readForm(source.data, library.scenarioGrammar())
    problems.push(...source.problems, ...findings.map(source.problem))
    const link: Link = { ...next, raw }
    chain.push(link)
    const parent = findParent(library, link, problems)
    const loop = chain.findIndex((other) => other.source.file === parent?.source.file)
    if (parent && loop !== -1) {
      const names = [...chain.slice(loop).map(({ name }) => name), parent.name]
      const message = `A scenario cannot extend itself: ${names.join(' extends ')}.`
      problems.push(source.problem({ code: 'cyclic-extends', pointer: '/extends', message }))
      break
    }
    next = parent
  }
  return chain
}

/** The parent of a scenario. A missing parent is reported in the file that names it. */
function findParent(library: ScenarioSource, link: Link, problems: Problem[]): FoundScenario | undefined {
  const name = link.raw['extends']
  if (typeof name !== 'string') return undefined
  const wanted = isPath(name) || name.includes('/') ? name : `${asString(link.raw['vendor']) || link.vendor}/${name}`
  const report = (message: string): void => {
    problems.push(link.source.problem({ code: 'unknown-scenario', pointer: '/extends', message }))
  }
  try {
    const found = library.scenario(wanted, link)
    if (!found) report(`"${name}" is not a scenario.${didYouMean(wanted, library.scenarioNames())}`)
    const other = found?.source.problems.find(({ code }) => code === 'not-a-file')
    if (!other) return found
    problems.push(link.source.problem({ ...other, pointer: '/extends' }))
    return undefined
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error
    report(`"${name}" is not a scenario: there is no such file.`)
    return undefined
  }
}

function partsOf({ raw, vendor }: Link): Array<[string, Raw]> {
  const { vendors, ...shared } = raw
  if (vendors === undefined) return [[asString(raw['vendor']) || vendor, raw]]
  return entriesOf(vendors).map(([name, part]) => [name, mergeScenario(shared, asRecord(part))])
}

function placeOf(chain: readonly Link[], vendor: string, finding: Finding): Problem {
  let { pointer } = finding
  for (const { source, raw } of chain) {
    const at = raw['vendors'] === undefined ? pointer : `/vendors/${vendor}${pointer}`
    if (hasPlace(source, at)) return source.problem({ ...finding, pointer: at })
    // In the merged scenario the parent's rules follow the child's.
    const own = asRecord(raw['vendors'] === undefined ? raw : asRecord(raw['vendors'])[vendor])['rules']
    if (Array.isArray(own))
      pointer = pointer.replace(/^\/rules\/(\d+)/, (_, index: string) => `/rules/${Number(index) - own.length}`)
  }
  return chain[0]!.source.problem(finding)
}

/** Whether a pointer exists in a file. */
export function hasPlace(source: Source, pointer: string): boolean {
  return getPointer(source.data, pointer) !== undefined
}
