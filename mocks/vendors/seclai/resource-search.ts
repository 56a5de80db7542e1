/* Code since results are ranked, over six collections at once and over words of pages. */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../kit.ts'
import { contains, firstOf, wordsOf } from '../kit.ts'

export const search: Readonly<Record<string, OperationSteps>> = {
  search: { handle: searchAll },
  searchDocs: { handle: searchDocs },
}

/** What is searched, by the type under which it is shown. */
const KINDS: ReadonlyArray<readonly [type: string, collection: string]> = [
  ['agent', 'agents'],
  ['knowledge_base', 'knowledgeBases'],
  ['source_connection', 'sources'],
  ['solution', 'solutions'],
  ['memory_bank', 'memoryBanks'],
  ['alert', 'alerts'],
]

/** The beginning of a name goes before the rest of it, and that before a description; an id fits as a whole. */
function searchAll(context: OperationContext): OperationResult {
  const q = (context.query.get('q') ?? '').toLowerCase()
  const wanted = context.query.get('entity_type')
  const results = KINDS.filter(([type]) => wanted === null || wanted === type)
    .flatMap(([type, collection]) => context.items.list(collection).map((item) => found(item, type)))
    .map((result) => ({ result, rank: rank(result, q) }))
    .filter(({ rank: place }) => place > 0)
    .sort((left, right) => left.rank - right.rank)
    .map(({ result }) => result)
  return { item: { results: firstOf(context, results, 'limit', 10) } }
}

function found(item: Item, entity_type: string): Item {
  return { id: item['id'], entity_type, name: item['name'] ?? item['title'], description: item['description'] ?? null }
}

function rank({ id, name, description }: Item, q: string): number {
  const text = String(name).toLowerCase()
  if (String(id).toLowerCase() === q || text.startsWith(q)) return 1
  if (text.includes(q)) return 2
  return contains(q, [description]) ? 3 : 0
}

const PAGES = [
  ['api-introduction', 'API Introduction', 'authentication rate limits pagination webhooks errors'],
  ['agents', 'Agents', 'agents triggers steps runs'],
  ['agent-streaming', 'Agent streaming', 'runs stream events tokens'],
  ['sources', 'Sources', 'sources content uploads exports'],
  ['memory-banks', 'Memory banks', 'memory banks compaction retention'],
  ['governance', 'Governance', 'governance policies blocked flagged'],
  ['model-lifecycle', 'Model lifecycle', 'models deprecated sunset upgrade rollback'],
] as const

/** The vendor's own pages, the same for all accounts. */
function searchDocs(context: OperationContext): OperationResult {
  const words = wordsOf(context.query.get('q') ?? '')
  const results = PAGES.map(([doc_slug, title, snippet]) => {
    const hits = words.filter((word) => `${title.toLowerCase()} ${snippet}`.includes(word)).length
    const highlight = hits === 0 ? null : snippet
    return { doc_slug, title, snippet, highlight, anchor: null, score: words.length === 0 ? 0 : hits / words.length }
  })
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
  return { item: { results: firstOf(context, results, 'limit', 8) } }
}
