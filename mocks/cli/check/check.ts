import { createLibrary, type Library } from '../../load/library.ts'
import { findSidecar } from '../../load/sidecar.ts'
import { formatProblem, type Problem } from '../../spec/problems/problem.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Arguments } from '../arguments.ts'
import { assumptionsOf, formatAssumption, type PlacedAssumption } from './assumptions.ts'
import { allTargets, namedTargets, type Targets } from './check-files.ts'
import { checkOverlayTarget } from './check-overlay.ts'
import { checkScenario } from './check-scenario.ts'
import { checkSpec } from './check-spec.ts'
import { folders } from '../folders.ts'
import { count } from '../../spec/problems/count.ts'
import { json, type Print, printProblems } from '../print.ts'
import { vendorFinder } from '../vendors/vendor-finder.ts'

/** `sparring check [FILE …]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const { found, vendors } = findMistakes(folders(args), args.words)
  if (args.on('json'))
    print.out(json({ ...found, errors: countOf(found, 'error'), warnings: countOf(found, 'warning') }))
  else printFound(found, vendors, args.on('assumptions'), print)
  return countOf(found, 'error') > 0 ? 1 : 0
}

/**
 * Checks specs, overlays and scenarios.
 *
 * @param scenarioFolders folders of scenarios, searched before ./scenarios
 * @param names files and folders; all of them if empty
 */
export function findMistakes(
  scenarioFolders: readonly string[],
  names: readonly string[],
): { readonly found: Found; readonly vendors: readonly Vendor[] } {
  const library = createLibrary({ scenarios: scenarioFolders, checkOwn: true })
  const targets = names.length === 0 ? allTargets(library) : namedTargets(library, names)
  const specs = targets.specs.map((file) => checkSpec(library, file))
  const overlays = targets.overlays.map((target) => checkOverlayTarget(library, target))
  const vendors = specs.flatMap(({ vendor }) => vendor ?? [])
  const findVendor = vendorFinder(library, vendors)
  const known = [...new Set([...vendors.map((vendor) => vendor.name), ...library.vendorNames()])]
  const scenarios = targets.scenarios.map((target) => checkScenario(library, target, findVendor, known))
  const found: Found = {
    specs: targets.specs.map(library.displayPath),
    overlays: overlaysOf(library, targets, vendors),
    scenarios: targets.scenarios.map(({ file }) => library.displayPath(file)),
    problems: distinct([...[...specs, ...scenarios].flatMap(({ problems }) => problems), ...overlays.flat()]),
    assumptions: vendors.flatMap((vendor) => assumptionsOf(library, vendor)),
  }
  return { found, vendors }
}

interface Found {
  readonly specs: readonly string[]
  readonly overlays: readonly string[]
  readonly scenarios: readonly string[]
  readonly problems: readonly Problem[]
  readonly assumptions: readonly PlacedAssumption[]
}

/** The named overlays, the sidecars of the documents, and their dialects. */
function overlaysOf(library: Library, { specs, overlays }: Targets, vendors: readonly Vendor[]): string[] {
  const dialects = vendors.flatMap((vendor) => [...library.specOf(vendor).dialects.values()])
  const files = [...overlays.map(({ file }) => file), ...specs.map(findSidecar), ...dialects]
  return [...new Set(files)].flatMap((file) => (file === undefined ? [] : library.displayPath(file)))
}

/** Sorts by place, and reports a mistake of a file that many scenarios extend only once. */
function distinct(problems: readonly Problem[]): Problem[] {
  const byText = new Map(problems.map((problem) => [formatProblem(problem), problem]))
  return [...byText.values()].sort((left, right) =>
    left.file === right.file ? left.line - right.line || left.column - right.column : left.file < right.file ? -1 : 1,
  )
}

function countOf(found: Found, severity: Problem['severity']): number {
  return found.problems.filter((problem) => problem.severity === severity).length
}

function printFound(found: Found, vendors: readonly Vendor[], isListed: boolean, print: Print): void {
  printProblems(found.problems, print)
  if (found.problems.length > 0) print.out('')
  if (isListed) printAssumptions(found.assumptions, print)
  const [errors, warnings] = [countOf(found, 'error'), countOf(found, 'warning')]
  const looked = [
    count(found.specs.length, 'spec'),
    ...(found.overlays.length > 0 ? [count(found.overlays.length, 'overlay')] : []),
    count(found.scenarios.length, 'scenario'),
  ].join(', ')
  const verdict = [
    errors > 0 ? count(errors, 'error') : 'no errors',
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ].join(', ')
  print.out(`${looked}: ${print.paint(errors > 0 ? 'red' : 'green', verdict)}.`)
  if (found.assumptions.length === 0) return
  const byVendor = vendors.map(
    (vendor) => `${vendor.name} ${found.assumptions.filter((entry) => entry.vendor === vendor.name).length}`,
  )
  print.out(
    `${count(found.assumptions.length, 'assumption')} beyond what is documented: ${byVendor.join(', ')}.${isListed ? '' : ' --assumptions lists them.'}`,
  )
}

/** Prints a section for each vendor, and a line for each assumption. */
function printAssumptions(assumptions: readonly PlacedAssumption[], print: Print): void {
  for (const [vendor, own] of Map.groupBy(assumptions, (assumption) => assumption.vendor)) {
    print.out(print.paint('bold', `${vendor}: ${count(own.length, 'assumption')}`))
    for (const assumption of own) print.out(`  ${formatAssumption(assumption)}`)
    print.out('')
  }
}
