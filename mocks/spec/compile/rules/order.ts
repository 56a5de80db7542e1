import type { Operation } from '../../model/operation/operation.ts'
import {
  bitOf,
  type Half,
  type Stage,
  type StageEntry,
  type StageName,
  type Stages,
  STAGES,
} from '../../model/rules/stage.ts'
import type { SpecCursor } from '../context.ts'
import type { LimitEntry } from '../limits.ts'

/** The vendor's order of stages; absent stages follow in their default places. */
export function compileOrder(stages: SpecCursor, limits: readonly LimitEntry[]): StageName[] {
  const names = limits.map(({ limit }) => limit.name)
  const labels = stages.value === undefined ? [...STAGES] : stages.texts()
  const named = new Set(labels.flatMap((label) => (label.includes(':') ? [label.slice(label.indexOf(':') + 1)] : [])))
  const order = labels.flatMap((label, index): StageName[] => {
    const [stage, part] = label.split(/:(.*)/s) as [Stage, string | undefined]
    if (!STAGES.includes(stage)) {
      stages.at(index).reportUnknown(stage, STAGES, 'stage', 'a stage')
      return []
    }
    if (stage === 'limit' && part !== undefined && !names.includes(part)) {
      stages.at(index).reportUnknown(part, names, 'limit')
      return []
    }
    if (stage !== 'limit') return [{ stage, label }]
    return [{ stage, label, parts: part === undefined ? names.filter((name) => !named.has(name)) : [part] }]
  })
  const parts = names.filter((name) => !order.some((entry) => entry.parts?.includes(name)))
  for (const stage of STAGES) {
    const there = order.some((entry) => entry.stage === stage)
    if (there && (stage !== 'limit' || parts.length === 0)) continue
    // An absent stage goes before the first stage that follows it in the default order.
    const later = order.findIndex((entry) => STAGES.indexOf(entry.stage) > STAGES.indexOf(stage))
    const entry = { stage, label: stage, ...(stage === 'limit' && { parts }) }
    order.splice(later === -1 ? order.length : later, 0, entry)
  }
  return order
}

type Staged = Omit<Operation, 'stages'>

/** The stages that an operation passes, in the vendor's order; without an operation, all stages. */
export function stagesOf(order: readonly StageName[], operation?: Staged): Stages {
  const parse = order.findIndex(({ stage }) => stage === 'parse')
  const admit = halfOf(order.slice(0, parse), operation, 0)
  return { admit, act: halfOf(order.slice(parse), operation, admit.reached) }
}

function halfOf(order: readonly StageName[], operation: Staged | undefined, before: number): Half {
  const entries: StageEntry[] = []
  let reached = before
  for (const { stage, parts: all = [] } of order) {
    // The answer to an unreadable body has passed only *admit*.
    if (stage !== 'parse') reached |= bitOf(stage)
    const parts = operation ? all.filter((part) => operation.limits.some(({ name }) => name === part)) : all
    if (!operation || concerns(stage, operation, parts)) entries.push({ stage, parts, reached })
  }
  return { entries, reached }
}

/** Whether a stage has something to do for an operation. Vendor code may act in any operation. */
function concerns(stage: Stage, operation: Staged, parts: readonly string[]): boolean {
  switch (stage) {
    case 'limit':
      return parts.length > 0
    case 'authorize':
      return operation.authorize.length > 0
    case 'resolve':
      return operation.items.size > 0 || operation.triggers.length > 0 || operation.code
    case 'parse':
      return operation.body !== undefined || operation.idempotency !== undefined
    case 'validate':
      return (
        operation.parameters.length > 0 ||
        operation.body !== undefined ||
        operation.validate.body !== undefined ||
        operation.validate.unknownQuery === 'refuse' ||
        operation.code
      )
    case 'guard':
      return operation.guard.length > 0 || operation.code
    // `route` also checks dialects and media types; rules intervene at `charge`.
    case 'authenticate':
    case 'route':
    case 'charge':
      return true
  }
}
