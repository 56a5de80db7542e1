/* Vendor code because a bank stores its entries in its own source, and the steps of agents use it. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, asText, bodyOf, textOf } from '../../kit.ts'
import { stepsOf } from '../agents/workflow.ts'
import { change, givenIn, updates } from '../common.ts'
import { addSource, DEFAULT_MODEL, presetOf } from './make-source.ts'
import { compactMemory, bankEntries, statsOf, storedOf, summaryOf } from './memory-entries.ts'

/** Values that clear a setting, by field. */
const NONE = { retention_days: 0, max_age_days: 0, max_turns: 0, max_size_tokens: 0 }
const CLEARS: Item = { ...NONE, compaction_prompt: '', description: '' }

export const memory: Readonly<Record<string, OperationSteps>> = {
  createMemoryBank: { handle: createBank },
  updateMemoryBank: { handle: updateBank },
  deleteMemoryBank: { handle: deleteBank },
  compactMemoryBank: { handle: compactBank },
  deleteMemoryBankSource: { handle: deleteSource },
  getAgentsUsingMemoryBank: { list: usersOf },
  getMemoryBankStats: { handle: (context) => ({ item: statsOf(context, context.item('memoryBank')!) }) },
  testMemoryBankCompaction: { guard: after(checkCompaction), handle: testCompaction },
  testCompactionPromptStandalone: { guard: after(checkCompaction), handle: testCompaction },
}

/** The settings of mode `balanced` for a bank; other modes are those of a source. */
const BALANCED = { dimensions: 512 }

const CUSTOM_ONLY = ['embedding_model', 'dimensions', 'chunk_size', 'chunk_overlap'] as const

/** A bank accepts the caller's embedding only in mode `custom`. The system manages its source. */
function createBank(context: OperationContext): OperationResult {
  const body = bodyOf(context)
  const { mode = 'fast_and_cheap', retention_days: retention = 30, name } = body
  const given = mode === 'custom' ? givenIn(body) : {}
  const preset: Item = { embedding_model: DEFAULT_MODEL, ...presetOf(mode), ...(mode === 'balanced' && BALANCED) }
  const embedding = Object.fromEntries(CUSTOM_ONLY.map((field) => [field, given[field] ?? preset[field]]))
  const kind = { source_type: 'custom_index', index_mode: 'custom', readonly: true, system_managed: true }
  const source = addSource(context, { name, retention, ...embedding, ...kind })
  const item = { ...givenIn(body), retention_days: retention, ...embedding, source_connection_id: source['id'] }
  return { item: context.items.create('memoryBanks', item) }
}

/** The retention of a bank is that of its source. */
function updateBank(context: OperationContext): OperationResult {
  const result = updates('memoryBanks', 'memoryBank', CLEARS)(context)
  const source = context.items.get('sources', textOf(result.item!, 'source_connection_id'))
  const retention = result.item!['retention_days']
  if (source && source['retention'] !== retention) change(context, 'sources', source, { retention })
  return result
}

function removeSource(context: OperationContext, bank: Item): void {
  context.items.remove('sources', textOf(bank, 'source_connection_id'))
  for (const entry of storedOf(context, bank)) context.items.remove('memoryEntries', textOf(entry, 'id'))
}

/** Deletes its source and its entries too. */
function deleteBank(context: OperationContext): OperationResult {
  const bank = context.item('memoryBank')!
  removeSource(context, bank)
  context.items.remove('memoryBanks', textOf(bank, 'id'))
  return {}
}

/** The next write would create a new source. */
function deleteSource(context: OperationContext): OperationResult {
  const bank = context.item('memoryBank')!
  removeSource(context, bank)
  change(context, 'memoryBanks', bank, { source_connection_id: null })
  return {}
}

/** The answer only confirms that the compaction begins. */
function compactBank(context: OperationContext): OperationResult {
  const bank = context.item('memoryBank')!
  compactMemory(context, bank)
  return { item: { memory_bank_id: bank['id'], status: 'scheduled' } }
}

function usersOf(context: OperationContext): Item[] {
  const { id: bank } = context.item('memoryBank')!
  return context.items
    .list('agents')
    .filter(({ definition }) => stepsOf(definition).some(({ step }) => step['memory_bank_id'] === bank))
    .map(({ id, name }) => ({ agent_id: id, agent_name: name }))
}

/** Compacts samples, else generated entries, else those of the bank. */
function checkCompaction(context: OperationContext): Refused | undefined {
  const { sample_entries, generate_direction, compaction_prompt } = givenIn(bodyOf(context))
  const bank = context.item('memoryBank')
  const refuse = (message: string): Refused => context.refuse('UnprocessableEntity#input', message)
  if (sample_entries !== undefined && generate_direction !== undefined)
    return refuse('Give sample_entries or generate_direction, not both')
  if (!(compaction_prompt ?? bank?.['compaction_prompt']))
    return refuse('compaction_prompt: the memory bank has none either')
  if (sample_entries !== undefined || generate_direction !== undefined) return undefined
  if (!bank) return refuse('Give sample_entries or generate_direction')
  return bankEntries(context, bank).length === 0 ? refuse('The memory bank has no entries') : undefined
}

function testCompaction(context: OperationContext): OperationResult {
  const { sample_entries, generate_direction: direction, entry_count = 5 } = givenIn(bodyOf(context))
  const generated = direction !== undefined
  const entries = generated
    ? Array.from({ length: Number(entry_count) }, (_, index) => `Entry ${index + 1} of: ${asText(direction)}`)
    : ((sample_entries as readonly string[] | undefined) ?? textsOf(context))
  const half = Math.ceil(entries.length / 2)
  return {
    item: {
      original_entries: entries,
      surviving_entries: entries.slice(half),
      compaction_summary: summaryOf(half),
      generated,
      evaluation: { score: 4, verdict: 'pass', reasoning: 'The names are still there.' },
    },
  }
}

function textsOf(context: OperationContext): string[] {
  return bankEntries(context, context.item('memoryBank')!).map((entry) => textOf(entry, 'text'))
}
