/* Vendor code because a duplicate upload returns the existing content, and a content shows windows of its text. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, isRefused, numberOf, textOf } from '../../kit.ts'
import { isMultimodal } from './make-source.ts'
import { migrated } from './migrations.ts'
import { contentsOf, readContent } from './stored-contents.ts'
import { type Accepted, type File, FOR_CONTENT, FOR_INPUT, INLINE, readFile } from './uploads.ts'

export const contents: Readonly<Record<string, OperationSteps>> = {
  uploadAgentInput: { handle: uploadInput },
  uploadFileToSource: { handle: (context) => addContent(context, FOR_CONTENT) },
  uploadInlineTextToSource: { handle: (context) => addContent(context, INLINE) },
  uploadFileToContent: { resolve: after(checkSource), handle: (context) => replaceContent(context, FOR_CONTENT) },
  replaceContentWithInlineText: { resolve: after(checkSource), handle: (context) => replaceContent(context, INLINE) },
  getContentDetail: { resolve: after(checkSource), body: (context, body) => showContent(context, body as Item) },
  deleteContent: { resolve: after(checkSource), handle: deleteContent },
}

/** Audio and video are processed later; everything else at once. */
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

/** A file that the source already has is not stored twice: the answer names the existing one. */
function addContent(context: OperationContext, accepted: Accepted): OperationResult | Refused {
  const file = readFile(context, accepted)
  if (isRefused(file)) return file
  const source = context.params['source_connection_id']!
  const embedder_warning = warningOf(context, source, file)
  const twin = contentsOf(context, source).find(({ id, item }) => isSame(readContent(context, id, item), file))
  if (twin) {
    const found = { status: 'duplicate', content_version_id: null, embedder_warning }
    return { item: { ...receipt(file, twin.id), ...found } }
  }
  const content = context.jobs.start('content', { source_connection_id: source, ...fieldsOf(file) })
  recount(context, source)
  return { item: { ...receipt(file, content.id), embedder_warning } }
}

/** A text model sees only extracted text of images, audio and video. */
function warningOf(context: OperationContext, id: string, { text, type }: File): string | null {
  const { embedding_model } = migrated(context, context.items.get('sources', id)!)
  if (text !== null || isMultimodal(embedding_model)) return null
  return `${String(embedding_model)} embeds texts alone: of ${type}, only what OCR or a transcription finds is indexed.`
}

/** Initial contents have only their text. */
function isSame(item: Item, file: File): boolean {
  if (item['filename'] !== file.filename) return false
  return item['digest'] === undefined ? item['text'] === file.text : item['digest'] === file.digest
}

function replaceContent(context: OperationContext, accepted: Accepted): OperationResult | Refused {
  const file = readFile(context, accepted)
  if (isRefused(file)) return file
  const id = context.params['source_connection_content_version']!
  const moved = context.jobs.move('content', id, 'replace', 'UnprocessableEntity#input')
  if (isRefused(moved)) return moved
  // A job keeps its initial fields; a replacement is stored beside it.
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

/** A content and its version are the same here, so that either id finds it. */
function receipt({ filename }: File, id: string): Item {
  return { status: 'uploaded', filename, content_version_id: id, source_connection_content_version_id: id }
}

function fieldsOf({ filename, type, text, digest, title, metadata }: File): Item {
  return { filename, content_type: type, text, digest, title, metadata: [metadata] }
}

function recount(context: OperationContext, id: string): void {
  const source = context.items.get('sources', id)
  if (source) context.items.put('sources', id, { ...source, content_count: contentsOf(context, id).length })
}

/** The contents of a deleted source are deleted too. */
export function checkSource(context: OperationContext): Refused | undefined {
  const source = textOf(context.item('content'), 'source_connection_id')
  return context.items.get('sources', source) ? undefined : context.refuse('NotFound#item', 'its source was deleted')
}

function showContent(context: OperationContext, body: Item): Item {
  const id = context.params['source_connection_content_version']!
  const content = readContent(context, id, context.item('content')!)
  const source = context.items.get('sources', textOf(content, 'source_connection_id'))!
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
    source_name: source['name'],
    source_type: source['source_type'],
    title: content['title'] ?? null,
    description: null,
    metadata: content['metadata'] ?? null,
    content_type: type,
    content_type_display: type.split('/').at(-1)!.toUpperCase(),
    content_url: addressOf(source, content, id),
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

/** Pulled content has the URL of its site, uploaded content one at the vendor. */
function addressOf(source: Item, content: Item, id: string): string {
  const site = textOf(source, 'url')
  if (source['source_type'] === 'custom_index' || !URL.canParse(site)) return `https://api.seclai.com/contents/${id}`
  return new URL(`/${encodeURIComponent(textOf(content, 'filename'))}`, site).href
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
