import { isRecord } from '../../spec/values/is-record.ts'
import {
  type CellCoverage,
  type Coverage,
  type SubjectCoverage,
  totalCoverage,
  type VendorCoverage,
} from './coverage.ts'

/**
 * Merges the coverage of several processes: a cell is met if any of them has met it, and counts if it counts for any.
 *
 * @example
 * mergeCoverage([first, second]).percent
 */
export function mergeCoverage(parts: readonly Coverage[]): Coverage {
  return totalCoverage(mergeVendors(parts.flatMap(({ vendors }) => vendors)))
}

/** Merges the coverage of vendors, in the order of their names' first appearance. */
export function mergeVendors(parts: readonly VendorCoverage[]): readonly VendorCoverage[] {
  return groupBy(parts, ({ vendor }) => vendor).map((same) => ({
    ...same[0]!,
    subjects: groupBy(
      same.flatMap(({ subjects }) => subjects),
      ({ kind, name }) => `${kind} ${name}`,
    ).map(mergeSubject),
  }))
}

function mergeSubject(same: readonly SubjectCoverage[]): SubjectCoverage {
  return {
    ...same[0]!,
    isCounted: same.some(({ isCounted }) => isCounted),
    cells: groupBy(
      same.flatMap(({ cells }) => cells),
      ({ name }) => name,
    ).map(mergeCell),
  }
}

function mergeCell(same: readonly CellCoverage[]): CellCoverage {
  const { name, isAssumed } = same[0]!
  const isMet = same.some((cell) => cell.isMet)
  const add = isMet ? undefined : same.find((cell) => cell.add !== undefined)?.add
  return { name, isMet, isAssumed, ...(add !== undefined && { add }) }
}

function groupBy<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[][] {
  return [...Map.groupBy(entries, keyOf).values()]
}

/** Reads the coverage of another process; undefined if it is not valid or of another version. */
export function readCoverage(value: unknown): Coverage | undefined {
  if (!isRecord(value) || value['version'] !== 1 || !isListOf(value['vendors'], isVendor)) return undefined
  // The totals are recomputed from the cells.
  return totalCoverage(value['vendors'])
}

function isVendor(value: unknown): value is VendorCoverage {
  return isNamed(value, 'vendor') && typeof value['file'] === 'string' && isListOf(value['subjects'], isSubject)
}

function isSubject(value: unknown): value is SubjectCoverage {
  return (
    isNamed(value, 'name') &&
    KINDS.has(String(value['kind'])) &&
    typeof value['isCounted'] === 'boolean' &&
    isListOf(value['cells'], isCell)
  )
}

function isCell(value: unknown): value is CellCoverage {
  return isNamed(value, 'name') && typeof value['isMet'] === 'boolean' && typeof value['isAssumed'] === 'boolean'
}

const KINDS = new Set(['operation', 'limit', 'job', 'webhook'])

function isNamed(value: unknown, field: string): value is Record<string, unknown> {
  return isRecord(value) && typeof value[field] === 'string'
}

function isListOf<Entry>(value: unknown, isOne: (entry: unknown) => entry is Entry): value is Entry[] {
  return Array.isArray(value) && value.every(isOne)
}
