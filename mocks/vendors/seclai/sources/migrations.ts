/* Vendor code because a source has only one migration at a time, which changes the source when it has switched. */
import type { Item, JobView, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, bodyOf, isRefused, textOf, uuid } from '../../kit.ts'
import { contentsOf } from './stored-contents.ts'

export const migrations: Readonly<Record<string, OperationSteps>> = {
  getSourceEmbeddingMigration: { handle: latestMigration },
  startSourceEmbeddingMigration: { guard: after(checkMigration), handle: startMigration },
  cancelSourceEmbeddingMigration: { handle: cancelMigration },
}

function migrationsOf(context: OperationContext, source: unknown): JobView[] {
  return context.jobs.list('migration').filter(({ start }) => start['source_connection_id'] === source)
}

const ACTIVE = new Set(['pending', 'running', 'switching'])

/** The answer is null where there was no migration. */
function latestMigration(context: OperationContext): OperationResult {
  const [latest] = migrationsOf(context, context.params['source_connection_id'])
  return { item: latest?.item ?? null }
}

/** The last migration of a source that has switched it. */
function completedOf(context: OperationContext, source: unknown): Item | undefined {
  return migrationsOf(context, source).find(({ state }) => state === 'completed')?.item
}

/** A source with the changes of its last completed migration. */
export function migrated(context: OperationContext, source: Item): Item {
  const done = completedOf(context, source['id'])
  if (!done) return source
  const { target_embedding_model: embedding_model, target_dimensions: dimensions, chunks } = done
  const [changed, switched] = [textOf(source, 'updated_at'), textOf(done, 'completed_at')]
  const updated_at = changed > switched ? changed : switched
  return { ...source, embedding_model, dimensions, ...(chunks as Item), updated_at }
}

function checkMigration(context: OperationContext): Refused | undefined {
  const source = context.item('source')!
  if (migrationsOf(context, source['id']).some(({ state }) => ACTIVE.has(state)))
    return context.refuse('Conflict#active', 'another migration of the source has not ended')
  const { target_embedding_model: model, target_dimensions: dimensions } = bodyOf(context)
  const { embedding_model, dimensions: size } = migrated(context, source)
  return model === embedding_model && dimensions === size
    ? context.refuse('Conflict#same', `the source has ${String(model)} with ${String(dimensions)} dimensions`)
    : undefined
}

const CHUNKING = [
  'chunk_size',
  'chunk_overlap',
  'chunk_language',
  'chunk_separators',
  'chunk_regex_separators',
] as const

/** Absent or null chunking keeps that of the source. */
function startMigration(context: OperationContext): OperationResult {
  const body = bodyOf(context)
  const source = context.item('source')!
  const source_connection_id = textOf(source, 'id')
  const { target_embedding_model, target_dimensions, notification_recipients = null } = body
  const before = migrated(context, source)
  const chunks = Object.fromEntries(CHUNKING.map((field) => [field, body[field] ?? before[field] ?? null]))
  const asked = { target_embedding_model, target_dimensions, notification_recipients, chunks }
  const old = completedOf(context, source_connection_id)?.['source_id_new'] ?? uuid(context)
  const count = contentsOf(context, source_connection_id).length
  const ends = { old, new: uuid(context), count }
  return { item: context.jobs.start('migration', { source_connection_id, ...asked, ...ends }).item }
}

function cancelMigration(context: OperationContext): OperationResult | Refused {
  const [latest] = migrationsOf(context, context.params['source_connection_id'])
  if (!latest) return context.refuse('Conflict#idle', 'the source was never migrated')
  const moved = context.jobs.move('migration', latest.id, 'cancel', 'Conflict#idle')
  return isRefused(moved) ? moved : { item: moved.item }
}
