/* Vendor code because the status tags of an entity are those of its template. */
import type { Item, OperationContext, Refused } from '../kit.ts'
import type { Entity, StatusTag } from './entity-record.ts'

interface Group {
  readonly statuses?: readonly StatusTag[]
  readonly defaultStatus?: string
}

/** The tag with a text, among those that the template or type has for entities of this state. */
export function tagFor(context: OperationContext, entity: Entity, text: string): StatusTag | Refused {
  const groups = groupsOf(context, entity)
  if (groups.length === 0) return { text, intent: 'none' }
  const side = entity.status === 'FINISHED' ? 'finished' : 'editable'
  const tags = groups.filter(([name]) => name.startsWith(side)).flatMap(([, group]) => group.statuses ?? [])
  const known = tags.map((tag) => tag.text).join(', ')
  return (
    tags.find((tag) => tag.text === text) ??
    context.refuse('BadRequest#input', `statusTag must be one of ${known === '' ? 'none' : known}`)
  )
}

/** The tag of a new entity. */
export function firstTag(context: OperationContext, entity: Entity): StatusTag | null {
  return defaultTag(groupsOf(context, entity), 'editableFirst') ?? null
}

/** The tag after publishing: the default of its template, else its current one. */
export function finishedTag(context: OperationContext, entity: Entity): StatusTag | null {
  const name = entity.previousVersion === null ? 'finishedFirst' : 'finishedSubsequent'
  return defaultTag(groupsOf(context, entity), name) ?? entity.statusTag ?? null
}

function defaultTag(groups: ReadonlyArray<readonly [string, Group]>, name: string): StatusTag | undefined {
  const group =
    groups.find(([own]) => own === name)?.[1] ??
    groups.find(([own]) => own === name.replace('Subsequent', 'First'))?.[1]
  return group?.statuses?.find((tag) => tag.text === group.defaultStatus)
}

/** Template before type. */
function groupsOf(context: OperationContext, entity: Entity): ReadonlyArray<readonly [string, Group]> {
  for (const id of [entity.sourceInfo.template?.id, entity.type?.ref.id]) {
    // The stored template, since its current status does not affect its instances.
    const source = id === undefined ? undefined : (context.items.get('entities', id) as Entity | undefined)
    const groups = source?.instanceConfig?.['customStatusGroup'] as Item | undefined
    if (groups) return Object.entries(groups) as Array<[string, Group]>
  }
  return []
}
