/* Code since presets, exports and migrations are worked out from the contents of a source. */
import type { Item, JobView, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, asText, attachment, bodyOf, encodeText, isRefused, own, uuid } from '../../kit.ts'
import { change, checkPayment, saidIn } from '../common.ts'
import { contentsOf, readContent } from './contents.ts'

export const sources: Readonly<Record<string, OperationSteps>> = {
  createSource: { handle: createSource },
  updateSource: { guard: after(checkManaged), handle: updateSource },
  createSourceExport: { handle: createExport },
  estimateSourceExport: { handle: estimate },
  downloadSourceExport: { handle: download },
  getSourceEmbeddingMigration: { handle: latestMigration },
  startSourceEmbeddingMigration: {
    guard: after(checkMigration),
    handle: startMigration,
  },
  cancelSourceEmbeddingMigration: { handle: cancelMigration },
}

/** Dimensions, chunk size and overlap of each mode. */
const PRESETS: Readonly<Record<string, Item>> = {
  fast_and_cheap: { dimensions: 256, chunk_size: 3000, chunk_overlap: 500 },
  balanced: { dimensions: 384, chunk_size: 1500, chunk_overlap: 300 },
  slow_and_thorough: { dimensions: 1024, chunk_size: 1000, chunk_overlap: 200 },
}

function createSource(context: OperationContext): OperationResult | Refused {
  const refused = checkPayment(context)
  if (refused) return refused
  const { url_id: _, ...fields } = saidIn(bodyOf(context), 'url')
  // An older name for a quick index of files.
  const isOld = fields['source_type'] === 'file_uploads'
  const source_type = isOld ? 'custom_index' : fields['source_type']
  const index_mode = fields['index_mode'] ?? (isOld ? 'fast_and_cheap' : 'balanced')
  const preset = own(PRESETS, asText(index_mode)) ?? {}
  const item = { embedding_model: 'text-embedding-3-small', ...preset, ...fields, source_type, index_mode }
  return { item: context.items.create('sources', item) }
}

/** Of a source that the system manages only the retention can be changed. */
function checkManaged(context: OperationContext): Refused | undefined {
  if (context.item('source')!['system_managed'] !== true) return undefined
  const others = Object.keys(saidIn(bodyOf(context))).filter((name) => name !== 'retention_days')
  return others.length === 0 ? undefined : context.refuse('Forbidden#system', `it cannot change ${others.join(', ')}`)
}

/** A retention of -1 changes nothing, null is without end. */
function updateSource(context: OperationContext): OperationResult {
  const body = bodyOf(context)
  const { retention_days: days } = body
  const retention = days === undefined || days === -1 ? {} : { retention: days }
  return {
    item: change(context, 'sources', context.item('source')!, {
      ...saidIn(body, 'retention_days', 'url'),
      ...retention,
    }),
  }
}

/** Bytes that one document takes in a file. */
const BYTES_EACH = 200

function sizeOf(context: OperationContext): { readonly count: number; readonly size: number } {
  const count = contentsOf(context, context.params['source_connection_id']!).length
  return { count, size: count * BYTES_EACH }
}

function estimate(context: OperationContext): OperationResult {
  return {
    item: { source_connection_id: context.params['source_connection_id'], estimated_size_bytes: sizeOf(context).size },
  }
}

function createExport(context: OperationContext): OperationResult {
  const { format, date_from = null, date_to = null, metadata_filter = null, query_filter = null } = bodyOf(context)
  const { count, size } = sizeOf(context)
  const asked = { format, date_from, date_to, metadata_filter, query_filter }
  const source_connection_id = context.params['source_connection_id']!
  return {
    item: context.jobs.start('export', { source_connection_id, ...asked, estimated_size_bytes: size, count, size })
      .item,
  }
}

const FILES: Readonly<Record<string, string>> = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
  zip: 'application/zip',
}

/** The file, as far as it is text; of the two binary formats only the first bytes are right. */
function download(context: OperationContext): OperationResult {
  const id = context.params['export_id']!
  const { item } = context.jobs.get('export', id)!
  const format = String(item['format'])
  const rows = contentsOf(context, context.params['source_connection_id']!).map((content) => {
    const { title, text } = readContent(context, content.id, content.item)
    return { id: content.id, title, text }
  })
  const type = FILES[format] ?? 'application/json'
  const headers = [['content-type', type] as const, attachment(`export-${id}.${format}`)]
  return { bytes: encodeText(fileOf(format, rows)), headers }
}

function fileOf(format: string, rows: readonly Item[]): string {
  switch (format) {
    case 'csv':
      return ['id,title,text', ...rows.map((row) => Object.values(row).map(cell).join(','))].join('\r\n')
    case 'parquet':
      return 'PAR1PAR1'
    case 'zip':
      // An archive with nothing in it.
      return `PK\u0005\u0006${'\0'.repeat(18)}`
    default:
      return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  }
}

function cell(value: unknown): string {
  return `"${String(value ?? '').replaceAll('"', '""')}"`
}

function migrationsOf(context: OperationContext): JobView[] {
  const id = context.params['source_connection_id']
  return context.jobs.list('migration').filter(({ item }) => item['source_connection_id'] === id)
}

const ACTIVE = new Set(['pending', 'running', 'switching'])

/** The answer is null where there never was one. */
function latestMigration(context: OperationContext): OperationResult {
  const [latest] = migrationsOf(context)
  return { item: latest?.item ?? null }
}

function checkMigration(context: OperationContext): Refused | undefined {
  const source = context.item('source')!
  if (migrationsOf(context).some(({ state }) => ACTIVE.has(state)))
    return context.refuse('Conflict#active', 'another migration of the source has not ended')
  const { target_embedding_model: model, target_dimensions: dimensions } = bodyOf(context)
  const { model: before, dimensions: size } = embeddingOf(context, source)
  return model === before && dimensions === size
    ? context.refuse('Conflict#same', `the source has ${String(model)} with ${String(dimensions)} dimensions`)
    : undefined
}

/** What the last completed migration has switched to, else what the source began with. */
function embeddingOf(
  context: OperationContext,
  source: Item,
): { readonly model: unknown; readonly dimensions: unknown } {
  const done = migrationsOf(context).find(({ state }) => state === 'completed')?.item
  return {
    model: done?.['target_embedding_model'] ?? source['embedding_model'],
    dimensions: done?.['target_dimensions'] ?? source['dimensions'],
  }
}

function startMigration(context: OperationContext): OperationResult {
  const { target_embedding_model, target_dimensions, notification_recipients = null } = bodyOf(context)
  const source_connection_id = context.params['source_connection_id']!
  const { count } = sizeOf(context)
  const asked = { target_embedding_model, target_dimensions, notification_recipients }
  const ends = { old: source_connection_id, new: uuid(context), count }
  return { item: context.jobs.start('migration', { source_connection_id, ...asked, ...ends }).item }
}

function cancelMigration(context: OperationContext): OperationResult | Refused {
  const [latest] = migrationsOf(context)
  if (!latest) return context.refuse('Conflict#idle', 'the source was never migrated')
  const moved = context.jobs.move('migration', latest.id, 'cancel', 'Conflict#idle')
  return isRefused(moved) ? moved : { item: moved.item }
}
