/* Vendor code because a file is the content of an entity, with a checksum and versions. */
import { encodeText, isRefused, type OperationContext, type OperationResult, type Refused } from '../kit.ts'
import type { Entity } from './entity-record.ts'
import { createInstance } from './children.ts'
import { crc32c } from './crc32c.ts'
import {
  canSee,
  changed,
  entityOf,
  listEntities,
  newId,
  saveEntity,
  systemOf,
  entityVersion,
  workingSystem,
} from './entity.ts'
import { zipNames } from './zip.ts'

/** Stores bytes as a new entity of a type that holds files. */
export function upload(context: OperationContext): OperationResult | Refused {
  const bytes = context.body as Uint8Array
  const title = context.query.get('typeTitle')!
  const source = listEntities(context).find(
    (entity) => entity.kind === 'TYPE' && entity.title === title && canSee(context, systemOf(entity)),
  )
  if (!source) return context.refuse('BadRequest#input', `no type has the title "${title}"`)
  if (source.contentType !== 'FILE') return context.refuse('BadRequest#input', `the type "${title}" holds no files`)
  const wanted = context.query.get('crc32cHash')
  // A checksum is computed only on request, since 100 MB take time.
  const sum = wanted === null ? null : String(crc32c(bytes))
  if (wanted !== sum)
    return context.refuse('BadRequest#input', `crc32cHash is ${wanted}, and that of the bytes received is ${sum}`)
  const filename = context.query.get('filename')!
  const entity = createInstance(context, { source, system: workingSystem(context), title: filename })
  if (isRefused(entity)) return entity
  keep(context, entity, filename, bytes)
  return { item: { id: entity.id }, status: context.account?.settings['uploadStatus'] === 200 ? 200 : 201 }
}

/** Stores bytes in an existing entity. */
export function putContent(context: OperationContext): OperationResult | Refused {
  const entity = entityOf(context)
  if (entity.content?.type !== 'FILE') return context.refuse('BadRequest#input', 'the entity holds no file')
  const title = context.query.get('filename')!
  // A new file, so that a previously published version keeps its own.
  const draft = changed(context, entity, { title, content: { type: 'FILE', value: { fileId: newId(context) } } })
  keep(context, draft, title, context.body as Uint8Array)
  return { item: saveEntity(context, draft) }
}

export function download(context: OperationContext): OperationResult | Refused {
  const present = entityOf(context)
  const version = context.query.get('version')
  const entity = version === null ? present : entityVersion(present, version)
  if (!entity) return context.refuse('NotFound#version', `there is no version ${version}`)
  const id = entity.content?.type === 'FILE' ? String(entity.content.value?.['fileId']) : ''
  const file = context.items.get('files', id)
  if (!file) return context.refuse('NotFound#file', 'nothing has been uploaded into the entity')
  const { bytes, text } = file as { readonly bytes?: Uint8Array; readonly text?: string }
  return { bytes: bytes ?? encodeText(text ?? '') }
}

/** Deploys an app for an entity with custom content. */
export function deploy(context: OperationContext): OperationResult | Refused {
  const entity = entityOf(context)
  if (entity.content?.type !== 'CUSTOM') return context.refuse('BadRequest#input', 'the entity has no custom content')
  const names = zipNames(context.body as Uint8Array)
  if (!names) return context.refuse('BadRequest#input', 'the body is not a ZIP archive')
  if (!names.includes('index.html'))
    return context.refuse('BadRequest#input', 'the archive has no index.html at its root')
  saveEntity(context, changed(context, entity, { customContentUploadId: newId(context) }))
  return { item: {} }
}

function keep(context: OperationContext, entity: Entity, filename: string, bytes: Uint8Array): void {
  const id = String(entity.content?.value?.['fileId'])
  context.items.put('files', id, { id, filename, bytes })
}
