/* Vendor code because a base shows its sources as they are, and is used by the steps of agents. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, bodyOf, listOf, textOf } from '../../kit.ts'
import { stepsOf } from '../agents/workflow.ts'
import { checkPayment, givenIn, updates } from '../common.ts'

const shown: OperationSteps = { body: (context, body) => showBase(context, body as Item) }

/** Values that clear a setting, by field. */
const NONE = { default_score_threshold: -1, default_top_k: 0, default_top_n: 0 }
const CLEARS: Item = { ...NONE, reranker_model: '', description: '' }

export const knowledge: Readonly<Record<string, OperationSteps>> = {
  listKnowledgeBases: { list: (context, next) => next().map((base) => showBase(context, base)) },
  getKnowledgeBase: shown,
  createKnowledgeBase: { validate: after(checkSources), handle: createBase, ...shown },
  updateKnowledgeBase: {
    validate: after(checkSources),
    handle: updates('knowledgeBases', 'knowledgeBase', CLEARS),
    ...shown,
  },
  deleteKnowledgeBase: { guard: after(checkUsers) },
}

function sourceOf(context: OperationContext, id: string): Item | undefined {
  return context.items.get('sources', id)
}

/** Shows the current sources; deleted ones are left out. */
function showBase(context: OperationContext, base: Item): Item {
  const item = context.items.get('knowledgeBases', String(base['id'])) ?? base
  const sources = listOf(item, 'source_ids').flatMap((id) => {
    const source = sourceOf(context, id)
    if (!source) return []
    const { name, source_type, polling = null } = source
    return [{ id, name, source_type, polling, url: source['url'] ?? '' }]
  })
  return { ...base, sources }
}

/** Explains which sources of a base are missing. */
export function missingSource(context: OperationContext, ids: readonly string[]): string | undefined {
  const missing = ids.find((id) => !sourceOf(context, id))
  return missing === undefined ? undefined : `source_ids: there is no source "${missing}"`
}

function checkSources(context: OperationContext): Refused | undefined {
  const reason = missingSource(context, listOf(bodyOf(context), 'source_ids'))
  return reason === undefined ? undefined : context.refuse('UnprocessableEntity#input', reason)
}

function createBase(context: OperationContext): OperationResult | Refused {
  return checkPayment(context) ?? { item: context.items.create('knowledgeBases', givenIn(bodyOf(context))) }
}

/** Why a base cannot be deleted: the agents whose workflow names it. */
export function usedByAgents(context: OperationContext, id: string): string | undefined {
  const users = context.items
    .list('agents')
    .filter((agent) => stepsOf(agent['definition']).some(({ step }) => step['knowledge_base_id'] === id))
  return users.length === 0 ? undefined : `it is used by ${users.map((agent) => textOf(agent, 'name')).join(', ')}`
}

function checkUsers(context: OperationContext): Refused | undefined {
  const reason = usedByAgents(context, context.params['knowledge_base_id']!)
  return reason === undefined ? undefined : context.refuse('Conflict#used', reason)
}
