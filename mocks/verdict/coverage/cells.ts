import { answerName, documentedAnswers } from '../../spec/compile/operation/documented-answers.ts'
import type { Limit } from '../../spec/model/rules/limit.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { SubjectKind } from './coverage.ts'

/** Something of a vendor that can be covered, with the names of its cells. */
export interface Subject {
  readonly kind: SubjectKind
  readonly name: string
  readonly cells: readonly string[]
  /** Ids of the operations through which a client reaches it. */
  readonly operations: readonly string[]
}

/** Names of an operation's cells by documented code; if several limits answer with one code, also by their refusal. */
export type AnswerCells = ReadonlyMap<string, string | ReadonlyMap<string, string>>

/** Name of a limit's only cell. */
export const REFUSED = 'refused'
/** Name of the cell for a webhook that arrived unchanged. */
export const DELIVERED = 'delivered'

const known = new WeakMap<Vendor, readonly Subject[]>()

/** Everything that can be covered of a vendor, in one of its dialects; cached. Compiles all its operations. */
export function subjectsOf(vendor: Vendor): readonly Subject[] {
  let subjects = known.get(vendor)
  if (!subjects) known.set(vendor, (subjects = collect(vendor)))
  return subjects
}

/** The cells of one operation. */
export function answerCells(operation: Operation): AnswerCells {
  const cells = new Map<string, string | Map<string, string>>()
  for (const answer of documentedAnswers(operation)) {
    const { code, refusal } = answer
    const name = answerName(answer)
    if (refusal === undefined) {
      cells.set(code, name)
      continue
    }
    const before = cells.get(code)
    const several = before instanceof Map ? before : new Map<string, string>()
    cells.set(code, several.set(refusal, name))
  }
  return cells
}

function collect(vendor: Vendor): readonly Subject[] {
  const operations = [...vendor.operations.values()]
  const leading = (leads: (operation: Operation) => boolean): string[] => operations.filter(leads).map(({ id }) => id)
  return [
    ...operations.map((operation): Subject => {
      const { id } = operation
      return { kind: 'operation', name: id, cells: documentedAnswers(operation).map(answerName), operations: [id] }
    }),
    ...vendor.limits.map((limit): Subject => ({
      kind: 'limit',
      name: limit.name,
      cells: [REFUSED],
      operations: leading(counts(limit)),
    })),
    ...[...vendor.jobs.values()].map((job): Subject => {
      const finals = [...job.states.values()].filter(({ final }) => final)
      return {
        kind: 'job',
        name: job.name,
        cells: finals.map(({ name }) => name),
        operations: leading(({ job: step }) => step?.job === job),
      }
    }),
    ...[...vendor.webhooks.values()].map(({ name, sign, secret }): Subject => {
      const isSecret = sign !== undefined || secret !== undefined
      return { kind: 'webhook', name, cells: [DELIVERED, ...MISHAPS, ...(isSecret ? [FORGED] : [])], operations: [] }
    }),
  ]
}

/** Mishaps of a webhook, as named in deliveries and scenarios. */
const MISHAPS = ['drop', 'duplicate', 'reorder', 'delay', 'tamper body']
const FORGED = 'tamper signature'

function counts(limit: Limit): (operation: Operation) => boolean {
  return ({ limits }) => limits.some(({ name }) => name === limit.name)
}
