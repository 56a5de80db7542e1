/* Code since a plan is made from the words of a wish, and makes several items when it is accepted. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../kit.ts'
import { asText, bodyOf, listOf, numberOf, own, textOf, uuid } from '../kit.ts'

const source: OperationSteps = { handle: (context) => propose(context, ['create_source']) }
const knowledgeBase: OperationSteps = { handle: (context) => propose(context, ['create_knowledge_base']) }
const solution: OperationSteps = {
  handle: (context) => propose(context, ['create_source', 'create_knowledge_base', 'create_agent']),
}
const memoryBank: OperationSteps = { handle: suggestBank }
const history: OperationSteps = { handle: bankHistory }
const deciding: OperationSteps = { resolve: resolvePlan, handle: acceptPlan }

export const assistants: Readonly<Record<string, OperationSteps>> = {
  aiAssistantSource: source,
  aiAssistantKnowledgeBase: knowledgeBase,
  aiAssistantSolution: solution,
  generateSolutionAiSource: source,
  generateSolutionAiKnowledgeBase: knowledgeBase,
  generateSolutionAiPlan: solution,
  acceptAiAssistantPlan: deciding,
  acceptSolutionAiPlan: deciding,
  aiAssistantMemoryBank: memoryBank,
  generateMemoryBankConfig: memoryBank,
  getAiAssistantMemoryBankHistory: history,
  getMemoryBankAiLastConversation: history,
  getAgentAiConversationHistory: { body: (_, body) => oldestFirst(body as Item) },
  generateAgentSteps: { handle: suggestSteps },
  generateStepConfig: { handle: suggestStep },
  submitAiFeedback: {
    handle: (context) => ({ item: { feedback_id: uuid(context), flagged: false, flag_reason: null } }),
  },
  generateGovernanceAiPlan: { handle: proposePolicy },
  listGovernanceAiConversations: { list: policyConversations },
  acceptGovernanceAiPlan: { resolve: resolvePlan, handle: acceptPolicy },
}

/** What the vendor's plans may do, and the words a caller would ask for it with. */
const ACTIONS: Readonly<Record<string, { readonly noun: string; readonly collection: string; readonly fields: Item }>> =
  {
    create_source: { noun: 'source', collection: 'sources', fields: { source_type: 'custom_index' } },
    create_knowledge_base: { noun: 'knowledge base', collection: 'knowledgeBases', fields: { source_ids: [] } },
    create_agent: { noun: 'agent', collection: 'agents', fields: { trigger_type: 'dynamic_input' } },
  }

/** A plan; nothing is made yet. A wish to delete something gives a plan that wants a confirmation. */
function propose(context: OperationContext, types: readonly string[]): OperationResult {
  const wish = textOf(bodyOf(context), 'user_input')
  const name = nameFor(wish)
  const proposed_actions = /\b(?:delete|remove|clean up)\b/i.test(wish)
    ? deletions(context)
    : types.map((type) => creation(type, name))
  const kind = context.params['solution_id'] === undefined ? 'standalone' : 'solution'
  const note = `${proposed_actions.length} ${proposed_actions.length === 1 ? 'step' : 'steps'} for: ${wish}`
  const fields = { kind, solution_id: context.params['solution_id'] ?? null, user_input: wish, note, proposed_actions }
  const plan = context.items.create('plans', { conversation_id: uuid(context), ...fields })
  return {
    item: {
      conversation_id: plan['conversation_id'],
      note,
      proposed_actions,
      requires_delete_confirmation: proposed_actions.some((action) => action['is_destructive'] === true),
      success: true,
      example_prompts: [],
    },
  }
}

function creation(type: string, name: string): Item {
  const { noun, fields } = ACTIONS[type]!
  const description = `Creates the ${noun} "${name}".`
  return { action_type: type, description, params: { name, ...fields }, is_destructive: false, preview: null }
}

function deletions(context: OperationContext): Item[] {
  const victim = context.items.list('sources').find((entry) => entry['system_managed'] !== true)
  if (!victim) return []
  const params = { source_connection_id: victim['id'] }
  const description = `Deletes the source "${textOf(victim, 'name')}".`
  return [{ action_type: 'delete_source', description, params, is_destructive: true, preview: null }]
}

/** The first words of a wish, as a name. */
function nameFor(wish: string): string {
  let words = wish.slice(0, 200).split(/\s+/).slice(0, 4).join(' ')
  while (/[.,!?]$/.test(words)) words = words.slice(0, -1)
  return words === '' ? 'Untitled' : words[0]!.toUpperCase() + words.slice(1)
}

/** A plan is found by the operations of its own kind alone. */
function resolvePlan(context: OperationContext, next: () => Refused | undefined): Refused | undefined {
  const refused = next()
  if (refused) return refused
  const plan = context.item('plan')!
  const isGovernance = context.operation.includes('Governance')
  const solutionId = context.params['solution_id']
  const kind = isGovernance ? 'governance' : solutionId === undefined ? 'standalone' : 'solution'
  const isOwn = plan['kind'] === kind && (solutionId === undefined || plan['solution_id'] === solutionId)
  return isOwn ? undefined : context.refuse('NotFound#item', `the plan is one of kind ${String(plan['kind'])}`)
}

function acceptPlan(context: OperationContext): OperationResult | Refused {
  const plan = context.item('plan')!
  const actions = listOf<Item>(plan, 'proposed_actions')
  const { confirm_deletions: isConfirmed = false, solution_name, solution_description } = bodyOf(context)
  if (isConfirmed !== true && actions.some((action) => action['is_destructive'] === true))
    return context.refuse('BadRequest#confirm', 'an action deletes, and confirm_deletions is not true')
  const executed_actions = actions.map((action) => execute(context, action))
  const made = textOf(plan, 'solution_id') || newSolution(context, solution_name, solution_description)
  if (made !== null) link(context, made, executed_actions)
  context.items.put('plans', String(plan['conversation_id']), { ...plan, accepted: true })
  const { conversation_id } = plan
  return { item: { conversation_id, executed_actions, success: true, error: null, solution_id: made } }
}

function execute(context: OperationContext, action: Item): Item {
  const { action_type, description, params } = action
  const shared = { action_type, description, success: true, error: null, needs_clarification: false }
  const known = own(ACTIONS, asText(action_type))
  if (known) {
    const item = context.items.create(known.collection, params as Item)
    return { ...shared, resource_id: item['id'], resource_type: known.collection }
  }
  const id = textOf(params as Item, 'source_connection_id')
  context.items.remove('sources', id)
  return { ...shared, resource_id: id, resource_type: 'sources' }
}

function newSolution(context: OperationContext, name: unknown, description: unknown): string | null {
  if (typeof name !== 'string') return null
  return String(context.items.create('solutions', { name, description: description ?? '' })['id'])
}

const LINKS: Readonly<Record<string, string>> = {
  agents: 'agent_ids',
  knowledgeBases: 'knowledge_base_ids',
  sources: 'source_connection_ids',
}

function link(context: OperationContext, id: string, executed: readonly Item[]): void {
  for (const { action_type, resource_id, resource_type } of executed) {
    const solutionItem = context.items.get('solutions', id)
    const field = own(LINKS, asText(resource_type))
    if (!solutionItem || field === undefined || !String(action_type).startsWith('create_')) continue
    context.items.put('solutions', id, {
      ...solutionItem,
      [field]: [...listOf(solutionItem, field), String(resource_id)],
    })
  }
}

function suggestBank(context: OperationContext): OperationResult {
  const user_input = textOf(bodyOf(context), 'user_input')
  const config = {
    name: nameFor(user_input),
    description: user_input,
    type: 'conversation',
    mode: 'balanced',
    retention_days: 90,
    max_age_days: 90,
    max_turns: null,
    max_size_tokens: null,
    compaction_prompt: null,
  }
  const note = 'Keeps ninety days of conversations.'
  const conversation_id = uuid(context)
  context.items.create('suggestions', {
    conversation_id,
    kind: 'memory_bank',
    user_input,
    ai_note: note,
    resulting_config: config,
  })
  return { item: { conversation_id, config, note, success: true, prompt_call_id: uuid(context), example_prompts: [] } }
}

function bankHistory(context: OperationContext): OperationResult {
  const all = context.items.list('suggestions').filter((entry) => entry['kind'] === 'memory_bank')
  const from = numberOf(context, 'offset', 0)
  const turns = all.slice(from, from + numberOf(context, 'limit', 5)).map(showTurn)
  const [last] = all
  const shown = { accepted: last?.['accepted'] ?? null, ai_note: last?.['ai_note'] ?? null }
  return { item: { ...shown, user_input: last?.['user_input'] ?? null, turns, total: all.length } }
}

function showTurn({ conversation_id, user_input, ai_note, resulting_config, accepted }: Item): Item {
  return { conversation_id, user_input, ai_note, resulting_config, accepted }
}

/** Of a history the newest turns are cut out, and the oldest of them is shown first. */
function oldestFirst(history: Item): Item {
  const turns = Object.entries(history).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.toReversed() : value,
  ])
  return Object.fromEntries(turns) as Item
}

/** A wish that cannot be built is answered with a question, and no steps. */
function suggestSteps(context: OperationContext): OperationResult {
  const { user_input, mode, agent_steps } = bodyOf(context)
  const wish = String(user_input)
  const isClear = wish.trim().split(/\s+/).length > 2
  const first = { id: 'first', step_type: 'prompt_call', child_steps: [{ id: 'show', step_type: 'display_result' }] }
  const present = mode === 'modify_workflow' && Array.isArray(agent_steps) ? (agent_steps as readonly Item[]) : []
  // What is there already is kept, and its first step changed.
  const changed = present.map((step, index) => (index === 0 ? { ...step, instructions: wish } : step))
  const steps = isClear ? (changed.length > 0 ? changed : [first]) : []
  const ai_note = isClear ? 'One prompt, and its result.' : 'What should come out of it?'
  const conversation_id = uuid(context)
  const agent_id = context.params['agent_id']
  const kept = { conversation_id, agent_id, step_type: 'workflow', step_id: null, user_input, ai_note }
  context.items.create('suggestions', { ...kept, resulting_config: null })
  const intent_assessment = isClear ? 'clear' : 'ambiguous_output'
  return {
    item: {
      conversation_id,
      steps,
      agent_config: null,
      note: ai_note,
      success: isClear,
      intent_assessment,
      example_prompts: [],
    },
  }
}

function suggestStep(context: OperationContext): OperationResult {
  const { user_input, step_type, step_id = null, current_config } = bodyOf(context)
  const resulting_config = { ...(current_config as Item | undefined), instructions: user_input }
  const conversation_id = uuid(context)
  const ai_note = 'The instructions are set.'
  const agent_id = context.params['agent_id']
  const kept = { conversation_id, agent_id, step_type, step_id, user_input, ai_note, resulting_config }
  context.items.create('suggestions', kept)
  return { item: { conversation_id, step_type, resulting_config, note: ai_note, success: true, example_prompts: [] } }
}

function proposePolicy(context: OperationContext): OperationResult {
  const user_input = textOf(bodyOf(context), 'user_input')
  const name = nameFor(user_input)
  const proposed_actions = [
    { action_type: 'create', description: `Creates the policy "${name}".`, params: { name, action: 'flag' } },
  ]
  const note = `A policy that flags: ${user_input}`
  const conversation_id = uuid(context)
  context.items.create('plans', { conversation_id, kind: 'governance', user_input, note, proposed_actions })
  return {
    item: {
      conversation_id,
      note,
      proposed_actions,
      success: true,
      prompt_call_id: uuid(context),
      example_prompts: [],
    },
  }
}

function policyConversations(context: OperationContext): Item[] {
  return context.items
    .list('plans')
    .filter((plan) => plan['kind'] === 'governance')
    .slice(0, numberOf(context, 'limit', 20))
    .map(({ conversation_id, user_input, note, proposed_actions, accepted, created_at }) => ({
      id: conversation_id,
      user_input,
      ai_response: note,
      accepted,
      created_at,
      proposed_actions: { actions: proposed_actions },
    }))
}

function acceptPolicy(context: OperationContext): OperationResult {
  const plan = context.item('plan')!
  context.items.put('plans', String(plan['conversation_id']), { ...plan, accepted: true })
  const actions_applied = listOf<Item>(plan, 'proposed_actions').map(({ action_type, description }) => ({
    action_type,
    description,
    success: true,
    error: null,
    policy_id: `f7${uuid(context).slice(2)}`,
  }))
  return { item: { conversation_id: plan['conversation_id'], actions_applied, success: true, error: null } }
}
