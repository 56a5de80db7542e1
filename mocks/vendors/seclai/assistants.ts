/* Vendor code because the steps of an agent are proposed from the words of the request. */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../kit.ts'
import { bodyOf, uuid } from '../kit.ts'

export const assistants: Readonly<Record<string, OperationSteps>> = {
  getAgentAiConversationHistory: { body: (_, body) => oldestFirst(body as Item) },
  generateAgentSteps: { handle: suggestSteps },
  generateStepConfig: { handle: suggestStep },
  submitAiFeedback: {
    handle: (context) => ({ item: { feedback_id: uuid(context), flagged: false, flag_reason: null } }),
  },
}

/** A history has the newest turns, oldest first. */
function oldestFirst(history: Item): Item {
  const turns = Object.entries(history).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.toReversed() : value,
  ])
  return Object.fromEntries(turns) as Item
}

/** A request that cannot be built is answered with a question, and no steps. */
function suggestSteps(context: OperationContext): OperationResult {
  const { user_input, mode, agent_steps } = bodyOf(context)
  const wish = String(user_input)
  const isClear = wish.trim().split(/\s+/).length > 2
  const first = { id: 'first', step_type: 'prompt_call', child_steps: [{ id: 'show', step_type: 'display_result' }] }
  const present = mode === 'modify_workflow' && Array.isArray(agent_steps) ? (agent_steps as readonly Item[]) : []
  // Existing steps stay, and the first one changes.
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
