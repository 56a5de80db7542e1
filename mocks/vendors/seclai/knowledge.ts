import type { OperationResult, OperationContext, OperationSteps } from '../../behaviour/operations.ts'
import type { Item, Refused } from '../../behaviour/outcome.ts'
import { bodyOf, change, checkPayment, listOf, saidIn, textOf } from './common.ts'
import { stepsOf } from './steps.ts'

const shown: OperationSteps = { body: (context, body) => showBase(context, body as Item) }

export const knowledge: Readonly<Record<string, OperationSteps>> = {
  listKnowledgeBases: { list: (context, next) => next().map((base) => showBase(context, base)) },
  getKnowledgeBase: shown,
  createKnowledgeBase: { validate: (context, next) => next() ?? checkSources(context), handle: createBase, ...shown },
  updateKnowledgeBase: { validate: (context, next) => next() ?? checkSources(context), handle: updateBase, ...shown },
  deleteKnowledgeBase: { guard: (context, next) => next() ?? checkUsers(context) },
}

function sourceOf(context: OperationContext, id: string): Item | undefined {
  return context.items.get('sources', id)
}

/** With the sources as they are now; one that was deleted is left out. */
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

function checkSources(context: OperationContext): Refused | undefined {
  const missing = listOf(bodyOf(context), 'source_ids').find((id) => !sourceOf(context, id))
  return missing === undefined
    ? undefined
    : context.refuse('UnprocessableEntity#input', `source_ids: there is no source "${missing}"`)
}

function createBase(context: OperationContext): OperationResult | Refused {
  const refused = checkPayment(context)
  if (refused) return refused
  return { item: context.items.create('knowledgeBases', saidIn(bodyOf(context))) }
}

/** What clears a setting, by field. */
const CLEARS: Item = {
  default_score_threshold: -1,
  default_top_k: 0,
  default_top_n: 0,
  reranker_model: '',
  description: '',
}

function updateBase(context: OperationContext): OperationResult {
  return {
    item: change(context, 'knowledgeBases', context.item('knowledgeBase')!, clearing(saidIn(bodyOf(context)), CLEARS)),
  }
}

/** The fields, null where the value clears. */
export function clearing(fields: Item, clears: Item): Item {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      Object.hasOwn(clears, name) && clears[name] === value ? null : value,
    ]),
  )
}

function checkUsers(context: OperationContext): Refused | undefined {
  const id = context.params['knowledge_base_id']
  const users = context.items
    .list('agents')
    .filter((agent) => stepsOf(agent['definition']).some(({ step }) => step['knowledge_base_id'] === id))
  if (users.length === 0) return undefined
  return context.refuse('Conflict#used', `it is used by ${users.map((agent) => textOf(agent, 'name')).join(', ')}`)
}
