import { asNumber, asText } from '../../spec/values/scalar.ts'
import { firstGiven, type Scope } from '../../spec/values/value.ts'
import type { Job, JobState } from '../../spec/model/job.ts'
import type { VendorContext, VendorRows } from '../context.ts'

/** The slots that a job asks for: all of them or none. */
export interface Ask {
  /** ms since 1970. */
  readonly at: number
  readonly slots: ReadonlyArray<{ readonly key: string; readonly capacity: number }>
  /** Its number in the line of each key, once it stands there. */
  readonly places?: readonly number[] | undefined
}

/** What a job will ask for in each state: read when it starts, where the request is there. */
export type Pools = Readonly<Record<string, Ask['slots']>>

/** @param fields - what `$job` reads, since the job is only being made */
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

/** Whether all are free; what a job has already it need not get. */
export function fits(context: VendorRows, ask: Ask, has: readonly string[] | undefined): boolean {
  return ask.slots.every((slot) => has?.includes(slot.key) || taken(context, slot.key) < slot.capacity)
}

/** Takes what is asked for; gives all keys that the job has then. */
export function takeSlots(context: VendorRows, ask: Ask, has: readonly string[] = []): readonly string[] {
  const added = ask.slots.map(({ key }) => key).filter((key) => !has.includes(key))
  for (const key of added) context.tx.put(context.vendor.tables.slots, key, taken(context, key) + 1)
  return [...has, ...added]
}

export function releaseSlots(context: VendorRows, keys: readonly string[]): void {
  for (const key of keys) context.tx.put(context.vendor.tables.slots, key, taken(context, key) - 1)
}

/** How many jobs have a slot of a key. */
export function taken(context: VendorRows, key: string): number {
  return context.tx.get<number>(context.vendor.tables.slots, key) ?? 0
}

/** Puts a job at the end of every line whose slot it asks for. */
export function enterLines(context: VendorRows, ask: Ask, id: string): Ask {
  const places = ask.slots.map(({ key }) => {
    const line = readLine(context, key)
    context.tx.put(context.vendor.tables['slots/place'], placeKey(key, line.to), id)
    context.tx.put(context.vendor.tables['slots/line'], key, { from: line.from, to: line.to + 1 } satisfies Line)
    return line.to
  })
  return { ...ask, places }
}

export function isInLine(ask: Ask): boolean {
  return ask.places !== undefined
}

/**
 * Goes along the line of a key, oldest first, as long as there is a slot of it. Who has left is passed over, and so is
 * who waits for a slot of another key as well.
 */
export function nextInLine(
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

/** Numbers of those who stand in line: an entry of a line is never moved. */
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
