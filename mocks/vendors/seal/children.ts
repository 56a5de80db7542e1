/* Vendor code because a new entity has the fields of its type or template. */
import { isoText, isRefused, type Item, type OperationContext, type OperationResult, type Refused } from '../kit.ts'
import type { Entity, Field, Reference } from './entity-record.ts'
import { openSet } from './change-sets.ts'
import { changed, entityOf, findEntity, newId, callerRole, saveEntity, systemOf } from './entity.ts'
import { checkValue } from './field-values.ts'
import { firstTag } from './status-tags.ts'

/** Input for a new instance. */
export interface NewInstance {
  readonly source: Entity
  readonly system: string
  /** Its title; generated from its type's by default. */
  readonly title?: string | undefined
  readonly changeSet?: string | undefined
  readonly values?: Item
  readonly submissionField?: Entity['sourceInfo']['submissionField']
}

/** Creates children through a submission field: returns the parent, with the new references last. */
export function submit(context: OperationContext): OperationResult | Refused {
  const { fieldValuesArray, typeOrTemplateRef } = context.body as Creation
  const { fieldName, field } = fieldOf(context)
  if (field.type !== 'INSTANCE_SUBMISSION')
    return context.refuse('BadRequest#input', `${fieldName} is a ${field.type} field, not one for submissions`)
  const source = sourceOf(context, typeOrTemplateRef ?? (field.config['typeOrTemplateRef'] as Reference | undefined))
  if (isRefused(source)) return source
  const submissionField = { fieldId: field.id, fieldName, parentEntityId: entityOf(context).id }
  return createInto(context, source, fieldValuesArray!, submissionField)
}

/** Creates entities in a reference field: returns the parent. */
export function createFromReference(context: OperationContext): OperationResult | Refused {
  const { numberOfEmptyEntities = 0, fieldValuesArray, typeOrTemplateRef } = context.body as Creation
  const { fieldName, field } = fieldOf(context)
  if (field.type !== 'REFERENCE')
    return context.refuse('BadRequest#input', `${fieldName} is a ${field.type} field, not one of references`)
  const allowed = field.config['allowEntitiesFrom'] as readonly Reference[] | undefined
  const source = sourceOf(context, typeOrTemplateRef ?? allowed?.[0])
  if (isRefused(source)) return source
  const values = fieldValuesArray ?? Array.from({ length: numberOfEmptyEntities }, () => ({}))
  return createInto(context, source, values)
}

/** A new draft with the fields of its type or template. */
export function createInstance(context: OperationContext, birth: NewInstance): Entity | Refused {
  const { source, values = {}, system } = birth
  const type = source.kind === 'TYPE' ? source : source.type && findEntity(context, source.type.ref.id)
  if (!type) return context.refuse('BadRequest#input', `${source.title} has no type`)
  const all = context.items.list('entities') as readonly Entity[]
  const index = String(100 + all.length)
  const siblings = all.filter((entity) => entity.type?.ref.id === type.id).length
  const at = isoText(context.now)
  const title = birth.title ?? `${type.title} #${index}`
  const entity: Entity = {
    schemaVersion: '2.0.0',
    id: newId(context),
    kind: 'INSTANCE',
    title,
    status: 'EDITABLE',
    statusTag: null,
    version: null,
    previousVersion: null,
    type: { ref: { id: type.id } },
    sourceInfo: {
      ...(source.kind === 'TEMPLATE' && { template: { id: source.id, version: source.version } }),
      ...(birth.submissionField && { submissionField: birth.submissionField }),
    },
    metadata: {
      index,
      typeIndex: String(siblings + 1),
      createdAt: at,
      lastUpdatedAt: at,
      createdByRoleId: callerRole(context),
      lastUpdatedByRoleId: callerRole(context),
      editors: [],
    },
    fields: Object.fromEntries(
      Object.entries(source.fields).map(([name, field]) => [
        name,
        { ...field, id: newId(context), value: Object.hasOwn(values, name) ? values[name] : field.value },
      ]),
    ),
    content: contentOf(context, source, type),
    archived: false,
    system,
    changeSet: birth.changeSet ?? openSet(context, title, system).id,
  }
  return saveEntity(context, { ...entity, statusTag: firstTag(context, entity) })
}

interface Creation {
  readonly numberOfEmptyEntities?: number
  readonly fieldValuesArray?: readonly Item[]
  readonly typeOrTemplateRef?: Reference
}

function createInto(
  context: OperationContext,
  source: Entity,
  values: readonly Item[],
  submissionField?: NewInstance['submissionField'],
): OperationResult | Refused {
  const parent = entityOf(context)
  const { fieldName, field } = fieldOf(context)
  const before = Array.isArray(field.value) ? (field.value as readonly Reference[]) : []
  // All values are validated before any instance is created: a refusal has no effect.
  for (const own of values) {
    for (const [name, value] of Object.entries(own)) {
      if (!Object.hasOwn(source.fields, name))
        return context.refuse('BadRequest#input', `${name} is not a field of ${source.title}`)
      const refused = checkValue(context, name, source.fields[name]!, value)
      if (refused) return refused
    }
  }
  if (field.config['allowMultiple'] === false && before.length + values.length > 1)
    return context.refuse('BadRequest#input', `${fieldName} takes one reference`)
  const references: Reference[] = []
  for (const own of values) {
    const { changeSet } = parent
    const child = createInstance(context, { source, system: systemOf(parent), changeSet, values: own, submissionField })
    if (isRefused(child)) return child
    references.push({ id: child.id, version: null })
  }
  const fields = { ...parent.fields, [fieldName]: { ...field, value: [...before, ...references] } }
  return { item: saveEntity(context, changed(context, parent, { fields })) }
}

function fieldOf(context: OperationContext): { readonly fieldName: string; readonly field: Field } {
  const fieldName = context.params['fieldName']!
  return { fieldName, field: entityOf(context).fields[fieldName]! }
}

/** The type or template for new instances. */
function sourceOf(context: OperationContext, reference: Reference | undefined): Entity | Refused {
  const { fieldName } = context.params
  if (!reference) return context.refuse('BadRequest#input', `${fieldName} names no type to create entities of`)
  const source = findEntity(context, reference.id)
  if (source?.kind === 'TYPE' || source?.kind === 'TEMPLATE') return source
  return context.refuse('BadRequest#input', `typeOrTemplateRef ${reference.id} is neither a type nor a template`)
}

/** The body of the template, or an empty one of the type's kind. */
function contentOf(context: OperationContext, source: Entity, type: Entity): NonNullable<Entity['content']> {
  if (source.content) return source.content
  switch (type.contentType) {
    case 'PAGE_CONTENT':
      return { type: 'PAGE_CONTENT', value: { pageContent: [] } }
    case 'SCRIPT_CODE':
      return { type: 'SCRIPT_CODE', value: { scriptCode: '' } }
    case 'FILE':
      return { type: 'FILE', value: { fileId: newId(context) } }
    default:
      return { type: type.contentType ?? 'NONE' }
  }
}
