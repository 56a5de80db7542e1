/* Vendor code because a change set moves all of its entities, by id or by index. */
import type { Item, JobView, OperationContext, OperationResult, Refused } from '../kit.ts'
import { isRefused } from '../kit.ts'
import type { Entity } from './entity-record.ts'
import {
  canSee,
  changed,
  entityOf,
  findEntity,
  listEntities,
  referTo,
  saveEntity,
  systemOf,
  workingSystem,
} from './entity.ts'

const OPEN = new Set(['open', 'checks-failed', 'rejected'])

/** A change set as answers show it, with its entities. */
function showSet(context: OperationContext, set: JobView): OperationResult {
  const entityRefs = membersOf(context, set.id).map(referTo)
  return { item: { ...set.item, entityRefs } }
}

export function getEntityChangeSet(context: OperationContext): OperationResult | Refused {
  const id = entityOf(context).changeSet
  const set = id === undefined ? undefined : context.jobs.get('changeSet', id)
  return set ? showSet(context, set) : context.refuse('NotFound#changeSet', 'the entity is in no change set')
}

/** Finds the change set of the path, by its id or its index. */
export function resolveSet(context: OperationContext): Refused | undefined {
  const name = context.params['idOrIndex']!
  const set = context.jobs.get('changeSet', name) ?? setByIndex(context, name)
  const system = String(set?.item['system'])
  const wanted = context.query.get('system')
  if (!set || !canSee(context, system) || (wanted !== null && wanted !== system))
    return context.refuse('NotFound#changeSet', `no change set has the id or index "${name}"`)
  context.resolve('changeSet', set.id, () => context.jobs.get('changeSet', set.id)!.item)
  return undefined
}

/** Submits a set for review, or publishes it at once where the request allows that and no entity needs a review. */
export function requestReview(context: OperationContext): OperationResult | Refused {
  const { id } = context.item('changeSet') as { readonly id: string }
  const isDirect = (context.body as Item)['allowDirectPublish'] === true
  const members = membersOf(context, id)
  const verb = isDirect && !members.some((entity) => needsReview(context, entity)) ? 'publish' : 'request'
  const set = context.jobs.move('changeSet', id, verb, 'Conflict#changeSet')
  return isRefused(set) ? set : showSet(context, set)
}

export function createChangeSet(context: OperationContext): OperationResult | Refused {
  const { name, entityIds } = context.body as { readonly name: string; readonly entityIds: readonly string[] }
  const entities: Entity[] = []
  for (const id of entityIds) {
    const entity = findEntity(context, id)
    if (!entity || !canSee(context, systemOf(entity))) return context.refuse('NotFound#entity', `no entity "${id}"`)
    const refused = checkMovable(context, entity)
    if (refused) return refused
    entities.push(entity)
  }
  const set = openSet(context, name, workingSystem(context))
  for (const entity of entities) saveEntity(context, drafted(context, entity, set.id))
  return { ...showSet(context, set), status: 201 }
}

export function addToChangeSet(context: OperationContext): OperationResult | Refused {
  const index = String((context.body as Item)['changeSetIndex'])
  const set = setByIndex(context, index)
  if (!set || !canSee(context, String(set.item['system'])))
    return context.refuse('NotFound#changeSet', `no change set has the index "${index}"`)
  if (!OPEN.has(set.state)) return context.refuse('Conflict#changeSet', `the change set ${index} is ${set.state}`)
  saveEntity(context, drafted(context, entityOf(context), set.id))
  return showSet(context, set)
}

export function makeEditable(context: OperationContext): OperationResult {
  const entity = entityOf(context)
  const set = openSet(context, entity.title, systemOf(entity))
  return { item: saveEntity(context, drafted(context, entity, set.id)) }
}

/** A new set that accepts entities. */
export function openSet(context: OperationContext, name: string, system: string): JobView {
  const last = Math.max(0, ...context.jobs.list('changeSet').map((set) => Number(set.item['index'])))
  return context.jobs.start('changeSet', { index: String(last + 1), name, description: null, system })
}

/** The entity as a draft in a set; its published version is kept beside it. */
function drafted(context: OperationContext, entity: Entity, changeSet: string): Entity {
  if (entity.version === null) return changed(context, entity, { changeSet })
  const { published = {}, ...version } = entity
  return changed(context, entity, {
    changeSet,
    status: 'EDITABLE',
    version: null,
    previousVersion: entity.version,
    published: { ...published, [entity.version]: version as Entity },
  })
}

function checkMovable(context: OperationContext, entity: Entity): Refused | undefined {
  if (entity.status === 'EDITABLE' || entity.status === 'FINISHED') return undefined
  return context.refuse('Conflict#review', `the entity ${entity.id} is ${entity.status}`)
}

function membersOf(context: OperationContext, id: string): Entity[] {
  return listEntities(context).filter((entity) => entity.changeSet === id)
}

function setByIndex(context: OperationContext, index: string): JobView | undefined {
  return context.jobs.list('changeSet').find((set) => set.item['index'] === index)
}

/** Whether its template or type requires a review. */
function needsReview(context: OperationContext, entity: Entity): boolean {
  return [entity.sourceInfo.template?.id, entity.type?.ref.id].some(
    (id) => id !== undefined && findEntity(context, id)?.instanceConfig?.['reviewRequirements'] !== undefined,
  )
}
