/* Creates sources: for a request, a memory bank or a plan. */
import { asText, type Item, listOf, type OperationContext, own, textOf } from '../../kit.ts'

/** The account's embedding model, which every preset uses. */
export const DEFAULT_MODEL = 'AWS_BEDROCK_AMAZON_NOVA_2_MULTIMODAL'

/** Dimensions, chunk size and overlap of each mode. */
const PRESETS: Readonly<Record<string, Item>> = {
  fast_and_cheap: { dimensions: 256, chunk_size: 3000, chunk_overlap: 500 },
  balanced: { dimensions: 384, chunk_size: 1500, chunk_overlap: 300 },
  slow_and_thorough: { dimensions: 1024, chunk_size: 1000, chunk_overlap: 200 },
}

/** The mode's settings where the caller has none. Absent settings of `custom` are those of the default mode. */
export function presetOf(mode: unknown): Item {
  return own(PRESETS, asText(mode)) ?? PRESETS['fast_and_cheap']!
}

/**
 * Creates a source. The caller checks that the account can pay.
 *
 * @param said - fields of `POST /sources`, without nulls, and fields of the item
 */
export function addSource(context: OperationContext, said: Item): Item {
  const { url_id, media_types, ...fields } = said
  // An older name for a content store of files.
  const source_type = fields['source_type'] === 'file_uploads' ? 'custom_index' : fields['source_type']
  const isStore = source_type === 'custom_index'
  const mode = (isStore ? fields['index_mode'] : undefined) ?? 'fast_and_cheap'
  const settings = { embedding_model: DEFAULT_MODEL, ...presetOf(mode), ...fields, source_type }
  const source = context.items.create('sources', {
    ...settings,
    index_mode: isStore ? mode : null,
    media_types: mediaTypes(media_types, settings.embedding_model),
  })
  const id = textOf(source, 'id')
  const url = isStore ? `https://api.seclai.com/sources/${id}` : addressOf(asText(url_id))
  return context.items.put('sources', id, { ...source, url })
}

/** The URL of a URL record: no operation creates such records, so an id that is a URL counts as one. */
function addressOf(id: string): string {
  return /^https?:\/\//.test(id) && URL.canParse(id) ? id : `https://pages.example/${encodeURIComponent(id)}`
}

/** Whether a model embeds images and video, as the vendor names one. */
export function isMultimodal(model: unknown): boolean {
  return /multimodal/i.test(asText(model))
}

/** The media that the embedder of a source can index; others are dropped. */
export function mediaTypes(asked: unknown, model: unknown): readonly string[] {
  const kinds = listOf({ asked }, 'asked')
  return isMultimodal(model) ? ['images', 'video'].filter((kind) => kinds.includes(kind)) : []
}
