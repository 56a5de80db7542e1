/* Vendor code because results are ranked, over several collections at once and over words of pages. */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../kit.ts'
import { contains, firstOf, wordsOf } from '../kit.ts'

export const search: Readonly<Record<string, OperationSteps>> = {
  search: { handle: searchAll },
  searchDocs: { handle: searchDocs },
}

/** The searched collections, with their types in results. */
const KINDS: ReadonlyArray<readonly [type: string, collection: string]> = [
  ['agent', 'agents'],
  ['knowledge_base', 'knowledgeBases'],
  ['source_connection', 'sources'],
  ['solution', 'solutions'],
  ['memory_bank', 'memoryBanks'],
  ['alert', 'alerts'],
  ['api_key', 'apiKeys'],
  ['governance_policy', 'policies'],
  ['mcp_client', 'mcpClients'],
]

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** The start of a name ranks above the rest of it, and that above a description; an id must match exactly. */
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
  if (UUID.test(q)) return String(id).toLowerCase() === q ? 1 : 0
  const text = String(name).toLowerCase()
  if (text.startsWith(q)) return 1
  if (text.includes(q)) return 2
  return contains(q, [description]) ? 3 : 0
}

/** A page of the documentation: its summary, and its sections with their sentences. */
interface Page {
  readonly slug: string
  readonly title: string
  readonly summary: string
  readonly sections: ReadonlyArray<readonly [anchor: string | null, ...sentences: string[]]>
}

const PAGES: readonly Page[] = [
  {
    slug: 'api-introduction',
    title: 'API Introduction',
    summary: 'Authentication, errors, pagination, rate limits and webhooks of the REST API.',
    sections: [
      ['authentication', 'A request carries an API key or an access token.'],
      ['rate-limits', 'Wait as long as Retry-After says after a 429.'],
      ['webhooks', 'A webhook tells your server that a run has completed.'],
    ],
  },
  {
    slug: 'agents',
    title: 'Agents',
    summary: 'Workflows of steps, their triggers and runs.',
    sections: [
      [null, 'An agent runs the steps of its workflow in order.', 'A trigger starts a run by mail or by the clock.'],
    ],
  },
  {
    slug: 'agent-streaming',
    title: 'Agent streaming',
    summary: 'Runs as a stream of events.',
    sections: [[null, 'A stream begins with init and ends with done.']],
  },
  {
    slug: 'sources',
    title: 'Sources',
    summary: 'Feeds, websites and content stores.',
    sections: [
      ['uploads', 'A file is uploaded to a content store, read, and cut into chunks.'],
      ['exports', 'An export writes the contents of a source to a file.'],
    ],
  },
  {
    slug: 'memory-banks',
    title: 'Memory banks',
    summary: 'What agents remember, and for how long.',
    sections: [['compaction', 'Compaction sums up the oldest entries of a memory bank.']],
  },
  {
    slug: 'governance',
    title: 'Governance',
    summary: 'Policies that flag or block what goes in and out.',
    sections: [[null, 'A policy flags or blocks an input or an output.']],
  },
  {
    slug: 'model-lifecycle',
    title: 'Model lifecycle',
    summary: 'Deprecation, sunset, automatic upgrade and rollback of models.',
    sections: [[null, 'A deprecated model works until its sunset.']],
  },
]

/** The vendor's own pages, the same for all accounts: matched by title and summary, or by their sections. */
function searchDocs(context: OperationContext): OperationResult {
  const words = wordsOf(context.query.get('q') ?? '')
  const byMeaning = context.query.get('mode') === 'semantic'
  const results = PAGES.flatMap((page) => (byMeaning ? sectionsOf(page, words) : [summaryOf(page, words)]))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
  return { item: { results: firstOf(context, results, 'limit', 8) } }
}

/** One result, as the vendor shows it. */
interface Result {
  readonly doc_slug: string
  readonly title: string
  readonly snippet: string
  readonly highlight: string | null
  readonly anchor: string | null
  readonly score: number
}

function summaryOf({ slug, title, summary }: Page, words: readonly string[]): Result {
  const text = `${title} ${summary}`
  const hits = words.filter((word) => contains(word, [text])).length
  return { doc_slug: slug, title, snippet: summary, highlight: null, anchor: null, score: share(hits, words) }
}

/** Words with the same beginning count as similar; each section is ranked by its best sentence. */
function sectionsOf({ slug, title, sections }: Page, words: readonly string[]): Result[] {
  return sections.map(([anchor, ...sentences]) => {
    const scores = sentences.map((sentence) => {
      const stems = wordsOf(`${title} ${sentence}`).map(stemOf)
      return share(words.filter((word) => stems.includes(stemOf(word))).length, words)
    })
    const score = Math.max(...scores)
    const highlight = sentences[scores.indexOf(score)]!
    return { doc_slug: slug, title, snippet: sentences.join(' '), highlight, anchor, score }
  })
}

function stemOf(word: string): string {
  return word.slice(0, 5).replace(/s$/, '')
}

function share(hits: number, words: readonly string[]): number {
  return words.length === 0 ? 0 : hits / words.length
}
