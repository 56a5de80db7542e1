/* Vendor code because results are ordered by what an entity refers to, and by fields of any type. */
import { own } from '../kit.ts'
import { systemOf } from './entity.ts'
import type { Viewed } from './search-filters.ts'

export interface Order {
  readonly type: 'root' | 'metadata' | 'field' | 'derived'
  readonly name: string
  readonly direction: 'ASC' | 'DESC'
}

/** Compares by the first order in which two entities differ; empty values come last in both directions. */
export function compareBy(orders: readonly Order[], left: Viewed, right: Viewed): number {
  for (const order of orders) {
    const [a, b] = [keyOf(order, left), keyOf(order, right)]
    if (a === b) continue
    if (a === undefined) return 1
    if (b === undefined) return -1
    return (a < b ? -1 : 1) * (order.direction === 'DESC' ? -1 : 1)
  }
  return 0
}

function keyOf({ type, name }: Order, viewed: Viewed): string | number | undefined {
  const { entity } = viewed
  if (type === 'field') return plain(own(entity.fields, name)?.value)
  return plain(own(READ, name)?.(viewed))
}

const READ: Readonly<Record<string, (viewed: Viewed) => unknown>> = {
  TITLE: ({ entity }) => entity.title,
  TYPE: ({ typeTitle }) => typeTitle,
  TEMPLATED_FROM: ({ entity }) => entity.sourceInfo.template?.id,
  SUBMITTED_FROM: ({ entity }) => entity.sourceInfo.submissionField?.parentEntityId,
  CREATED_FROM: ({ entity }) => entity.sourceInfo.template?.id ?? entity.type?.ref.id,
  LAST_UPDATED_AT_EVENT_ID: ({ entity }) => entity.metadata['lastUpdatedAt'],
  CREATED_AT: ({ entity }) => entity.metadata['createdAt'],
  LAST_UPDATED_AT: ({ entity }) => entity.metadata['lastUpdatedAt'],
  CREATED_BY: ({ entity }) => entity.metadata['createdByRoleId'],
  LAST_UPDATED_BY: ({ entity }) => entity.metadata['lastUpdatedByRoleId'],
  CHANGE_SET: ({ changeSet }) => (changeSet[1] === undefined ? undefined : Number(changeSet[1])),
  SYSTEM: ({ entity }) => systemOf(entity),
}

function plain(value: unknown): string | number | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return Array.isArray(value) && value.length > 0
    ? (plain(value[0]) ?? plain((value[0] as { id?: unknown }).id))
    : undefined
}
