/* The one way to make a source: for a request, for a memory bank, for a plan. */
import { asText, type Item, listOf, type OperationContext, own, textOf } from '../../kit.ts'

/** The account's embedding model, which every preset uses. */
export const DEFAULT_MODEL = 'AWS_BEDROCK_AMAZON_NOVA_2_MULTIMODAL'

/** Dimensions, chunk size and overlap of each mode. */
const PRESETS: Readonly<Record<string, Item>> = {
  fast_and_cheap: { dimensions: 256, chunk_size: 3000, chunk_overlap: 500 },
  balanced: { dimensions: 384, chunk_size: 1500, chunk_overlap: 300 },
  slow_and_thorough: { dimensions: 1024, chunk_size: 1000, chunk_overlap: 200 },
}

/** What a mode sets where the caller does not. What a caller of `custom` leaves out is as in the default mode. */
export function presetOf(mode: unknown): Item {
  return own(PRESETS, asText(mode)) ?? PRESETS['fast_and_cheap']!
}

/**
 * Makes a source. Whether the account can pay is checked by the caller.
 *
 * @param said - fields as `POST /sources` takes them, without nulls, and those of the item
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

/** The address behind a URL record: no operation makes such records, so that an id that is an address is one. */
function addressOf(id: string): string {
  return /^https?:\/\//.test(id) && URL.canParse(id) ? id : `https://pages.example/${encodeURIComponent(id)}`
}

/** Whether a model embeds pictures and film; the vendor names one that does. */
export function isMultimodal(model: unknown): boolean {
  return /multimodal/i.test(asText(model))
}

/** The kinds that the embedder of a source can index; others are dropped. */
export function mediaTypes(asked: unknown, model: unknown): readonly string[] {
  const kinds = listOf({ asked }, 'asked')
  return isMultimodal(model) ? ['images', 'video'].filter((kind) => kinds.includes(kind)) : []
}
