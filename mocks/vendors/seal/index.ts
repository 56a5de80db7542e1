import type { Item, OperationContext, OperationResult, OperationSteps, Operations, Refused } from '../kit.ts'
import { after, isRefused } from '../kit.ts'
import type { Entity } from './entity-record.ts'
import {
  addToChangeSet,
  createChangeSet,
  getEntityChangeSet,
  makeEditable,
  requestReview,
  resolveSet,
} from './change-sets.ts'
import { createFromReference, submit } from './children.ts'
import { search, searchByTitle, searchDrafts } from './entity-search.ts'
import { changed, entityOf, resolveEntity, saveEntity, entityVersion } from './entity.ts'
import { checkValue } from './field-values.ts'
import { deploy, download, putContent, upload } from './file-entities.ts'
import { tagFor } from './status-tags.ts'

const ofEntity: OperationSteps = { resolve: (context) => resolveEntity(context, context.params['entityId']!) }
const ofFile: OperationSteps = { resolve: (context) => resolveEntity(context, context.params['fileEntityId']!) }

/** Seal's vendor code: systems, change sets, fields of types, files, searches. */
export const operations: Operations = {
  searchEntitiesByTitle: { handle: searchByTitle },
  searchEntities: { handle: search },
  searchEntitiesV2: { handle: searchDrafts },
  getEntity: { ...ofEntity, handle: getEntity },
  addField: { ...ofEntity, validate: after(checkNewField) },
  updateFieldValue: { ...ofEntity, validate: after(checkNewValue) },
  deleteField: { ...ofEntity, handle: deleteField },
  updateContent: ofEntity,
  updateStatusTag: { ...ofEntity, handle: updateStatusTag },
  archiveEntity: ofEntity,
  submitToSubmissionField: { ...ofEntity, handle: submit },
  createFromReferenceField: { ...ofEntity, handle: createFromReference },
  getEntityChangeSet: { ...ofEntity, handle: getEntityChangeSet },
  addEntityToChangeSet: { ...ofEntity, handle: addToChangeSet },
  makeEntityEditable: { ...ofEntity, handle: makeEditable },
  createChangeSet: { handle: createChangeSet },
  requestChangeSetReview: { resolve: resolveSet, handle: requestReview },
  uploadFile: { handle: upload },
  downloadFile: { ...ofFile, handle: download },
  putFileContent: { ...ofFile, handle: putContent },
  deployCustomContent: { ...ofEntity, handle: deploy },
  getRoleGroupByName: { handle: getGroup },
}

function getEntity(context: OperationContext): OperationResult | Refused {
  const version = context.query.get('version')
  const item = version === null ? entityOf(context) : entityVersion(entityOf(context), version)
  return item ? { item } : context.refuse('NotFound#version', `there is no version ${version}`)
}

function checkNewField(context: OperationContext): Refused | undefined {
  const { fieldName, type, value, ...config } = context.body as Item & { fieldName: string; type: string }
  return type === 'FORMULA' ? undefined : checkValue(context, fieldName, { type, config }, value)
}

function checkNewValue(context: OperationContext): Refused | undefined {
  const name = context.params['fieldName']!
  return checkValue(context, name, entityOf(context).fields[name]!, (context.body as Item)['value'])
}

function deleteField(context: OperationContext): OperationResult {
  const entity = entityOf(context)
  const fields = Object.fromEntries(
    Object.entries(entity.fields).filter(([name]) => name !== context.params['fieldName']),
  )
  return { item: saveEntity(context, changed(context, entity, { fields })) }
}

function updateStatusTag(context: OperationContext): OperationResult | Refused {
  const entity = entityOf(context)
  const tag = tagFor(context, entity, String((context.body as Item)['statusTag']))
  if (isRefused(tag)) return tag
  return { item: saveEntity(context, changed(context, entity, { statusTag: tag }) satisfies Entity) }
}

function getGroup(context: OperationContext): OperationResult | Refused {
  const name = context.params['groupName']!
  const group = context.items.list('roles').find((role) => role['name'] === name && Array.isArray(role['members']))
  return group ? { item: group } : context.refuse('NotFound#role', `no group is called "${name}"`)
}
