/* Vendor code because an export is a file with the results of its filters. */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../../kit.ts'
import { attachment, bodyOf, contains, encodeText, isRecord, listOf, textOf } from '../../kit.ts'
import { contentsOf, readContent } from './stored-contents.ts'
import { parquetOf } from './write-parquet.ts'
import { zipOf } from './write-zip.ts'

export const exports: Readonly<Record<string, OperationSteps>> = {
  createSourceExport: { handle: createExport },
  estimateSourceExport: { handle: estimate },
  downloadSourceExport: { handle: download },
}

/** One content in an export file. */
interface Row {
  readonly id: string
  readonly title: string | null
  readonly created_at: string
  readonly metadata: readonly Item[] | null
  readonly text: string | null
}

/** The contents of the source that pass the request's filters. */
function rowsOf(context: OperationContext): Row[] {
  const { date_from, date_to, metadata_filter, query_filter } = bodyOf(context)
  const [from, to] = [instantOf(date_from, -Infinity), instantOf(date_to, Infinity)]
  return contentsOf(context, context.params['source_connection_id']!)
    .map(({ id, item }) => ({ id, content: readContent(context, id, item) }))
    .filter(({ content }) => {
      const at = Date.parse(textOf(content, 'pulled_at'))
      if (at < from || at > to) return false
      if (typeof query_filter === 'string' && !contains(query_filter, [content['title']])) return false
      return !isRecord(metadata_filter) || listOf(content, 'metadata').some((entry) => holds(entry, metadata_filter))
    })
    .map(({ id, content }) => ({
      id,
      title: (content['title'] ?? null) as string | null,
      created_at: textOf(content, 'pulled_at'),
      metadata: (content['metadata'] ?? null) as readonly Item[] | null,
      text: (content['text'] ?? null) as string | null,
    }))
}

function instantOf(value: unknown, fallback: number): number {
  return typeof value === 'string' ? Date.parse(value) : fallback
}

/** Containment as in PostgreSQL's JSONB: all of `part` is in `whole`. Metadata are texts, so that 2 is in "2". */
function holds(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && part.every((entry) => whole.some((own) => holds(own, entry)))
  if (isRecord(part)) return isRecord(whole) && Object.entries(part).every(([name, value]) => holds(whole[name], value))
  return !isRecord(whole) && !Array.isArray(whole) && whole !== undefined && String(whole) === String(part)
}

function estimate(context: OperationContext): OperationResult {
  const size = fileOf(bodyOf(context)['format'], rowsOf(context)).length
  return { item: { source_connection_id: context.params['source_connection_id'], estimated_size_bytes: size } }
}

/** The file is fixed when the export begins; later additions are in the next export. */
function createExport(context: OperationContext): OperationResult {
  const { format, date_from = null, date_to = null, metadata_filter = null, query_filter = null } = bodyOf(context)
  const rows = rowsOf(context)
  const size = fileOf(format, rows).length
  const asked = { format, date_from, date_to, metadata_filter, query_filter }
  const source_connection_id = context.params['source_connection_id']!
  const file = { estimated_size_bytes: size, count: rows.length, size, rows }
  return { item: context.jobs.start('export', { source_connection_id, ...asked, ...file }).item }
}

const TYPES: Readonly<Record<string, string>> = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
  zip: 'application/zip',
}

function download(context: OperationContext): OperationResult {
  const id = context.params['export_id']!
  const { item } = context.jobs.get('export', id)!
  const format = textOf(item, 'format')
  const headers = [['content-type', TYPES[format]!] as const, attachment(`export-${id}.${format}`)]
  return { bytes: fileOf(format, listOf<Row>(item, 'rows')), headers }
}

function fileOf(format: unknown, rows: readonly Row[]): Uint8Array {
  switch (format) {
    case 'csv':
      return encodeText([COLUMNS, ...rows.map(cellsOf)].map((row) => `${row.map(quoted).join(',')}\r\n`).join(''))
    case 'parquet':
      return parquetOf(COLUMNS, rows.map(cellsOf))
    case 'zip':
      return zipOf(rows.map((row) => ({ name: `${row.id}.json`, bytes: encodeText(JSON.stringify(row)) })))
    default:
      return encodeText(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }
}

const COLUMNS = ['id', 'title', 'created_at', 'metadata', 'text'] as const

function cellsOf({ id, title, created_at, metadata, text }: Row): string[] {
  return [id, title ?? '', created_at, metadata === null ? '' : JSON.stringify(metadata), text ?? '']
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
