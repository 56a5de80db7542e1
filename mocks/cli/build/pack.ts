import type { BrowserVendor } from '../../connect/browser/vendor-module.ts'
import { isPath } from '../../load/files/is-path.ts'
import type { Library } from '../../load/library.ts'
import { loadScenario } from '../../load/files/scenario-chain.ts'
import { listScenarioNames } from '../../load/situations.ts'
import { asRecord } from '../../scenario/raw.ts'
import { LEFT_OUT } from '../../spec/problems/flaws.ts'
import { InvalidFileError } from '../../spec/problems/problem.ts'
import type { Dialects, Vendor } from '../../spec/model/vendor.ts'

/** Collects what a page needs of a vendor: its document as data, its code, and all named scenarios. */
export function packVendor(library: Library, vendor: Vendor): BrowserVendor {
  const scenarios = new Map<string, unknown>()
  for (const name of listScenarioNames(library, vendor.name)) addScenario(library, name, scenarios)
  return {
    name: vendor.name,
    file: vendor.file,
    document: documentOf(library, vendor),
    ...(vendor.dialects && { dialects: dialectsOf(library, vendor.dialects) }),
    scenarios: Object.fromEntries(scenarios),
    operations: library.operations(vendor),
    grammar: library.scenarioGrammar(),
  }
}

/** The whole document as data. Omitted parts are marked, since a page does not check references. */
function documentOf(library: Library, vendor: Vendor): unknown {
  const { data } = library.specOf(vendor).source
  const operations = [...vendor.operations.values()].filter(({ leftOut }) => leftOut !== undefined)
  if (operations.length === 0 && !vendor.lost) return data
  const paths: Record<string, unknown> = { ...asRecord(asRecord(data)['paths']) }
  for (const { path, method, leftOut } of operations) {
    const key = method.toLowerCase()
    const item = asRecord(paths[path])
    paths[path] = { ...item, [key]: { ...asRecord(item[key]), [LEFT_OUT]: leftOut } }
  }
  for (const [path, reason] of vendor.lost?.reasons ?? []) paths[path] = { [LEFT_OUT]: reason }
  return { ...asRecord(data), paths }
}

function dialectsOf(library: Library, { names, base, vendor }: Dialects): BrowserVendor['dialects'] {
  const others = names.filter((name) => name !== base)
  return Object.fromEntries(others.map((name) => [name, documentOf(library, vendor(name))]))
}

/** Adds a scenario and those that it extends. Loading it reports its mistakes. */
function addScenario(library: Library, name: string, scenarios: Map<string, unknown>): void {
  if (scenarios.has(name)) return
  loadScenario(library, name)
  const { source, vendor } = library.scenario(name)!
  scenarios.set(name, source.data)
  const { extends: parent, vendor: own } = asRecord(source.data)
  if (typeof parent !== 'string') return
  if (isPath(parent)) {
    throw new InvalidFileError(`the scenario ${name}`, [
      source.problem({
        code: 'extends-by-path',
        pointer: '/extends',
        message: `A page knows scenarios by name alone, and "${parent}" is a path. Put that file in a folder of scenarios, and write its name.`,
      }),
    ])
  }
  addScenario(library, parent.includes('/') ? parent : `${typeof own === 'string' ? own : vendor}/${parent}`, scenarios)
}
