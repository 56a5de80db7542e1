import type { Library } from '../connect/library.ts'
import { createSituation, loadScenario, type LoadedScenario } from '../connect/situations.ts'
import { lintCourses } from '../scenario/lint.ts'
import { asRecord } from '../scenario/raw.ts'
import { didYouMean } from '../spec/nearest.ts'
import { type Finding, InvalidFileError, type Problem } from '../spec/problem.ts'
import type { Source } from '../spec/source.ts'
import type { Vendor } from '../spec/vendor.ts'

/** Finds a scenario's vendor by name; undefined when there is none. */
export type FindVendor = (name: string) => Vendor | InvalidFileError | undefined

export interface CheckedScenario {
  /** Undefined when the file cannot be read. */
  readonly scenario: LoadedScenario | undefined
  readonly problems: readonly Problem[]
}

/** Loads a scenario with what it extends and compiles it against its vendors; every problem is told, none thrown. */
export function checkScenario(
  library: Library,
  name: string,
  file: string,
  findVendor: FindVendor,
  vendorNames: readonly string[],
): CheckedScenario {
  const source = library.read(file)
  const problem = (finding: Finding): Problem => source.problem(finding)
  let scenario: LoadedScenario
  try {
    scenario = loadScenario(library, name)
  } catch (error) {
    if (error instanceof InvalidFileError) return { scenario: undefined, problems: error.problems }
    if (!isUnknownName(error)) throw error
    return {
      scenario: undefined,
      problems: [problem({ code: 'unknown-scenario', pointer: '/extends', message: error.message })],
    }
  }
  const own = ownVendors(source, name)
  const names = [...own.keys()].join(', ')
  const problems: Problem[] = []
  for (const other of [...scenario.parts.keys()].filter((vendor) => !own.has(vendor))) {
    problems.push(
      problem({
        code: 'other-vendor',
        pointer: '/extends',
        message: `A scenario of ${names} cannot extend "${String(asRecord(source.data)['extends'])}", which is one of ${other}. Extend one of ${names}, or name both under "vendors".`,
      }),
    )
  }
  const vendors = new Map<string, Vendor>()
  for (const [vendorName, pointer] of own) {
    const vendor = findVendor(vendorName)
    if (vendor === undefined) problems.push(problem(unknownVendor(vendorName, pointer, vendorNames)))
    else if (vendor instanceof InvalidFileError) {
      problems.push(
        problem({
          code: 'broken-vendor',
          pointer,
          message: `The spec of "${vendorName}" has mistakes, so this scenario cannot be judged by it.`,
        }),
      )
    } else vendors.set(vendorName, vendor)
  }
  problems.push(...misplaced(source, name, own, vendorNames))
  if (vendors.size === own.size) problems.push(...compile(library, name, vendors))
  for (const [vendorName, vendor] of vendors) {
    const findings = lintCourses(vendor, scenario.parts.get(vendorName) ?? {})
    problems.push(...findings.map((finding) => scenario.place(vendorName, finding)))
  }
  return { scenario, problems }
}

function compile(library: Library, name: string, vendors: ReadonlyMap<string, Vendor>): readonly Problem[] {
  try {
    createSituation(library, vendors, [name])
    return []
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems
    throw error
  }
}

/** The vendors a file names itself, with the place of each. */
function ownVendors(source: Source, name: string): ReadonlyMap<string, string> {
  const raw = asRecord(source.data)
  if (raw['vendors'] !== undefined)
    return new Map(Object.keys(asRecord(raw['vendors'])).map((vendor) => [vendor, `/vendors/${vendor}`]))
  return new Map([[String(raw['vendor'] ?? name.split('/')[0]), '/vendor']])
}

function unknownVendor(name: string, pointer: string, known: readonly string[]): Finding {
  return {
    code: 'unknown-vendor',
    pointer,
    message: `"${name}" is not a vendor.${didYouMean(name, known)} For one of your own, check its document together with this file.`,
  }
}

/** The folder is part of the name, so one that says another vendor misleads. */
function misplaced(
  source: Source,
  name: string,
  own: ReadonlyMap<string, string>,
  vendorNames: readonly string[],
): Problem[] {
  const folder = name.includes('/') ? name.split('/')[0]! : undefined
  if (
    folder === undefined ||
    own.has(folder) ||
    ![folder, ...own.keys()].every((vendor) => vendorNames.includes(vendor))
  )
    return []
  const message = `This is a scenario of ${[...own.keys()].join(', ')} and stands in the folder of ${folder}. Move it, or its name misleads.`
  return [source.problem({ code: 'other-folder', severity: 'warning', pointer: '/vendor', message })]
}

function isUnknownName(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'unknown-name'
}
