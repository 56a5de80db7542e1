import type { OperationResult, OperationContext, OperationSteps } from '../../behaviour/operations.ts'
import type { Item } from '../../behaviour/outcome.ts'

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
  const most = Number(context.query.get('limit') ?? 10)
  const results = KINDS.filter(([type]) => wanted === null || wanted === type)
    .flatMap(([type, collection]) => context.items.list(collection).map((item) => found(item, type)))
    .map((result) => ({ result, rank: rank(result, q) }))
    .filter(({ rank: place }) => place > 0)
    .sort((left, right) => left.rank - right.rank)
    .slice(0, most)
    .map(({ result }) => result)
  return { item: { results } }
}

function found(item: Item, entity_type: string): Item {
  return { id: item['id'], entity_type, name: item['name'] ?? item['title'], description: item['description'] ?? null }
}

function rank({ id, name, description }: Item, q: string): number {
  const text = String(name).toLowerCase()
  if (String(id).toLowerCase() === q || text.startsWith(q)) return 1
  if (text.includes(q)) return 2
  return String(description ?? '')
    .toLowerCase()
    .includes(q)
    ? 3
    : 0
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
  const words = (context.query.get('q') ?? '')
    .toLowerCase()
    .split(/\W+/)
    .filter((word) => word !== '')
  const most = Number(context.query.get('limit') ?? 8)
  const results = PAGES.map(([doc_slug, title, snippet]) => {
    const hits = words.filter((word) => `${title.toLowerCase()} ${snippet}`.includes(word)).length
    const highlight = hits === 0 ? null : snippet
    return { doc_slug, title, snippet, highlight, anchor: null, score: words.length === 0 ? 0 : hits / words.length }
  })
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .slice(0, most)
  return { item: { results } }
}
