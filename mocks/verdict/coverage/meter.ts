import { ACTOR_HEADER } from '../../engine/session/journal/read-facts.ts'
import type { Observer } from '../../engine/exchange/work.ts'
import type { ExchangeState } from '../../behaviour/exchange.ts'
import type { DeliveryRow } from '../../behaviour/webhooks/delivery-row.ts'
import { isTampering } from '../../behaviour/webhooks/tamper.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import type { JobState } from '../../spec/model/job.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { createListeners } from '../../state/listeners.ts'
import { assumedCells } from './assumed.ts'
import { type AnswerCells, answerCells, DELIVERED, REFUSED, subjectsOf } from './cells.ts'
import type { SubjectCoverage, SubjectKind, VendorCoverage } from './coverage.ts'
import { mergeVendors } from './merge.ts'

/** Records what a client meets, in all sessions of a mock; resets and ended sessions do not clear it. */
export interface Meter extends Observer {
  /** The coverage so far. */
  readonly read: () => readonly VendorCoverage[]
  /** Calls back whenever something is met or called for the first time, possibly several things at once. */
  readonly onNew: (listener: () => void) => void
  /** To be called after a reload: cells that still exist stay met. */
  readonly renew: () => void
}

/** What was met of one vendor, in one of its dialects. */
interface Tally {
  readonly vendor: Vendor
  /** Names of the met cells, by the subject's name. Operations and webhooks that were called are there even without one. */
  readonly met: Readonly<Record<SubjectKind, Map<string, Set<string>>>>
  /** Of each called operation, by id. */
  readonly answers: Map<string, AnswerCells>
}

/**
 * Creates a meter. An exchange of an operation that was met before costs a few look-ups and no allocation.
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
      const met = { operation: new Map(), limit: new Map(), job: new Map(), webhook: new Map() }
      tallies.set(vendor, (tally = { vendor, met, answers: new Map() }))
    }
    return tally
  }

  const followers = createListeners<void>('note what was met for the first time')
  /** The met cells of a subject. */
  const metOf = (met: Map<string, Set<string>>, name: string): Set<string> => {
    const known = met.get(name)
    if (known) return known
    const made = new Set<string>()
    met.set(name, made)
    followers.notify()
    return made
  }
  const mark = (met: Set<string>, cell: string | undefined): void => {
    if (cell === undefined || met.has(cell)) return
    met.add(cell)
    followers.notify()
  }
  const markEnd = ({ vendor, met }: Tally, end: JobState): void => {
    if (!end.final) return
    for (const { name, states } of vendor.jobs.values())
      if (states.get(end.name) === end) mark(metOf(met.job, name), end.name)
  }

  return {
    exchange: (exchange, answer) => {
      const { operation } = exchange
      if (!operation || isOfTest(exchange)) return
      const tally = tallyOf(exchange.vendor)
      const own = metOf(tally.met.operation, operation.id)
      if (!answer) return
      const { spec, status, refusal } = answer
      if (spec && answer.offContract === undefined) {
        let answers = tally.answers.get(operation.id)
        if (!answers) tally.answers.set(operation.id, (answers = answerCells(operation)))
        // An error shared by operations has the code of the first of them.
        const found = answers.get(spec.code) ?? answers.get(responseFor(operation.responses, status)?.code ?? '')
        mark(own, typeof found === 'object' ? found.get(refusal ?? '') : found)
      }
      const limit = exchange.refused?.limit
      if (limit) mark(metOf(tally.met.limit, limit.name), REFUSED)
      if (status < 400) for (const end of exchange.ends) markEnd(tally, end)
    },
    streamed: (exchange) => {
      if (isOfTest(exchange)) return
      const tally = tallyOf(exchange.vendor)
      for (const end of exchange.ends) markEnd(tally, end)
    },
    delivery: (vendor, row) => {
      const tally = tallyOf(vendor)
      const webhook = vendor.webhooks.get(row.webhook)
      const last = row.attempts.at(-1)
      if (!webhook || !last) return
      const own = metOf(tally.met.webhook, row.webhook)
      for (const name of happenedTo(row)) mark(own, name)
      const state = last.status === undefined ? undefined : webhook.job.states.get(row.state)
      if (state) markEnd(tally, state)
    },
    onNew: (listener) => void followers.add(listener),
    renew: () => {
      for (const before of tallies.values()) {
        const now = current(vendors, before.vendor)
        if (now === before.vendor) continue
        tallies.delete(before.vendor)
        if (now) copyMarks(before, tallyOf(now))
      }
    },
    read: () =>
      [...vendors.values()].map((vendor) => {
        // Exchanges that began before a reload of the vendor are ignored.
        const spoken = [...tallies.values()].filter(
          (tally) => tally.vendor.name === vendor.name && current(vendors, tally.vendor) === tally.vendor,
        )
        const all = spoken.length > 0 ? spoken : [tallyOf(dialectVendor(vendor, vendor.dialects?.default))]
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
  return vendor && isSpoken ? dialectVendor(vendor, dialect) : undefined
}

/** Copies the marks of cells with the same name. */
function copyMarks(from: Tally, to: Tally): void {
  for (const { kind, name, cells } of subjectsOf(to.vendor)) {
    const before = from.met[kind].get(name)
    if (before) to.met[kind].set(name, new Set(cells.filter((cell) => before.has(cell))))
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
  { name: vendor, file }: Vendor,
  { vendor: spoken, met }: Tally,
  included: ReadonlySet<string> | 'all',
): VendorCoverage {
  const assumed = assumedCells(spoken)
  return {
    vendor,
    file,
    subjects: subjectsOf(spoken).map((subject): SubjectCoverage => {
      const { kind, name, operations } = subject
      const isCalled = kind === 'webhook' ? met.webhook.has(name) : operations.some((id) => met.operation.has(id))
      const names = operations.length > 0 ? operations : [name]
      return {
        kind,
        name,
        isCounted: isCalled || included === 'all' || names.some((own) => included.has(own)),
        cells: subject.cells.map((cell) => ({
          name: cell,
          isMet: met[kind].get(name)?.has(cell) === true,
          isAssumed: assumed.get(subject)!.has(cell),
        })),
      }
    }),
  }
}
