/* Vendor code because the entries of a bank are visible only in statistics. */
import type { Item, OperationContext } from '../../kit.ts'
import { isoSeconds, listOf, mean, textOf } from '../../kit.ts'
import { inWindow } from '../common.ts'

/** The current entries of a bank, oldest first. */
export function bankEntries(context: OperationContext, bank: Item): Item[] {
  return storedOf(context, bank).filter(({ created_at, gone_at }) => {
    const isGone = typeof gone_at === 'string' && Date.parse(gone_at) <= context.now
    return !isGone && Date.parse(String(created_at)) <= context.now
  })
}

/** Includes entries that a compaction has removed, or is about to create. */
export function storedOf(context: OperationContext, bank: Item): Item[] {
  return context.items.list('memoryEntries').filter((entry) => entry['memory_bank_id'] === bank['id'])
}

/** Duration of a compaction in ms. */
const COMPACTION = 2000

/**
 * Removes from each partition what exceeds its thresholds, oldest first, effective after two seconds. With a prompt,
 * one entry summarizes the removed ones.
 */
export function compactMemory(context: OperationContext, bank: Item): void {
  const at = isoSeconds(context.now + COMPACTION)
  for (const entries of Map.groupBy(bankEntries(context, bank), partitionOf).values()) {
    const taken = entries.filter((entry, index) => isOver(context, bank, entry, entries.slice(index)))
    for (const entry of taken) context.items.put('memoryEntries', textOf(entry, 'id'), { ...entry, gone_at: at })
    if (taken.length === 0 || !bank['compaction_prompt']) continue
    const text = summaryOf(taken.length)
    const { conversation_key, group_key } = taken[0]!
    const place = { memory_bank_id: bank['id'], conversation_key, group_key }
    context.items.create('memoryEntries', { ...place, speaker: null, tags: [], text, created_at: at })
  }
}

/** The summary of so many compacted entries. */
export function summaryOf(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'} in one sentence.`
}

function partitionOf(entry: Item): string {
  return textOf(entry, 'conversation_key') || textOf(entry, 'group_key')
}

/** @param rest - the entry and those after it */
function isOver(context: OperationContext, bank: Item, entry: Item, rest: readonly Item[]): boolean {
  const most = (name: string): number => (typeof bank[name] === 'number' ? bank[name] : Infinity)
  const tokens = rest.reduce((sum, { text }) => sum + tokensOf(text), 0)
  return (
    rest.length > most('max_turns') || tokens > most('max_size_tokens') || ageOf(context, entry) > most('max_age_days')
  )
}

function tokensOf(text: unknown): number {
  return Math.ceil(String(text).length / 4)
}

/** In days. */
function ageOf(context: OperationContext, entry: Item): number {
  return (context.now - Date.parse(textOf(entry, 'created_at'))) / 86_400_000
}

/** Counts, distributions and most frequent values of the entries in the query's window. */
export function statsOf(context: OperationContext, bank: Item): Item {
  const entries = bankEntries(context, bank).filter((entry) => inWindow(context, textOf(entry, 'created_at')))
  const tokens = entries.map(({ text }) => tokensOf(text))
  const ages = entries.map((entry) => ageOf(context, entry))
  const keys = counts(entries.map(partitionOf))
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

/** Maximum number of most frequent values. */
const MOST = 10

/** The frequency of each text, the most frequent first. */
function counts(texts: readonly string[]) {
  const known = new Map<string, number>()
  for (const text of texts) if (text !== '') known.set(text, (known.get(text) ?? 0) + 1)
  return [...known].map(([value, count]) => ({ value, count })).sort((left, right) => right.count - left.count)
}
