import { asNumber, asText } from '../../spec/values/scalar.ts'
import { firstGiven, type Scope } from '../../spec/values/value.ts'
import type { Job, JobState } from '../../spec/model/job.ts'
import type { VendorContext, VendorRows } from '../context.ts'

/** A request of a job for slots: it gets all of them or none. */
export interface Ask {
  /** ms since 1970. */
  readonly at: number
  readonly slots: ReadonlyArray<{ readonly key: string; readonly capacity: number }>
  /** Its position in the queue of each key, once it waits there. */
  readonly places?: readonly number[] | undefined
}

/** The slots that a job needs in each state: read when it starts, while there is a request. */
export type Pools = Readonly<Record<string, Ask['slots']>>

/** @param fields - the values of `$job`, since the job does not exist yet */
export function poolsOf(context: Pick<VendorContext, 'situation' | 'scope'>, job: Job, fields: object): Pools {
  const { scope } = context
  const own: Scope = {
    read: (root) => (root === 'job' ? fields : scope.read(root)),
    generate: (schema, place) => scope.generate(schema, place),
    list: (collection, where) => scope.list(collection, where),
    failed: scope.failed,
  }
  const step = { situation: context.situation, scope: own }
  return Object.fromEntries(
    [...job.states.values()].flatMap((state) =>
      state.slots.length === 0 ? [] : [[state.name, slotsOf(step, job, state)] as const],
    ),
  )
}

/** Skips slots whose key is empty or whose capacity is unlimited. */
function slotsOf(context: Pick<VendorContext, 'situation' | 'scope'>, job: Job, state: JobState): Ask['slots'] {
  const changed = context.situation.jobs.get(job.name)?.slots.get(state.name)
  return state.slots.flatMap(({ per, capacity }, index) => {
    const read = changed === undefined ? capacity(context.scope) : changed
    const number = read === undefined || read === null ? Number.POSITIVE_INFINITY : asNumber(read)
    const parts = per.map((alternatives) => firstGiven(alternatives, context.scope))
    if (!Number.isFinite(number) || parts.includes(undefined)) return []
    return [{ key: [`${job.name} ${state.name} ${index}`, ...parts.map(asText)].join('\u001f'), capacity: number }]
  })
}

/** Whether all are free. Slots that the job already holds are not needed again. */
export function fits(context: VendorRows, ask: Ask, has: readonly string[] | undefined): boolean {
  return ask.slots.every((slot) => has?.includes(slot.key) || taken(context, slot.key) < slot.capacity)
}

/** Takes the requested slots; returns all keys that the job then holds. */
export function takeSlots(context: VendorRows, ask: Ask, has: readonly string[] = []): readonly string[] {
  const added = ask.slots.map(({ key }) => key).filter((key) => !has.includes(key))
  for (const key of added) context.tx.put(context.vendor.tables.slots, key, taken(context, key) + 1)
  return [...has, ...added]
}

export function releaseJobSlots(context: VendorRows, keys: readonly string[]): void {
  for (const key of keys) context.tx.put(context.vendor.tables.slots, key, taken(context, key) - 1)
}

/** How many jobs hold a slot of a key. */
export function taken(context: VendorRows, key: string): number {
  return context.tx.get<number>(context.vendor.tables.slots, key) ?? 0
}

/** Appends a job to the queue of every slot that it requests. */
export function enqueueJob(context: VendorRows, ask: Ask, id: string): Ask {
  const places = ask.slots.map(({ key }) => {
    const line = readLine(context, key)
    context.tx.put(context.vendor.tables['slots/place'], placeKey(key, line.to), id)
    context.tx.put(context.vendor.tables['slots/line'], key, { from: line.from, to: line.to + 1 } satisfies Line)
    return line.to
  })
  return { ...ask, places }
}

export function isJobQueued(ask: Ask): boolean {
  return ask.places !== undefined
}

/**
 * Serves the queue of a key, oldest first, while it has a free slot. Jobs that have left are skipped, and so are jobs
 * that also wait for a slot of another key.
 */
export function serveQueue(
  context: VendorRows,
  key: string,
  askOf: (id: string) => Ask | undefined,
  serve: (id: string) => boolean,
): void {
  const { from, to } = readLine(context, key)
  let first: number | undefined
  let place = from
  for (; place < to; place++) {
    const id = context.tx.get<string>(context.vendor.tables['slots/place'], placeKey(key, place))!
    const ask = askOf(id)
    const index = ask ? ask.slots.findIndex((slot) => slot.key === key) : -1
    if (!ask || index === -1 || ask.places?.[index] !== place) continue
    if (taken(context, key) >= ask.slots[index]!.capacity) break
    if (!serve(id)) first ??= place
  }
  context.tx.put(context.vendor.tables['slots/line'], key, { from: first ?? place, to } satisfies Line)
}

/** Range of positions in a queue; an entry never changes its position. */
interface Line {
  readonly from: number
  readonly to: number
}

function readLine(context: VendorRows, key: string): Line {
  return context.tx.get<Line>(context.vendor.tables['slots/line'], key) ?? { from: 0, to: 0 }
}

function placeKey(key: string, place: number): string {
  return `${key}\u001f#${place}`
}
