import { ACTOR_HEADER } from '../../engine/session/read-facts.ts'
import type { Witness } from '../../engine/exchange/work.ts'
import type { ExchangeState } from '../../behaviour/exchange.ts'
import type { DeliveryRow } from '../../behaviour/webhooks/delivery-row.ts'
import { isTampering } from '../../behaviour/webhooks/tamper.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { spokenVendor } from '../../spec/model/dialects.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { assumedCells } from './assumed.ts'
import { type Cells, cellsOf, DELIVERED } from './cells.ts'
import type { SubjectCoverage, VendorCoverage } from './coverage.ts'
import { mergeVendors } from './merge.ts'

/** Records what a client meets, in all sessions of a mock; resets and ended sessions do not clear it. */
export interface Meter extends Witness {
  /** The coverage so far. */
  readonly read: () => readonly VendorCoverage[]
  /** Calls back whenever something is met or called for the first time, possibly several things at once. */
  readonly onNew: (listener: () => void) => void
  /** To be called after a reload: cells that still exist stay met. */
  readonly renew: () => void
}

/** The coverage of one vendor, in one of its dialects. */
interface Tally {
  readonly cells: Cells
  /** A byte for each cell. */
  readonly met: Uint8Array
  /** A byte for each subject. */
  readonly called: Uint8Array
}

/**
 * Creates a meter. Each exchange costs a few look-ups and no allocation.
 *
 * @param vendors - the vendors of the mock
 * @param included - by vendor: operations that count even if never called; undefined stands for all operations
 */
export function createMeter(
  vendors: ReadonlyMap<string, Vendor>,
  included: ReadonlyMap<string, ReadonlySet<string> | undefined>,
): Meter {
  const tallies = new Map<Vendor, Tally>()
  const tallyOf = (vendor: Vendor): Tally => {
    let tally = tallies.get(vendor)
    if (!tally) {
      const cells = cellsOf(vendor)
      tally = { cells, met: new Uint8Array(cells.size), called: new Uint8Array(cells.subjects.length) }
      tallies.set(vendor, tally)
    }
    return tally
  }

  const followers: Array<() => void> = []
  const mark = (marks: Uint8Array, place: number | undefined): void => {
    if (place === undefined || marks[place] === 1) return
    marks[place] = 1
    for (const follower of followers) follower()
  }

  return {
    exchange: (exchange, answer) => {
      const { operation } = exchange
      if (!operation || isOfTest(exchange)) return
      const { cells, met, called } = tallyOf(exchange.vendor)
      const own = cells.operations.get(operation.id)
      if (!own) return
      mark(called, own.number)
      if (!answer) return
      const { spec, status, refusal } = answer
      if (spec && answer.offContract === undefined) {
        // An error shared by operations has the code of the first of them.
        const found =
          own.answers.get(spec.code) ?? own.answers.get(responseFor(operation.responses, status)?.code ?? '')
        const cell = typeof found === 'object' ? found.get(refusal ?? '') : found
        mark(met, cell)
      }
      const limit = exchange.refused?.limit
      if (limit) mark(met, cells.limits.get(limit.name))
      if (status < 400) for (const end of exchange.ends) mark(met, cells.ends.get(end))
    },
    streamed: (exchange) => {
      if (isOfTest(exchange)) return
      const { cells, met } = tallyOf(exchange.vendor)
      for (const end of exchange.ends) mark(met, cells.ends.get(end))
    },
    delivery: (vendor, row) => {
      const { cells, met, called } = tallyOf(vendor)
      const own = cells.webhooks.get(row.webhook)
      const last = row.attempts.at(-1)
      if (!own || !last) return
      mark(called, own.number)
      for (const name of happenedTo(row)) mark(met, own.cells.get(name))
      if (last.status === undefined) return
      const state = vendor.webhooks.get(row.webhook)?.job.states.get(row.state)
      if (state) mark(met, cells.ends.get(state))
    },
    onNew: (listener) => {
      followers.push(listener)
    },
    renew: () => {
      for (const before of tallies.values()) {
        const now = current(vendors, before.cells.vendor)
        if (now === before.cells.vendor) continue
        tallies.delete(before.cells.vendor)
        if (now) copyMarks(before, tallyOf(now))
      }
    },
    read: () =>
      [...vendors.values()].map((vendor) => {
        // Exchanges that began before a reload of the vendor are ignored.
        const spoken = [...tallies.values()].filter(
          ({ cells }) => cells.vendor.name === vendor.name && current(vendors, cells.vendor) === cells.vendor,
        )
        const all = spoken.length > 0 ? spoken : [tallyOf(spokenVendor(vendor, vendor.dialects?.default))]
        const wanted = included.has(vendor.name) ? (included.get(vendor.name) ?? 'all') : NONE
        return mergeVendors(all.map((tally) => readTally(vendor, tally, wanted)))[0]!
      }),
  }
}

const NONE: ReadonlySet<string> = new Set()

/** The currently loaded vendor, in the same dialect; undefined if it no longer has that dialect. */
function current(vendors: ReadonlyMap<string, Vendor>, { name, dialect }: Vendor): Vendor | undefined {
  const vendor = vendors.get(name)
  const isSpoken = dialect === undefined ? !vendor?.dialects : vendor?.dialects?.names.includes(dialect)
  return vendor && isSpoken ? spokenVendor(vendor, dialect) : undefined
}

/** Copies the marks of cells with the same name. */
function copyMarks(from: Tally, to: Tally): void {
  for (const [number, { kind, name, first, cells }] of from.cells.subjects.entries()) {
    const place = to.cells.subjects.findIndex((subject) => subject.kind === kind && subject.name === name)
    const subject = to.cells.subjects[place]
    if (!subject) continue
    if (from.called[number] === 1) to.called[place] = 1
    for (const [index, cell] of cells.entries()) {
      const own = subject.cells.indexOf(cell)
      if (own !== -1 && from.met[first + index] === 1) to.met[subject.first + own] = 1
    }
  }
}

function isOfTest({ call }: ExchangeState): boolean {
  return call.headers[ACTOR_HEADER] === 'test'
}

/** Cells of a webhook that an attempt meets: a lost attempt meets its loss, one that arrives meets all its mishaps. */
function happenedTo({ attempts, played }: DeliveryRow): readonly string[] {
  const last = attempts.at(-1)
  if (last?.outcome === 'lost') return ['drop']
  if (last?.status === undefined) return []
  const mishaps = played.map((mishap) => (isTampering(mishap) ? mishap : mishap.split(' ')[0]!))
  const arrived = mishaps.filter((mishap) => mishap !== 'drop')
  return arrived.some(isTampering) ? arrived : [DELIVERED, ...arrived]
}

function readTally(
  { name, file }: Vendor,
  { cells, met, called }: Tally,
  included: ReadonlySet<string> | 'all',
): VendorCoverage {
  const { subjects } = cells
  const isCounted = (number: number): boolean =>
    called[number] === 1 || included === 'all' || included.has(subjects[number]!.name)
  const assumed = assumedCells(cells)
  return {
    vendor: name,
    file,
    subjects: subjects.map((subject, number): SubjectCoverage => {
      const { kind, name: own, first } = subject
      const leads = subject.operations.length > 0 ? subject.operations : [number]
      return {
        kind,
        name: own,
        isCounted: leads.some(isCounted),
        cells: subject.cells.map((cell, index) => ({
          name: cell,
          isMet: met[first + index] === 1,
          isAssumed: assumed.has(first + index),
        })),
      }
    }),
  }
}
