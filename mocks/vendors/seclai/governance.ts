/*
 * Vendor code because a policy plan is generated from the words of the request, and changes policies when it is
 * accepted.
 */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../kit.ts'
import { asText, bodyOf, listOf, numberOf, textOf, uuid } from '../kit.ts'
import { nameFor } from './common.ts'
import { resolvePlan } from './plans.ts'

export const governance: Readonly<Record<string, OperationSteps>> = {
  generateGovernanceAiPlan: { handle: propose },
  listGovernanceAiConversations: { list: conversations },
  acceptGovernanceAiPlan: { resolve: resolvePlan, handle: accept },
}

function propose(context: OperationContext): OperationResult {
  const user_input = textOf(bodyOf(context), 'user_input')
  const proposed_actions = [proposal(context, user_input)]
  const note = `${proposed_actions.length} change of policies for: ${user_input}`
  const conversation_id = uuid(context)
  context.items.create('plans', { conversation_id, kind: 'governance', user_input, note, proposed_actions })
  const plan = { conversation_id, note, proposed_actions, success: true, prompt_call_id: uuid(context) }
  return { item: { ...plan, example_prompts: [] } }
}

const WORDS: ReadonlyArray<readonly [type: string, said: RegExp, text: string]> = [
  ['delete', /\b(?:delete|remove)\b/i, 'Deletes'],
  ['disable', /\b(?:disable|turn off|pause)\b/i, 'Disables'],
  ['enable', /\b(?:enable|turn on)\b/i, 'Enables'],
  ['update', /\b(?:update|change|raise|lower)\b/i, 'Changes'],
]

/**
 * A change of the policy that the request names, else of the first; a new policy where the request has no word for a
 * change.
 */
function proposal(context: OperationContext, wish: string): Item {
  const policies = context.items.list('policies')
  const named = policies.find(({ name }) => wish.toLowerCase().includes(asText(name).toLowerCase())) ?? policies[0]
  const [action_type, , verb] = WORDS.find(([, said]) => said.test(wish)) ?? []
  if (action_type === undefined || !named) {
    const name = nameFor(wish)
    return { action_type: 'create', description: `Creates the policy "${name}".`, params: { name, action: 'flag' } }
  }
  const change = action_type === 'update' ? { description: wish } : {}
  const description = `${verb} the policy "${textOf(named, 'name')}".`
  return { action_type, description, params: { policy_document_id: named['id'], ...change } }
}

function conversations(context: OperationContext): Item[] {
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

function accept(context: OperationContext): OperationResult {
  const plan = context.item('plan')!
  const { conversation_id } = plan
  context.items.put('plans', String(conversation_id), { ...plan, accepted: true })
  const actions_applied = listOf<Item>(plan, 'proposed_actions').map((action) => apply(context, action))
  const error = actions_applied.find((action) => action['success'] !== true)?.['error'] ?? null
  return { item: { conversation_id, actions_applied, success: error === null, error } }
}

function apply(context: OperationContext, { action_type, description, params }: Item): Item {
  const { policy_document_id, ...fields } = params as Item
  if (action_type === 'create') {
    const policy = context.items.create('policies', fields)
    return { action_type, description, success: true, error: null, policy_id: policy['id'] }
  }
  const id = asText(policy_document_id)
  const policy = context.items.get('policies', id)
  if (!policy)
    return { action_type, description, success: false, error: 'The policy is not there any more.', policy_id: null }
  if (action_type === 'delete') context.items.remove('policies', id)
  else {
    const enabled = action_type === 'update' ? policy['enabled'] : action_type === 'enable'
    context.items.put('policies', id, { ...policy, ...fields, enabled })
  }
  return { action_type, description, success: true, error: null, policy_id: id }
}
