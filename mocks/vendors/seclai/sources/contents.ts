/* Code since an upload that is there already is named, and a content shows windows of its text. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { isRefused, numberOf, textOf } from '../../kit.ts'
import { type Accepted, type File, FOR_CONTENT, FOR_INPUT, INLINE, readFile } from './uploads.ts'

export const contents: Readonly<Record<string, OperationSteps>> = {
  uploadAgentInput: { handle: uploadInput },
  uploadFileToSource: { handle: (context) => addContent(context, FOR_CONTENT) },
  uploadInlineTextToSource: { handle: (context) => addContent(context, INLINE) },
  uploadFileToContent: { handle: (context) => replaceContent(context, FOR_CONTENT) },
  replaceContentWithInlineText: { handle: (context) => replaceContent(context, INLINE) },
  getContentDetail: { body: (context, body) => showContent(context, body as Item) },
  deleteContent: { handle: deleteContent },
  listContentEmbeddings: { list: embeddings },
}

/** Sound and film are read later; everything else at once. */
function uploadInput(context: OperationContext): OperationResult | Refused {
  const file = readFile(context, FOR_INPUT)
  if (isRefused(file)) return file
  const { filename, type, size } = file
  const agent_id = context.params['agent_id']!
  const upload = context.jobs.start('inputUpload', { agent_id, filename, content_type: type, file_size: size })
  if (/^(?:audio|video)\//.test(type)) return { item: upload.item }
  const ready = context.jobs.move('inputUpload', upload.id, 'finish', 'UnprocessableEntity#input')
  return isRefused(ready) ? ready : { item: ready.item }
}

/** A file that the source has already is not taken twice: the answer names the one that is there. */
function addContent(context: OperationContext, accepted: Accepted): OperationResult | Refused {
  const file = readFile(context, accepted)
  if (isRefused(file)) return file
  const source = context.params['source_connection_id']!
  const twin = contentsOf(context, source).find(({ item }) => item['filename'] === file.filename && isSame(item, file))
  if (twin) return { item: { ...receipt(file, twin.id), status: 'duplicate', content_version_id: null } }
  const content = context.jobs.start('content', { source_connection_id: source, ...fieldsOf(file) })
  recount(context, source)
  return { item: receipt(file, content.id) }
}

/** What was there from the start has its text alone. */
function isSame(item: Item, file: File): boolean {
  return item['digest'] === undefined ? item['text'] === file.text : item['digest'] === file.digest
}

function replaceContent(context: OperationContext, accepted: Accepted): OperationResult | Refused {
  const file = readFile(context, accepted)
  if (isRefused(file)) return file
  const id = context.params['source_connection_content_version']!
  const moved = context.jobs.move('content', id, 'replace', 'UnprocessableEntity#input')
  if (isRefused(moved)) return moved
  // A job keeps what it began with; what has replaced it since stands beside it.
  context.items.put('replacements', id, { id, ...fieldsOf(file) })
  return { item: receipt(file, id) }
}

function deleteContent(context: OperationContext): OperationResult | Refused {
  const content = context.item('content')!
  const moved = context.jobs.move(
    'content',
    context.params['source_connection_content_version']!,
    'delete',
    'NotFound#item',
  )
  if (isRefused(moved)) return moved
  recount(context, textOf(content, 'source_connection_id'))
  return {}
}

function receipt(file: File, id: string): Item {
  return {
    status: 'uploaded',
    filename: file.filename,
    content_version_id: `b4${id.slice(2)}`,
    source_connection_content_version_id: id,
  }
}

function fieldsOf({ filename, type, text, digest, title, metadata }: File): Item {
  return { filename, content_type: type, text, digest, title, metadata: [metadata] }
}

/** Contents of a source that are there. */
export function contentsOf(context: OperationContext, source: string) {
  return context.jobs
    .list('content')
    .filter(({ item, state }) => item['source_connection_id'] === source && state !== 'deleted')
}

function recount(context: OperationContext, id: string): void {
  const source = context.items.get('sources', id)
  if (source) context.items.put('sources', id, { ...source, content_count: contentsOf(context, id).length })
}

/** What a content is made of now. */
export function readContent(context: OperationContext, id: string, item: Item): Item {
  return { ...item, ...context.items.get('replacements', id) }
}

function showContent(context: OperationContext, body: Item): Item {
  const id = context.params['source_connection_content_version']!
  const content = readContent(context, id, context.item('content')!)
  const source = context.items.get('sources', textOf(content, 'source_connection_id'))
  const isRead = content['content_status'] === 'completed' && typeof content['text'] === 'string'
  const text = isRead ? textOf(content, 'text') : ''
  const start = Math.min(Math.max(0, numberOf(context, 'start', 0)), text.length)
  const end = Math.min(Math.max(start, numberOf(context, 'end', 5000)), text.length)
  const type = textOf(content, 'content_type')
  return {
    ...body,
    id,
    source_connection_content_version_id: id,
    source_connection_id: content['source_connection_id'],
    source_name: source?.['name'] ?? '',
    source_type: source?.['source_type'] ?? '',
    title: content['title'] ?? null,
    description: null,
    metadata: content['metadata'] ?? null,
    content_type: type,
    content_type_display: type.split('/').at(-1)!.toUpperCase(),
    content_url: `${textOf(source, 'url') || 'https://api.seclai.com/contents/'}${id}`,
    content_duration: null,
    content_duration_display: null,
    content_word_count: isRead ? wordsOf(text).length : null,
    published_at: null,
    text_content: isRead ? text.slice(start, end) : null,
    text_content_start: start,
    text_content_end: end,
    text_content_total_length: text.length,
  }
}

/** One chunk a sentence; the vectors are made up, short, and the same each time. */
function embeddings(context: OperationContext): Item[] {
  const id = context.params['source_connection_content_version']!
  const content = readContent(context, id, context.item('content')!)
  if (content['content_status'] !== 'completed' || typeof content['text'] !== 'string') return []
  const chunks = (content['text'].match(/[^.!?]+[.!?]*\s*/g) ?? []).slice(0, CHUNKS)
  let start = 0
  return chunks.map((text, index) => {
    const from = start
    start += text.length
    const vector = Array.from({ length: 8 }, (_, place) => Number(context.make(UNIT, id, index, place)))
    const key = `${id.slice(0, -4)}${(index + 1).toString(16).padStart(4, '0')}`
    return { id: key, text, text_start: from, text_end: start, vector, batch_size: chunks.length, batch_duration: 0.2 }
  })
}

/** Chunks of one content. */
const CHUNKS = 1000
const UNIT = { type: 'number', minimum: -1, maximum: 1 } as const

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
