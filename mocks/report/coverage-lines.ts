import { count, listNames } from '../spec/problems/count.ts'
import {
  type CellCoverage,
  countedCells,
  type Coverage,
  type SubjectCoverage,
  type VendorCoverage,
} from '../verdict/coverage/coverage.ts'

/** Remedies that are listed. */
const MOST_REMEDIES = 20

/** A coverage in one line: `coverage: 5 of 9 answers met (55.5 %)`. */
export function coverageLine({ met, counted, percent }: Coverage): string {
  return `coverage: ${met} of ${count(counted, 'answer')} met (${percent} %)`
}

/**
 * A coverage for people, in lines: of each vendor a table of what was met and what is missing, what would meet it, and what
 * does not count.
 */
export function coverageLines(coverage: Coverage): readonly string[] {
  const called = coverage.vendors.filter(({ subjects }) => subjects.some(({ isCounted }) => isCounted))
  return [coverageLine(coverage), ...called.flatMap(vendorLines)]
}

function vendorLines({ vendor, subjects }: VendorCoverage): readonly string[] {
  const counted = subjects.filter((subject) => countedCells(subject).length > 0)
  const rows = counted.map((subject) => {
    const cells = countedCells(subject)
    return [labelOf(subject), namesOf(cells, true), namesOf(cells, false)] as const
  })
  return [
    ...table([[vendor, 'met', 'missing'], ...rows]),
    ...remedyLines(counted),
    ...apartLines(subjects).map((line) => `  ${line}`),
  ]
}

/** What to add, each once with all that it would meet; what meets the most comes first. */
function remedyLines(subjects: readonly SubjectCoverage[]): readonly string[] {
  const gaps = subjects.flatMap((subject) =>
    countedCells(subject).flatMap(({ name, add }) =>
      add === undefined ? [] : [{ gap: `${labelOf(subject)} ${name}`, add }],
    ),
  )
  if (gaps.length === 0) return []
  const groups = [...Map.groupBy(gaps, ({ add }) => add)].sort(([, left], [, right]) => right.length - left.length)
  const more = groups.length - MOST_REMEDIES
  return [
    '  to add:',
    ...groups.slice(0, MOST_REMEDIES).map(([add, met]) => `    ${add}  for ${listNames(met.map(({ gap }) => gap))}`),
    ...(more > 0 ? [`    … and ${more} more`] : []),
  ]
}

function apartLines(subjects: readonly SubjectCoverage[]): readonly string[] {
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
          `apart, since they are assumed: ${assumed.length - missing.length} of ${assumed.length} met${missing.length > 0 ? `, missing ${listNames(missing)}` : ''}`,
        ]
      : []),
    ...(uncalled.length > 0 ? [`apart, since nobody called them: ${listNames(uncalled)}`] : []),
  ]
}

/** An operation by its name, the others with what they are. */
function labelOf({ kind, name }: SubjectCoverage): string {
  return kind === 'operation' ? name : `${kind} ${name}`
}

function namesOf(cells: readonly CellCoverage[], isMet: boolean): string {
  const names = cells.filter((cell) => cell.isMet === isMet).map(({ name }) => name)
  return names.length === 0 ? '-' : names.join(', ')
}

/** Rows in columns, each as wide as its widest cell. */
function table(rows: ReadonlyArray<readonly [string, string, string]>): readonly string[] {
  const widthOf = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length))
  const [first, second] = [widthOf(0), widthOf(1)]
  return rows.map(([name, met, missing]) => `  ${name.padEnd(first)}  ${met.padEnd(second)}  ${missing}`.trimEnd())
}
