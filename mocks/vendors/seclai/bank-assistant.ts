/*
 * Vendor code because a configuration is proposed from the words of the request, and earlier ones are shown oldest
 * first.
 */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../kit.ts'
import { bodyOf, isRecord, numberOf, textOf, uuid } from '../kit.ts'
import { nameFor, givenIn } from './common.ts'

const suggesting: OperationSteps = { handle: suggest }
const history: OperationSteps = { handle: readHistory }

export const bankAssistant: Readonly<Record<string, OperationSteps>> = {
  aiAssistantMemoryBank: suggesting,
  generateMemoryBankConfig: suggesting,
  getAiAssistantMemoryBankHistory: history,
  getMemoryBankAiLastConversation: history,
}

const MODES = new Set(['fast_and_cheap', 'balanced', 'slow_and_thorough', 'custom'])
const TYPES = new Set(['conversation', 'general'])

/** A refined configuration keeps everything but its description. */
function suggest(context: OperationContext): OperationResult {
  const body = bodyOf(context)
  const user_input = textOf(body, 'user_input')
  const fresh = {
    name: nameFor(user_input),
    description: user_input,
    type: /\b(?:facts?|notes?|knowledge)\b/i.test(user_input) ? 'general' : 'conversation',
    mode: 'balanced',
    retention_days: 90,
    max_age_days: 90,
    max_turns: null,
    max_size_tokens: null,
    compaction_prompt: null,
  }
  const config = { ...fresh, ...keptOf(body['current_config'], fresh), description: user_input }
  const note = `Keeps what is said for ${config.retention_days} days.`
  const conversation_id = uuid(context)
  const turn = { user_input, ai_note: note, resulting_config: config }
  context.items.create('suggestions', { conversation_id, kind: 'memory_bank', ...turn })
  return { item: { conversation_id, config, note, success: true, prompt_call_id: uuid(context), example_prompts: [] } }
}

/** Fields of a configuration that a bank accepts. */
function keptOf(current: unknown, fresh: Item): Item {
  if (!isRecord(current)) return {}
  const fits = (name: string, value: unknown): boolean => {
    if (name === 'mode') return MODES.has(String(value))
    if (name === 'type') return TYPES.has(String(value))
    return /^(?:max_|retention_)/.test(name) ? Number.isInteger(value) : typeof value === 'string'
  }
  return Object.fromEntries(
    Object.entries(givenIn(current)).filter(([name, value]) => Object.hasOwn(fresh, name) && fits(name, value)),
  )
}

/** The last turns, oldest first; `offset` skips the newest. */
function readHistory(context: OperationContext): OperationResult {
  const newestFirst = context.items.list('suggestions').filter((entry) => entry['kind'] === 'memory_bank')
  const from = numberOf(context, 'offset', 0)
  const turns = newestFirst.slice(from, from + numberOf(context, 'limit', 5)).reverse()
  const [last] = newestFirst
  const shown = { accepted: last?.['accepted'] ?? null, ai_note: last?.['ai_note'] ?? null }
  const user_input = last?.['user_input'] ?? null
  return { item: { ...shown, user_input, turns: turns.map(showTurn), total: newestFirst.length } }
}

function showTurn({ conversation_id, user_input, ai_note, resulting_config, accepted }: Item): Item {
  return { conversation_id, user_input, ai_note, resulting_config, accepted }
}
