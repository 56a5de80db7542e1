import { answerName, documentedAnswers } from '../../spec/compile/operation/documented-answers.ts'
import type { JobState } from '../../spec/model/job.ts'
import type { Limit } from '../../spec/model/rules/limit.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { SubjectKind } from './coverage.ts'

/** Everything that can be covered of one vendor, as numbered cells. */
export interface Cells {
  readonly vendor: Vendor
  readonly subjects: readonly Subject[]
  /** Number of cells. */
  readonly size: number
  /** By the operation's id. */
  readonly operations: ReadonlyMap<string, OperationCells>
  /** The cell of each limit's refusal, by the limit's name. */
  readonly limits: ReadonlyMap<string, number>
  /** By final state. */
  readonly ends: ReadonlyMap<JobState, number>
  /** By name, and by the mishap of a delivery. */
  readonly webhooks: ReadonlyMap<string, WebhookCells>
}

export interface Subject {
  readonly kind: SubjectKind
  readonly name: string
  /** Number of its first cell; the others follow consecutively. */
  readonly first: number
  readonly cells: readonly string[]
  /** Numbers of the operations through which a client reaches it. */
  readonly operations: readonly number[]
}

export interface OperationCells {
  /** Number of its subject. */
  readonly number: number
  /** By documented code; if several limits answer with one code, also by the name of their refusal. */
  readonly answers: ReadonlyMap<string, number | ReadonlyMap<string, number>>
}

export interface WebhookCells {
  /** Number of its subject. */
  readonly number: number
  readonly cells: ReadonlyMap<string, number>
}

/** Name of a limit's only cell. */
export const REFUSED = 'refused'
/** Name of the cell for a webhook that arrived unchanged. */
export const DELIVERED = 'delivered'

const known = new WeakMap<Vendor, Cells>()

/** The cells of a vendor, in one of its dialects; cached. */
export function cellsOf(vendor: Vendor): Cells {
  let cells = known.get(vendor)
  if (!cells) known.set(vendor, (cells = collect(vendor)))
  return cells
}

function collect(vendor: Vendor): Cells {
  const subjects: Subject[] = []
  let size = 0
  const add = (
    kind: SubjectKind,
    name: string,
    cells: readonly string[],
    leading: Subject['operations'] = [],
  ): number => {
    const first = size
    subjects.push({ kind, name, first, cells, operations: leading })
    size += cells.length
    return first
  }

  const operations = new Map<string, OperationCells>()
  for (const operation of vendor.operations.values()) {
    const answers = documentedAnswers(operation)
    const number = subjects.length
    const first = add('operation', operation.id, answers.map(answerName), [number])
    operations.set(operation.id, { number, answers: placesOf(answers, first) })
  }
  const leading = (leads: (operation: Operation) => boolean): number[] =>
    [...vendor.operations.values()].filter(leads).map(({ id }) => operations.get(id)!.number)

  const limits = new Map<string, number>()
  for (const limit of vendor.limits) {
    limits.set(limit.name, add('limit', limit.name, [REFUSED], leading(counts(limit))))
  }

  const ends = new Map<JobState, number>()
  for (const job of vendor.jobs.values()) {
    const states = [...job.states.values()].filter(({ final }) => final)
    const names = states.map(({ name }) => name)
    const first = add(
      'job',
      job.name,
      names,
      leading(({ job: step }) => step?.job === job),
    )
    for (const [index, state] of states.entries()) ends.set(state, first + index)
  }

  const webhooks = new Map<string, WebhookCells>()
  for (const webhook of vendor.webhooks.values()) {
    const isSecret = webhook.sign !== undefined || webhook.secret !== undefined
    const names = [DELIVERED, ...MISHAPS, ...(isSecret ? [FORGED] : [])]
    const number = subjects.length
    const first = add('webhook', webhook.name, names)
    webhooks.set(webhook.name, { number, cells: new Map(names.map((name, index) => [name, first + index])) })
  }
  return { vendor, subjects, size, operations, limits, ends, webhooks }
}

/** Mishaps of a webhook, as named in deliveries and scenarios. */
const MISHAPS = ['drop', 'duplicate', 'reorder', 'delay', 'tamper body']
const FORGED = 'tamper signature'

function counts(limit: Limit): (operation: Operation) => boolean {
  return ({ limits }) => limits.some(({ name }) => name === limit.name)
}

function placesOf(answers: ReturnType<typeof documentedAnswers>, first: number): OperationCells['answers'] {
  const places = new Map<string, number | Map<string, number>>()
  for (const [index, { code, refusal }] of answers.entries()) {
    if (refusal === undefined) {
      places.set(code, first + index)
      continue
    }
    const before = places.get(code)
    const several = before instanceof Map ? before : new Map<string, number>()
    places.set(code, several.set(refusal, first + index))
  }
  return places
}
