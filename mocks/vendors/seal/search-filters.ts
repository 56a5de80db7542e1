/* Vendor code because a filter may look at fields, at what an entity refers to, or at its change set. */
import { type OperationContext, own } from '../kit.ts'
import type { Entity } from './entity-record.ts'
import { systemOf, typeOf } from './entity.ts'

export interface Filter {
  readonly filter: string
  readonly operator: 'in' | 'not_in'
  readonly value: ReadonlyArray<string | Comparison>
}

export interface Comparison {
  readonly name: string
  readonly operator: '=' | '>' | '<' | '>=' | '<='
  readonly value: string
}

/** An entity with the related data that filters and orders use. */
export interface Viewed {
  readonly entity: Entity
  readonly typeTitle: string
  /** Id and index. */
  readonly changeSet: readonly string[]
}

export function viewOf(context: OperationContext, entity: Entity): Viewed {
  const set = entity.changeSet === undefined ? undefined : context.jobs.get('changeSet', entity.changeSet)
  return {
    entity,
    typeTitle: typeOf(context, entity)?.title ?? '',
    changeSet: set ? [set.id, String(set.item['index'])] : [],
  }
}

/** `in`: one of the values matches; `not_in`: none does. */
export function passesFilter(filter: Filter, viewed: Viewed): boolean {
  const found = filter.value.some((wanted) => fits(filter.filter, wanted, viewed))
  return filter.operator === 'in' ? found : !found
}

function fits(filter: string, wanted: string | Comparison, viewed: Viewed): boolean {
  const { entity } = viewed
  if (typeof wanted !== 'string') return compare(own(entity.fields, wanted.name)?.value, wanted)
  const text = wanted.toLowerCase()
  switch (filter) {
    case 'text':
      return [entity.title, ...Object.values(entity.fields).map((field) => field.value)].some(
        (value) => typeof value === 'string' && value.toLowerCase().includes(text),
      )
    case 'createdBetween':
      return isBetween(String(entity.metadata['createdAt']), wanted)
    case 'lastUpdatedBetween':
      return isBetween(String(entity.metadata['lastUpdatedAt']), wanted)
    case 'field':
      return Object.hasOwn(entity.fields, wanted)
    default:
      return (own(READ, filter)?.(viewed) ?? []).includes(wanted)
  }
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown[]) : [value]

/** The data that each filter compares with its values. */
const READ: Readonly<Record<string, (viewed: Viewed) => readonly unknown[]>> = {
  type: ({ entity, typeTitle }) => [typeTitle, entity.type?.ref.id],
  statusTag: ({ entity }) => listOf(entity.statusTag?.text),
  templateVersion: ({ entity }) => listOf(entity.sourceInfo.template?.version),
  createdBy: ({ entity }) => listOf(entity.metadata['createdByRoleId']),
  lastUpdatedBy: ({ entity }) => listOf(entity.metadata['lastUpdatedByRoleId']),
  changeSet: ({ changeSet }) => changeSet,
  system: ({ entity }) => [systemOf(entity)],
  tag: ({ entity }) => listOf(entity['tags']),
  template: ({ entity }) => listOf(entity.sourceInfo.template?.id),
  variant: ({ entity }) => listOf(entity['variant']),
  variantOrigin: ({ entity }) => listOf(entity['variantOrigin']),
  assignees: ({ entity }) => listOf(entity['assignees']),
  submittedFrom: ({ entity }) => listOf(entity.sourceInfo.submissionField?.parentEntityId),
  archived: ({ entity }) => [entity.archived === true ? 'TRUE' : 'FALSE'],
  hasTrigger: ({ entity }) => [entity['hasTrigger'] === true ? 'TRUE' : 'FALSE'],
  kind: ({ entity }) => [entity.kind],
  status: ({ entity }) => [entity.status],
}

/** `[<instant>_<instant>]`; a null leaves that side open. */
function isBetween(at: string, wanted: string): boolean {
  const [from, to] = wanted.replace(/^\[|\]$/g, '').split('_') as [string, string | undefined]
  const open = (end: string | undefined): boolean => end === undefined || end === 'null' || end === ''
  return (open(from) || Date.parse(from) <= Date.parse(at)) && (open(to) || Date.parse(at) <= Date.parse(to!))
}

/** A list matches when one of its entries does. */
function compare(value: unknown, wanted: Comparison): boolean {
  if (Array.isArray(value)) return value.some((entry) => compare(entry, wanted))
  if (value === null || value === undefined) return false
  if (typeof value === 'object')
    return wanted.operator === '=' && wanted.value === `ref(${String((value as { id?: unknown }).id)})`
  const [left, right] =
    typeof value === 'number' ? [value, Number(wanted.value)] : ([String(value), wanted.value] as [string, string])
  switch (wanted.operator) {
    case '=':
      return left === right
    case '>':
      return left > right
    case '<':
      return left < right
    case '>=':
      return left >= right
    case '<=':
      return left <= right
  }
}
