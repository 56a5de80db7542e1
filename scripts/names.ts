import { readFileSync } from 'node:fs'
import type { Library } from '../mocks/load/library.ts'
import { listScenarioNames } from '../mocks/load/situations.ts'
import { dialectVendor } from '../mocks/spec/model/dialects.ts'
import type { Algorithm } from '../mocks/spec/model/rules/limit.ts'
import type { Vendor } from '../mocks/spec/model/vendor.ts'

/** All names that a scenario of a vendor may use, in any dialect. */
export interface Names {
  readonly operations: readonly string[]
  /** Tags of operations, which stand for all operations that have them. */
  readonly tags: readonly string[]
  readonly errors: readonly string[]
  readonly scenarios: readonly string[]
  readonly dialects: readonly string[]
  readonly plans: readonly string[]
  readonly collections: readonly string[]
  readonly webhooks: readonly string[]
  /** Security schemes whose tokens the vendor issues. */
  readonly tokens: readonly string[]
  /** Keywords of each limit: those of its algorithm. */
  readonly limits: ReadonlyMap<string, readonly string[]>
  readonly jobs: ReadonlyMap<string, JobNames>
}

export interface JobNames {
  readonly outcome: readonly string[]
  readonly state: readonly string[]
  /** States with slots. */
  readonly slots: readonly string[]
}

export function namesOf(library: Library, name: string): Names {
  const vendor = library.vendor(name)
  const spoken = (vendor.dialects?.names ?? []).map((dialect) => dialectVendor(vendor, dialect))
  const all = [vendor, ...spoken]
  const union = (list: (each: Vendor) => Iterable<string>): string[] => [
    ...new Set(all.flatMap((each) => [...list(each)])),
  ]
  return {
    operations: union((each) => each.operations.keys()),
    tags: union((each) => [...each.operations.values()].flatMap(({ tags }) => tags)),
    errors: union((each) => each.errors.keys()),
    scenarios: listScenarioNames(library, name),
    dialects: vendor.dialects?.names ?? [],
    plans: union((each) => each.plans.keys()),
    collections: union((each) => each.collections.keys()),
    webhooks: union((each) => each.webhooks.keys()),
    tokens: union((each) => each.tokens.keys()),
    limits: new Map(
      union((each) => each.limits.map((limit) => limit.name)).map((limit) => [
        limit,
        [
          ...new Set(
            all
              .flatMap((each) => each.limits.filter((own) => own.name === limit))
              .flatMap(({ algorithm }) => keywordsOf(algorithm)),
          ),
        ],
      ]),
    ),
    jobs: new Map(union((each) => each.jobs.keys()).map((job) => [job, jobNames(all, job)])),
  }
}

function jobNames(all: readonly Vendor[], name: string): JobNames {
  const states = all.flatMap((vendor) => [...(vendor.jobs.get(name)?.states.values() ?? [])])
  const unique = (names: readonly string[]): string[] => [...new Set(names)]
  return {
    outcome: unique(states.flatMap((state) => [...state.or, ...(state.then === undefined ? [] : [state.then])])),
    state: unique(states.map((state) => state.name)),
    slots: unique(states.filter((state) => state.slots.length > 0).map((state) => state.name)),
  }
}

interface Grammar {
  readonly $defs: Readonly<
    Record<string, { readonly properties?: Readonly<Record<string, { readonly const?: unknown }>> }>
  >
}

const readGrammar = (file: string): Grammar =>
  JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')) as Grammar

const mockGrammar = readGrammar('specs/x-mock.schema.json')
const scenarioGrammar = readGrammar('scenarios/scenario.schema.json')

/** The keywords of a limit that a scenario may change, as far as its algorithm has them. */
function keywordsOf(algorithm: Algorithm): string[] {
  const own = Object.values(mockGrammar.$defs).find(({ properties }) => properties?.['algorithm']?.const === algorithm)
  const changeable = scenarioGrammar.$defs['limit']!.properties!
  return Object.keys(own!.properties!).filter((keyword) => keyword in changeable)
}
