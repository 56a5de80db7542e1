/* Code since a bank keeps a source of its own, and is used by the steps of agents. */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../../kit.ts'
import { asText, bodyOf, listOf, numberOf, own, textOf } from '../../kit.ts'
import { stepsOf } from '../agents/workflow.ts'
import { updates } from '../common.ts'

/** What clears a setting, by field. */
const NONE = { retention_days: 0, max_age_days: 0, max_turns: 0, max_size_tokens: 0 }
const CLEARS: Item = { ...NONE, compaction_prompt: '', description: '' }

export const memory: Readonly<Record<string, OperationSteps>> = {
  createMemoryBank: { handle: createBank },
  updateMemoryBank: { handle: updates('memoryBanks', 'memoryBank', CLEARS) },
  deleteMemoryBank: { handle: deleteBank },
  getAgentsUsingMemoryBank: { list: usersOf },
  getMemoryBankStats: { handle: stats },
  testMemoryBankCompaction: { handle: testCompaction },
  testCompactionPromptStandalone: { handle: testCompaction },
}

/** Balanced means 512 dimensions here, and 384 for a source. */
const DIMENSIONS: Readonly<Record<string, number>> = { fast_and_cheap: 256, balanced: 512, slow_and_thorough: 1024 }

/** A bank keeps its entries in a source of its own, which the system manages. */
function createBank(context: OperationContext): OperationResult {
  const fields = bodyOf(context)
  const { name, mode = 'fast_and_cheap' } = fields
  const dimensions = own(DIMENSIONS, asText(mode)) ?? fields['dimensions'] ?? null
  const kind = { source_type: 'custom_index', index_mode: 'custom', readonly: true, system_managed: true }
  const source = context.items.create('sources', { name, dimensions, ...kind })
  const item = { ...fields, dimensions, entries: 0, source_connection_id: source['id'] }
  return { item: context.items.create('memoryBanks', item) }
}

/** Its source goes with it. */
function deleteBank(context: OperationContext): OperationResult {
  const bank = context.item('memoryBank')!
  context.items.remove('sources', textOf(bank, 'source_connection_id'))
  context.items.remove('memoryBanks', textOf(bank, 'id'))
  return {}
}

function usersOf(context: OperationContext): Item[] {
  const bank = context.item('memoryBank')!
  const given = new Set(listOf(bank, 'agent_ids'))
  return context.items
    .list('agents')
    .filter(
      ({ id, definition }) =>
        given.has(String(id)) || stepsOf(definition).some(({ step }) => step['memory_bank_id'] === bank['id']),
    )
    .map(({ id, name }) => ({ agent_id: id, agent_name: name }))
}

function stats(context: OperationContext): OperationResult {
  const entries = Number(context.item('memoryBank')!['entries'] ?? 0)
  return { item: { total_entries: entries, total_tokens: entries * 40, days: numberOf(context, 'days', 30) } }
}

function testCompaction(context: OperationContext): OperationResult {
  const { sample_entries: given, entry_count: count = 5 } = bodyOf(context)
  const own = Array.isArray(given) ? (given as string[]) : []
  const entries = own.length > 0 ? own : Array.from({ length: Number(count) }, (_, index) => `Entry ${index + 1}.`)
  const half = Math.ceil(entries.length / 2)
  return {
    item: {
      original_entries: entries,
      surviving_entries: entries.slice(half),
      compaction_summary: `${half} entries in one sentence.`,
      generated: own.length === 0,
      evaluation: { score: 8, verdict: 'good', reasoning: 'The names are still there.' },
    },
  }
}
