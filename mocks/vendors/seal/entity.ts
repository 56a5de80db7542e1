/* Vendor code because an entity lives in a system, and its status follows its change set. */
import { isoText, type Item, type OperationContext, own, type Refused } from '../kit.ts'
import { finishedTag } from './status-tags.ts'
import type { Reference, Entity } from './entity-record.ts'

/** Reads the current entity: its status follows its change set. */
export function findEntity(context: OperationContext, id: string): Entity | undefined {
  const row = context.items.get('entities', id)
  return row && live(context, row as Entity)
}

export function listEntities(context: OperationContext): Entity[] {
  return context.items.list('entities').map((row) => live(context, row as Entity))
}

export function saveEntity(context: OperationContext, entity: Entity): Entity {
  return context.items.put('entities', entity.id, entity) as Entity
}

/** A changed copy, with the time and role of the change. */
export function changed(context: OperationContext, entity: Entity, changes: Partial<Entity>): Entity {
  const lastUpdatedAt = isoText(context.now)
  const metadata = { ...entity.metadata, lastUpdatedAt, lastUpdatedByRoleId: callerRole(context) }
  return { ...entity, ...changes, metadata }
}

/** Finds the entity in the path, and the field, if given: the caller must have access to its system. */
export function resolveEntity(context: OperationContext, id: string): Refused | undefined {
  const wanted = context.query.get('system') ?? undefined
  if (wanted !== undefined && !canSee(context, wanted))
    return context.refuse('Forbidden#permission', `the key has no permission in the system "${wanted}"`)
  const entity = findEntity(context, id)
  if (!entity) return context.refuse('NotFound#entity', `no entity "${id}"`)
  const system = systemOf(entity)
  if (!canSee(context, system))
    return context.refuse('NotFound#entity', `the entity is in the system "${system}", which the key cannot see`)
  if (wanted !== undefined && wanted !== system)
    return context.refuse('NotFound#entity', `the entity is in the system "${system}", not in "${wanted}"`)
  const { fieldName } = context.params
  if (fieldName !== undefined && !Object.hasOwn(entity.fields, fieldName))
    return context.refuse('NotFound#field', `the entity has no field "${fieldName}"`)
  context.resolve('entity', id, () => findEntity(context, id)!)
  return undefined
}

/** The current state of the entity that *resolve* found. */
export function entityOf(context: OperationContext): Entity {
  return context.item('entity') as Entity
}

/** The next version of a published entity: whole numbers. */
function nextVersion(previous: string | null): string {
  return previous === null ? '1' : String(Math.floor(Number(previous)) + 1)
}

/** A stored version; undefined where there is none, or no longer is. */
export function entityVersion(entity: Entity, version: string): Entity | undefined {
  if (entity.version === version) return entity
  const published = entity.published ?? {}
  return Object.hasOwn(published, version) ? published[version] : undefined
}

/** The version in force: the last published one. */
export function activeVersion(entity: Entity): Entity | undefined {
  if (entity.version !== null) return entity
  return Object.values(entity.published ?? {}).at(-1)
}

export function referTo(entity: Entity): Reference {
  return { id: entity.id, version: entity.version }
}

/** The title of its type; types have none. */
export function typeOf(context: OperationContext, entity: Entity): Entity | undefined {
  return entity.type && findEntity(context, entity.type.ref.id)
}

export function systemOf(entity: Entity): string {
  return entity.system ?? 'main'
}

/** The system of a request. */
export function workingSystem(context: OperationContext): string {
  const { system, permissions } = context.account?.settings ?? {}
  return context.query.get('system') ?? String(system ?? Object.keys((permissions ?? {}) as object)[0] ?? 'main')
}

export function canSee(context: OperationContext, system: string): boolean {
  const permissions = context.account?.settings['permissions']
  if (permissions === null || typeof permissions !== 'object') return true
  return (own(permissions as Item, system) ?? null) !== null
}

/** The role with which a key writes. */
export function callerRole(context: OperationContext): string {
  return String(context.account?.settings['role'] ?? '50000000-0000-4000-8000-000000000002')
}

export function newId(context: OperationContext): string {
  const digits = context.hex(32)
  const part = (from: number, to: number): string => digits.slice(from, to)
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`
}

function live(context: OperationContext, row: Entity): Entity {
  if (row.changeSet === undefined || row.status === 'FINISHED') return row
  const set = context.jobs.get('changeSet', row.changeSet)
  switch (set?.state) {
    case 'checking':
      return { ...row, status: 'IN_VALIDATION' }
    case 'reviewing':
      return { ...row, status: 'IN_REVIEW' }
    case 'checks-failed':
    case 'rejected':
      return { ...row, status: 'EDITABLE' }
    case 'closed': {
      const metadata = { ...row.metadata, lastUpdatedAt: isoText(set.since) }
      const version = nextVersion(row.previousVersion)
      return { ...row, status: 'FINISHED', version, statusTag: finishedTag(context, row), metadata }
    }
    default:
      return row
  }
}
