/*
 * Vendor code because a text is cut into chunks as its source says, and a vector has as many numbers as its source has
 * dimensions.
 */
import type { Item, OperationContext, OperationSteps } from '../../kit.ts'
import { after, listOf, random, textOf } from '../../kit.ts'
import { checkSource } from './contents.ts'
import { migrated } from './migrations.ts'
import { readContent } from './stored-contents.ts'

export const embeddings: Readonly<Record<string, OperationSteps>> = {
  listContentEmbeddings: { resolve: after(checkSource), list: listChunks, body: addVectors },
}

/** Maximum chunks of one content, and maximum numbers of one vector. */
const [MOST_CHUNKS, MOST_NUMBERS] = [1000, 4096]

function sourceOf(context: OperationContext): Item {
  const source = context.items.get('sources', textOf(context.item('content'), 'source_connection_id'))
  return migrated(context, source!)
}

/** Each chunk begins at the overlap with the one before. */
function listChunks(context: OperationContext): Item[] {
  const id = context.params['source_connection_content_version']!
  const content = readContent(context, id, context.item('content')!)
  const text = content['content_status'] === 'completed' ? textOf(content, 'text') : ''
  const { chunk_size, chunk_overlap } = sourceOf(context)
  const size = Number(chunk_size ?? 0) || text.length
  const step = Math.max(1, size - Number(chunk_overlap ?? 0))
  const starts: number[] = []
  for (let at = 0; at < text.length && starts.length < MOST_CHUNKS; at += step) {
    starts.push(at)
    if (at + size >= text.length) break
  }
  return starts.map((start, index) => ({
    id: `${id.slice(0, -4)}${(index + 1).toString(16).padStart(4, '0')}`,
    text: text.slice(start, start + size),
    text_start: start,
    text_end: Math.min(start + size, text.length),
    batch_size: starts.length,
    batch_duration: 0.2,
  }))
}

/** The numbers are generated, between -1 and 1, always the same, and only for the chunks of the page. */
function addVectors(context: OperationContext, body: unknown): Item {
  const { embedding_model, dimensions } = sourceOf(context)
  const length = Math.min(Number(dimensions ?? 0), MOST_NUMBERS)
  const data = listOf<Item>(body as Item, 'data').map((chunk) => {
    const numbers = random('vector', String(embedding_model), String(chunk['text']))
    return { ...chunk, vector: Array.from({ length }, () => Math.round(numbers.next() * 20_000 - 10_000) / 10_000) }
  })
  return { ...(body as Item), data }
}
