import type { Library } from '../../load/library.ts'
import { createSituation } from '../../load/situations.ts'
import { type LoadedScenario, readScenario } from '../../load/files/scenario-chain.ts'
import { lintCourses } from '../../scenario/lint.ts'
import { lintRules } from '../../scenario/lint-rules.ts'
import { asRecord } from '../../scenario/raw.ts'
import type { Situation } from '../../scenario/situation.ts'
import { lintScenarioValues } from '../../spec/lint/lint-values.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { type Finding, InvalidFileError, type Problem } from '../../spec/problems/problem.ts'
import type { Source } from '../../spec/read/source.ts'
import type { Vendor } from '../../spec/model/vendor.ts'

/** Finds a scenario's vendor by name; undefined if unknown. */
export type FindVendor = (name: string) => Vendor | InvalidFileError | undefined

export interface CheckedScenario {
  readonly scenario: LoadedScenario
  readonly problems: readonly Problem[]
}

/**
 * Loads a scenario with those it extends, and compiles it against its vendors. Returns all problems and throws none.
 */
export function checkScenario(
  library: Library,
  { name, file }: { readonly name: string; readonly file: string },
  findVendor: FindVendor,
  vendorNames: readonly string[],
): CheckedScenario {
  const source = library.read(file)
  const { scenario, problems: inForm } = readScenario(library, name)
  const problems = [...inForm]
  const vendors = new Map<string, Vendor>()
  // If `vendor` itself is invalid in the file, the scenario's vendors are unknown.
  const isNamed = source.data !== undefined && !inForm.some(({ pointer }) => /^$|^\/vendors?$/.test(pointer))
  for (const own of isNamed ? scenario.own : []) {
    const vendor = findVendor(own)
    if (vendor === undefined) problems.push(source.problem(unknownVendor(source, own, vendorNames)))
    else if (vendor instanceof InvalidFileError) problems.push(source.problem(brokenVendor(source, own)))
    else vendors.set(own, vendor)
  }
  if (vendors.size === scenario.own.size) problems.push(...foreignParts(source, scenario))
  if (isNamed) problems.push(...misplaced(library, name, scenario, vendorNames))
  const compiled = vendors.size > 0 ? compile(library, name, vendors) : undefined
  problems.push(...(compiled?.problems ?? []))
  for (const [own, vendor] of vendors) {
    const fileOf = (rule: number): string => scenario.place(own, { ...NOWHERE, pointer: `/rules/${rule}` }).file
    const findings = [
      ...lintCourses(vendor, scenario.parts.get(own) ?? {}),
      ...lintScenarioValues(vendor, scenario.parts.get(own) ?? {}),
      // A rule with a mistake may match other requests than it seems to.
      ...lintRules(compiled?.situation?.vendors.get(own)?.rules ?? [], (one, other) => fileOf(one) === fileOf(other)),
    ]
    problems.push(...findings.map((finding) => scenario.place(own, finding)))
  }
  return { scenario, problems }
}

/** Reports vendors that occur only in the extended scenarios. */
function foreignParts(source: Source, { own, parts }: LoadedScenario): Problem[] {
  const names = [...own].join(', ')
  return [...parts.keys()]
    .filter((vendor) => !own.has(vendor))
    .map((other) =>
      source.problem({
        code: 'other-vendor',
        pointer: '/extends',
        message: `A scenario of ${names} cannot extend "${String(asRecord(source.data)['extends'])}", which is one of ${other}. Extend one of ${names}, or name both under "vendors".`,
      }),
    )
}

const NOWHERE: Omit<Finding, 'pointer'> = { code: '', message: '' }

interface Compiled {
  readonly situation: Situation | undefined
  readonly problems: readonly Problem[]
}

function compile(library: Library, name: string, vendors: ReadonlyMap<string, Vendor>): Compiled {
  try {
    return { situation: createSituation(library, vendors, [name]), problems: [] }
  } catch (error) {
    if (error instanceof InvalidFileError) return { situation: undefined, problems: error.problems }
    throw error
  }
}

/** Where a file names a vendor; the file itself if its folder names the vendor. */
function placeOf(source: Source, vendor: string): string {
  const raw = asRecord(source.data)
  if (raw['vendors'] !== undefined) return `/vendors/${vendor}`
  return raw['vendor'] === undefined ? '' : '/vendor'
}

function unknownVendor(source: Source, name: string, known: readonly string[]): Finding {
  const pointer = placeOf(source, name)
  const who = pointer === '' ? `"${name}", the folder of this file,` : `"${name}"`
  const remedy = pointer === '' ? ' Write "vendor".' : ''
  return {
    code: 'unknown-vendor',
    pointer,
    message: `${who} is not a vendor.${didYouMean(name, known)}${remedy} For one of your own, check its document together with this file.`,
  }
}

function brokenVendor(source: Source, name: string): Finding {
  return {
    code: 'broken-vendor',
    pointer: placeOf(source, name),
    message: `The spec of "${name}" has mistakes, so this scenario cannot be checked against it.`,
  }
}

/** The folder is part of the scenario's name, so a folder of another vendor is misleading. */
function misplaced(library: Library, name: string, { own }: LoadedScenario, vendorNames: readonly string[]): Problem[] {
  const found = library.scenario(name)
  const folder = found?.vendor ?? ''
  if (!found || own.has(folder) || ![folder, ...own].every((vendor) => vendorNames.includes(vendor))) return []
  const message = `This scenario of ${[...own].join(', ')} is in the folder of ${folder}. Move it: its name is misleading.`
  return [found.source.problem({ code: 'other-folder', severity: 'warning', pointer: '/vendor', message })]
}
