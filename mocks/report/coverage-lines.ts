import { count, listNames } from '../spec/problems/count.ts'
import {
  countedCells,
  type Coverage,
  type SubjectCoverage,
  totalCoverage,
  type VendorCoverage,
} from '../verdict/coverage/coverage.ts'

/** Number of listed remedies. */
const MOST_REMEDIES = 20

/** A coverage in one line: `coverage: 5 of 9 answers met (55.5 %)`. */
export function coverageLine({ met, counted, percent }: Pick<Coverage, 'met' | 'counted' | 'percent'>): string {
  return `coverage: ${met} of ${count(counted, 'answer')} met (${percent} %)`
}

/**
 * A coverage as lines of text: for each vendor a table of met and missing answers, how to meet the missing ones, and
 * what does not count.
 */
export function coverageLines(coverage: Coverage): readonly string[] {
  return [coverageLine(coverage), ...coveredVendors(coverage).flatMap(vendorLines)]
}

/** A vendor's part of a report. */
export interface CoveredVendor {
  readonly vendor: string
  readonly counted: number
  readonly met: number
  readonly percent: number
  /** Subjects that count, each with its met and missing cells. */
  readonly rows: readonly CoverageRow[]
  /** What to add; the most effective first. */
  readonly remedies: readonly Remedy[]
  /** Sentences on what does not count. */
  readonly apart: readonly string[]
}

export interface CoverageRow {
  /** `getMe`, `limit requests`. */
  readonly name: string
  readonly met: readonly string[]
  readonly missing: readonly string[]
}

export interface Remedy {
  readonly add: string
  /** The cells that it would meet: `getMe 401`. */
  readonly gaps: readonly string[]
}

/** The vendors that the client has called, in the form for reports. */
export function coveredVendors({ vendors }: Coverage): readonly CoveredVendor[] {
  return vendors
    .filter(({ subjects }) => subjects.some(({ isCounted }) => isCounted))
    .map((own) => {
      const { counted, met, percent } = totalCoverage([own])
      const subjects = own.subjects.filter((subject) => countedCells(subject).length > 0)
      const rows = subjects.map((subject) => ({
        name: labelOf(subject),
        met: namesOf(subject, true),
        missing: namesOf(subject, false),
      }))
      return { vendor: own.vendor, counted, met, percent, rows, remedies: remediesOf(subjects), apart: apartOf(own) }
    })
}

function vendorLines({ vendor, rows, remedies, apart }: CoveredVendor): readonly string[] {
  const more = remedies.length - MOST_REMEDIES
  return [
    ...table([
      [vendor, 'met', 'missing'],
      ...rows.map(({ name, met, missing }) => [name, listed(met), listed(missing)] as const),
    ]),
    ...(remedies.length > 0 ? ['  to add:'] : []),
    ...remedies.slice(0, MOST_REMEDIES).map(({ add, gaps }) => `    ${add}  for ${listNames(gaps)}`),
    ...(more > 0 ? [`    … and ${more} more`] : []),
    ...apart.map((line) => `  ${line}`),
  ]
}

function remediesOf(subjects: readonly SubjectCoverage[]): readonly Remedy[] {
  const gaps = subjects.flatMap((subject) =>
    countedCells(subject).flatMap(({ name, add }) =>
      add === undefined ? [] : [{ gap: `${labelOf(subject)} ${name}`, add }],
    ),
  )
  return [...Map.groupBy(gaps, ({ add }) => add)]
    .map(([add, same]) => ({ add, gaps: same.map(({ gap }) => gap) }))
    .sort((left, right) => right.gaps.length - left.gaps.length)
}

function apartOf({ subjects }: VendorCoverage): readonly string[] {
  const assumed = subjects
    .filter(({ isCounted }) => isCounted)
    .flatMap((subject) =>
      subject.cells
        .filter(({ isAssumed }) => isAssumed)
        .map((cell) => ({ ...cell, label: `${labelOf(subject)} ${cell.name}` })),
    )
  const missing = assumed.filter(({ isMet }) => !isMet).map(({ label }) => label)
  const uncalled = subjects.filter(({ kind, isCounted }) => kind === 'operation' && !isCounted).map(({ name }) => name)
  return [
    ...(assumed.length > 0
      ? [
          `counted separately, since they are assumed: ${assumed.length - missing.length} of ${assumed.length} met${missing.length > 0 ? `, missing ${listNames(missing)}` : ''}`,
        ]
      : []),
    ...(uncalled.length > 0 ? [`not counted, since no client called them: ${listNames(uncalled)}`] : []),
  ]
}

/** An operation by its name alone, other subjects with their kind. */
function labelOf({ kind, name }: SubjectCoverage): string {
  return kind === 'operation' ? name : `${kind} ${name}`
}

function namesOf(subject: SubjectCoverage, isMet: boolean): readonly string[] {
  return countedCells(subject)
    .filter((cell) => cell.isMet === isMet)
    .map(({ name }) => name)
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '-' : names.join(', ')
}

/** Aligns rows in columns, each as wide as its widest cell. */
function table(rows: ReadonlyArray<readonly [string, string, string]>): readonly string[] {
  const widthOf = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length))
  const [first, second] = [widthOf(0), widthOf(1)]
  return rows.map(([name, met, missing]) => `  ${name.padEnd(first)}  ${met.padEnd(second)}  ${missing}`.trimEnd())
}
