/* Code since the entries of a bank are only seen in sums. */
import type { Item, OperationContext } from '../../kit.ts'
import { isoSeconds, listOf, mean, textOf } from '../../kit.ts'
import { inWindow } from '../common.ts'

/** What a bank remembers, oldest first. */
export function entriesOf(context: OperationContext, bank: Item): Item[] {
  return context.items.list('memoryEntries').filter((entry) => entry['memory_bank_id'] === bank['id'])
}

/** Counts, spreads and what is most frequent, of the entries in the window that the query asks for. */
export function statsOf(context: OperationContext, bank: Item): Item {
  const entries = entriesOf(context, bank).filter((entry) => inWindow(context, textOf(entry, 'created_at')))
  const tokens = entries.map((entry) => Math.ceil(textOf(entry, 'text').length / 4))
  const ages = entries.map((entry) => (context.now - Date.parse(textOf(entry, 'created_at'))) / 86_400_000)
  const keys = counts(entries.map((entry) => textOf(entry, 'conversation_key') || textOf(entry, 'group_key')))
  return {
    memory_bank_id: bank['id'],
    as_of: isoSeconds(context.now),
    total_entries: entries.length,
    total_tokens: tokens.reduce((sum, count) => sum + count, 0),
    total_keys: keys.length,
    tokens: spread(tokens),
    age_days: spread(ages),
    entries_per_key: spread(keys.map(({ count }) => count)),
    top_conversation_keys: top(entries, 'conversation_key'),
    top_group_keys: top(entries, 'group_key'),
    top_speakers: top(entries, 'speaker'),
    top_tags: counts(entries.flatMap((entry) => listOf(entry, 'tags'))).slice(0, MOST),
  }
}

function spread(numbers: readonly number[]): Item {
  const sorted = numbers.toSorted((left, right) => left - right)
  const avg = mean(numbers)
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null
  return { avg: rounded(avg), p95: rounded(p95), min: rounded(sorted[0] ?? null), max: rounded(sorted.at(-1) ?? null) }
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100
}

function top(entries: readonly Item[], field: string) {
  return counts(entries.map((entry) => textOf(entry, field))).slice(0, MOST)
}

/** How many of the most frequent are shown. */
const MOST = 10

/** How often each text comes, the most frequent first. */
function counts(texts: readonly string[]) {
  const known = new Map<string, number>()
  for (const text of texts) if (text !== '') known.set(text, (known.get(text) ?? 0) + 1)
  return [...known].map(([value, count]) => ({ value, count })).sort((left, right) => right.count - left.count)
}
