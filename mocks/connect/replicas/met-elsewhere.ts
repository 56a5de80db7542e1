import { afterReading, afterRealTime } from '../../state/clock.ts'
import type { SubjectKind, VendorCoverage } from '../../verdict/coverage/coverage.ts'
import { mergeVendors } from '../../verdict/coverage/merge.ts'
import type { Meter } from '../../verdict/coverage/meter.ts'
import type { StoreLink } from './store/store-link.ts'

/** Real ms after which a failed write is tried again. */
const RETRY_MS = 1000

/** A subject that clients have reached, or a cell of it that they have met, as JSON in a set of the store. */
type Mark =
  | readonly [vendor: string, kind: SubjectKind, subject: string]
  | readonly [vendor: string, kind: SubjectKind, subject: string, cell: string, isAssumed: boolean]

/**
 * Shares coverage between all replicas, including replicas that have gone.
 *
 * @returns the coverage of all replicas, with everything that can be covered
 */
export function shareCoverage(link: StoreLink, { onNew, read }: Meter): () => Promise<readonly VendorCoverage[]> {
  const written = new Set<string>()
  let isPlanned = false
  const write = async (): Promise<void> => {
    isPlanned = false
    const marks = read()
      .flatMap(marksOf)
      .filter((mark) => !written.has(mark))
    if (marks.length === 0) return
    for (const mark of marks) written.add(mark)
    try {
      await link.add('coverage', marks)
    } catch {
      for (const mark of marks) written.delete(mark)
      afterRealTime(RETRY_MS, plan)
    }
  }
  const plan = (): void => {
    if (isPlanned) return
    isPlanned = true
    // Written together with the write that an answer waits for: once the client has the answer, it is counted.
    afterReading(() => void write())
  }
  onNew(plan)
  return async () => {
    const marks = (await link.members('coverage')).map((text) => JSON.parse(text) as Mark)
    return mergeVendors([...read(), ...marks.map(toCoverage)])
  }
}

function marksOf({ vendor, subjects }: VendorCoverage): string[] {
  return subjects.flatMap(({ kind, name, isCounted, cells }) => {
    const met = cells.filter(({ isMet }) => isMet)
    const marks: Mark[] = met.map((cell) => [vendor, kind, name, cell.name, cell.isAssumed])
    if (isCounted) marks.push([vendor, kind, name])
    return marks.map((mark) => JSON.stringify(mark))
  })
}

function toCoverage([vendor, kind, name, cell, isAssumed = false]: Mark): VendorCoverage {
  const cells = cell === undefined ? [] : [{ name: cell, isMet: true, isAssumed }]
  return { vendor, file: '', subjects: [{ kind, name, isCounted: cell === undefined, cells }] }
}
