/*
 * Vendor code because a plan is generated from the words of the request, and changes several items when it is accepted.
 */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../kit.ts'
import { bodyOf, encodeText, listOf, textOf, uuid } from '../kit.ts'
import { type ActionType, deletionFor, execute, linkTo, type Made, proposalsFor } from './plan-actions.ts'

const source = proposes('create_source')
const knowledgeBase = proposes('create_knowledge_base')
const solution = proposes('create_source', 'create_knowledge_base', 'create_agent')
const deciding: OperationSteps = { resolve: resolvePlan, handle: acceptPlan }

export const plans: Readonly<Record<string, OperationSteps>> = {
  aiAssistantSource: source,
  aiAssistantKnowledgeBase: knowledgeBase,
  aiAssistantSolution: solution,
  generateSolutionAiSource: source,
  generateSolutionAiKnowledgeBase: knowledgeBase,
  generateSolutionAiPlan: solution,
  acceptAiAssistantPlan: deciding,
  acceptSolutionAiPlan: deciding,
  declineAiAssistantPlan: { resolve: resolvePlan, handle: declinePlan },
  declineSolutionAiPlan: { resolve: resolvePlan, handle: declinePlan },
  markSolutionConversationTurn: { handle: markTurn },
}

function proposes(...types: readonly ActionType[]): OperationSteps {
  return { handle: (context) => answer(context, propose(context, types)) }
}

/** A plan; nothing is created yet. A request to delete gives a plan that requires confirmation. */
function propose(context: OperationContext, types: readonly ActionType[]): Item {
  const user_input = textOf(bodyOf(context), 'user_input')
  const solution_id = context.params['solution_id'] ?? null
  const proposed_actions = /\b(?:delete|remove|clean up)\b/i.test(user_input)
    ? deletionFor(context, types)
    : proposalsFor(context, types, user_input)
  const note = `${proposed_actions.length} ${proposed_actions.length === 1 ? 'step' : 'steps'} for: ${user_input}`
  const conversation_id = uuid(context)
  const kind = solution_id === null ? 'standalone' : 'solution'
  context.items.create('plans', { conversation_id, kind, solution_id, user_input, note, proposed_actions })
  if (solution_id !== null) {
    const turn = { user_input, ai_response: note, actions_taken: { proposed_actions } }
    context.items.create('solutionTurns', { id: conversation_id, solution_id, ...turn })
  }
  const requires_delete_confirmation = proposed_actions.some(isDestructive)
  const plan = { conversation_id, note, proposed_actions, requires_delete_confirmation }
  return { ...plan, success: proposed_actions.length > 0, example_prompts: [] }
}

function isDestructive(action: Item): boolean {
  return action['is_destructive'] === true
}

const STREAM = 'text/event-stream'

/** The plan at once, or as the last event of a stream for clients that request one. */
function answer(context: OperationContext, plan: Item): OperationResult {
  const offers = context.operation === 'aiAssistantSolution' || context.operation === 'generateSolutionAiPlan'
  if (!offers || !context.headers['accept']?.toLowerCase().includes(STREAM)) return { item: plan }
  const status = { conversation_id: plan['conversation_id'], message: 'The plan is being made.' }
  const events = [
    `event: status\ndata: ${JSON.stringify(status)}\n\n`,
    `event: done\ndata: ${JSON.stringify(plan)}\n\n`,
  ]
  return { bytes: encodeText(events.join('')), headers: [['content-type', STREAM]] }
}

/** A plan is found only by the operations of its kind. */
export function resolvePlan(context: OperationContext, next: () => Refused | undefined): Refused | undefined {
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
  if (isConfirmed !== true && actions.some(isDestructive))
    return context.refuse('BadRequest#confirm', 'an action deletes, and confirm_deletions is not true')
  const made: Made = new Map()
  const executed_actions = actions.map((action) => execute(context, action, made))
  const own = textOf(plan, 'solution_id')
  const solution_id = own === '' ? newSolution(context, solution_name, solution_description) : null
  linkTo(context, solution_id ?? own, made)
  decide(context, textOf(plan, 'conversation_id'), true, { executed_actions })
  const error = executed_actions.find((action) => action['success'] !== true)?.['error'] ?? null
  const { conversation_id } = plan
  return { item: { conversation_id, executed_actions, success: error === null, error, solution_id } }
}

function newSolution(context: OperationContext, name: unknown, description: unknown): string | null {
  if (typeof name !== 'string') return null
  return String(context.items.create('solutions', { name, description: description ?? '' })['id'])
}

function declinePlan(context: OperationContext): OperationResult {
  decide(context, textOf(context.item('plan'), 'conversation_id'), false)
  return {}
}

/** A plan and its conversation turn are decided together; either may exist alone. */
function decide(context: OperationContext, id: string, accepted: unknown, taken?: Item): void {
  const plan = context.items.get('plans', id)
  if (plan) context.items.put('plans', id, { ...plan, accepted })
  const turn = context.items.get('solutionTurns', id)
  if (!turn) return
  const known = turn['actions_taken'] as Item | null
  context.items.put('solutionTurns', id, { ...turn, accepted, actions_taken: taken ? { ...known, ...taken } : known })
}

function markTurn(context: OperationContext): OperationResult {
  decide(context, textOf(context.item('solutionTurn'), 'id'), bodyOf(context)['accepted'])
  return {}
}
