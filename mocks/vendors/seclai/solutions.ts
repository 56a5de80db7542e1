/* Vendor code because a solution shows, under other names, what it links to. */
import { bodyOf, type Item, listOf, type OperationContext, type OperationResult, type OperationSteps } from '../kit.ts'
import { stepsOf } from './agents/workflow.ts'
import { change, updates } from './common.ts'

const shown: OperationSteps = { body: (context, body) => show(context, body as Item) }

const links = (field: string, collection: string): OperationSteps => ({
  ...shown,
  handle: (context) => link(context, field, collection),
})
const unlinks = (field: string): OperationSteps => ({ ...shown, handle: (context) => unlink(context, field) })

export const solutions: Readonly<Record<string, OperationSteps>> = {
  listSolutions: { list: (context, next) => next().map((item) => summarize(context, item)) },
  createSolution: shown,
  getSolution: shown,
  updateSolution: { ...shown, handle: updates('solutions', 'solution') },
  linkAgentsToSolution: links('agent_ids', 'agents'),
  unlinkAgentsFromSolution: unlinks('agent_ids'),
  linkKnowledgeBasesToSolution: links('knowledge_base_ids', 'knowledgeBases'),
  unlinkKnowledgeBasesFromSolution: unlinks('knowledge_base_ids'),
  linkSourceConnectionsToSolution: links('source_connection_ids', 'sources'),
  unlinkSourceConnectionsFromSolution: unlinks('source_connection_ids'),
}

/** Linked items that still exist. */
function linked(context: OperationContext, solution: Item, field: string, collection: string): readonly Item[] {
  return listOf(solution, field).flatMap((id): readonly Item[] => {
    const item = context.items.get(collection, id)
    return item ? [item] : []
  })
}

function show(context: OperationContext, body: Item): Item {
  const solution = context.items.get('solutions', String(body['id'])) ?? body
  const agents = linked(context, solution, 'agent_ids', 'agents').map(({ id, name, definition }) => {
    const used = stepsOf(definition).flatMap(({ step }) => step['knowledge_base_id'] ?? [])
    return { id, name, knowledge_base_ids: [...new Set(used)] }
  })
  const knowledge_bases = linked(context, solution, 'knowledge_base_ids', 'knowledgeBases').map((base) => ({
    id: base['id'],
    name: base['name'],
    source_connection_ids: listOf(base, 'source_ids'),
  }))
  const source_connections = linked(context, solution, 'source_connection_ids', 'sources').map(({ id, name }) => ({
    id,
    name,
  }))
  return { ...body, agents, knowledge_bases, source_connections }
}

function summarize(context: OperationContext, solution: Item): Item {
  return {
    ...solution,
    agent_count: linked(context, solution, 'agent_ids', 'agents').length,
    knowledge_base_count: linked(context, solution, 'knowledge_base_ids', 'knowledgeBases').length,
    memory_bank_count: linked(context, solution, 'memory_bank_ids', 'memoryBanks').length,
    source_connection_count: linked(context, solution, 'source_connection_ids', 'sources').length,
  }
}

/** Skips unknown ids and ids that are already linked. */
function link(context: OperationContext, field: string, collection: string): OperationResult {
  const solution = context.item('solution')!
  const known = listOf(bodyOf(context), 'ids').filter((id) => context.items.get(collection, id))
  const ids = [...new Set([...listOf(solution, field), ...known])]
  return { item: change(context, 'solutions', solution, { [field]: ids }) }
}

function unlink(context: OperationContext, field: string): OperationResult {
  const solution = context.item('solution')!
  const gone = new Set(listOf(bodyOf(context), 'ids'))
  const ids = listOf(solution, field).filter((id) => !gone.has(id))
  return { item: change(context, 'solutions', solution, { [field]: ids }) }
}
