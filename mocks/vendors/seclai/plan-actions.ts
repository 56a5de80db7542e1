/* The actions of a plan: which are proposed for a request, and what they do when the plan is accepted. */
import type { Item, OperationContext } from '../kit.ts'
import { asText, listOf, own, textOf } from '../kit.ts'
import { change, nameFor, agentLimitReason, missingPayment } from './common.ts'
import { missingSource, usedByAgents } from './sources/knowledge.ts'
import { addSource } from './sources/make-source.ts'

export type ActionType = 'create_source' | 'create_knowledge_base' | 'create_agent'

/** The resources that a plan has created so far, by type. */
export type Made = Map<string, Item>

/** A resource that plans create or delete. */
interface Resource {
  readonly type: string
  readonly noun: string
  /** Field of a solution that links to it. */
  readonly link: string
  /** Runs an action: returns the created or deleted item, or why it failed. */
  readonly run: (context: OperationContext, params: Item, made: Made) => Item | string
}

const SOURCE = { type: 'source_connection', noun: 'source', link: 'source_connection_ids' }
const BASE = { type: 'knowledge_base', noun: 'knowledge base', link: 'knowledge_base_ids' }
const AGENT = { type: 'agent', noun: 'agent', link: 'agent_ids' }

const ACTIONS: Readonly<Record<string, Resource>> = {
  create_source: { ...SOURCE, run: (context, params) => missingPayment(context) ?? addSource(context, params) },
  create_knowledge_base: { ...BASE, run: createBase },
  create_agent: { ...AGENT, run: createAgent },
  delete_source: { ...SOURCE, run: deleteSource },
  delete_knowledge_base: { ...BASE, run: deleteBase },
}

/** The actions proposed for a request: a knowledge base without sources needs a source first. */
export function proposalsFor(context: OperationContext, types: readonly ActionType[], wish: string): Item[] {
  const isBare = types[0] === 'create_knowledge_base' && sourceIds(context).length === 0
  const wanted: readonly ActionType[] = isBare ? ['create_source', ...types] : types
  const name = nameFor(wish)
  const params = {
    create_source: () => ({ name, ...kindOfSource(wish) }),
    create_knowledge_base: () =>
      wanted[0] === 'create_source' ? { name, source_names: [name] } : { name, source_ids: sourceIds(context) },
    create_agent: () => ({ name, trigger_type: 'dynamic_input', knowledge_base_names: [name] }),
  }
  return wanted.map((type) => ({
    action_type: type,
    description: `Creates the ${ACTIONS[type]!.noun} "${name}".`,
    params: params[type](),
    is_destructive: false,
    preview: type === 'create_agent' ? PREVIEW : null,
  }))
}

/** The agent of a plan reads the plan's knowledge base. */
const PREVIEW: Item = {
  steps: [],
  step_count: 0,
  warnings: [],
  skipped: true,
  skipped_reason: 'The agent depends on a knowledge base that this plan creates.',
}

/** A request that contains a URL means a website. */
function kindOfSource(wish: string): Item {
  const address = /https?:\/\/[^\s"'<>]+/.exec(wish)?.[0]
  return address === undefined
    ? { source_type: 'custom_index', index_mode: 'fast_and_cheap' }
    : { source_type: 'website', url_id: address }
}

/** The sources of the solution, else those of the account that the system does not manage. */
function sourceIds(context: OperationContext): readonly string[] {
  const linked = listOf(context.item('solution'), 'source_connection_ids').filter((id) =>
    context.items.get('sources', id),
  )
  return linked.length > 0 ? linked : ownSources(context).map((source) => textOf(source, 'id'))
}

function ownSources(context: OperationContext): Item[] {
  return context.items.list('sources').filter((source) => source['system_managed'] !== true)
}

/** One deletion: of a knowledge base where the request is about those, else of a source. */
export function deletionFor(context: OperationContext, [type]: readonly ActionType[]): Item[] {
  const isBase = type === 'create_knowledge_base'
  const victim = isBase
    ? context.items.list('knowledgeBases').find(({ id }) => usedByAgents(context, String(id)) === undefined)
    : ownSources(context)[0]
  if (!victim) return []
  const [action_type, field] = isBase
    ? ['delete_knowledge_base', 'knowledge_base_id']
    : ['delete_source', 'source_connection_id']
  const description = `Deletes the ${ACTIONS[action_type]!.noun} "${textOf(victim, 'name')}".`
  return [{ action_type, description, params: { [field]: victim['id'] }, is_destructive: true, preview: null }]
}

/** Runs one action and returns its result: a failed action does not stop the others. */
export function execute(context: OperationContext, action: Item, made: Made): Item {
  const { action_type, description } = action
  const resource = own(ACTIONS, asText(action_type))!
  const done = resource.run(context, action['params'] as Item, made)
  const isMade = typeof done !== 'string'
  if (isMade && asText(action_type).startsWith('create_')) made.set(resource.type, done)
  const [resource_id, error] = isMade ? [done['id'], null] : [null, done]
  const outcome = { success: isMade, error, needs_clarification: false }
  return { action_type, description, ...outcome, resource_id, resource_type: resource.type }
}

function createBase(context: OperationContext, params: Item, made: Made): Item | string {
  const { source_names: _, ...fields } = params
  const source_ids = [...listOf(params, 'source_ids'), ...idOf(made, SOURCE.type)]
  if (source_ids.length === 0) return 'source_ids: at least one source is needed'
  const problem = missingPayment(context) ?? missingSource(context, source_ids)
  return problem ?? context.items.create('knowledgeBases', { ...fields, source_ids })
}

function createAgent(context: OperationContext, params: Item, made: Made): Item | string {
  const problem = agentLimitReason(context)
  if (problem !== undefined) return problem
  const { knowledge_base_names: _, ...fields } = params
  const [knowledge_base_id] = idOf(made, BASE.type)
  const model = context.items.list('models').find((entry) => entry['default'] === true)?.['model_id']
  const prompt = { id: 'answer', step_type: 'prompt_call', model }
  const definition = {
    child_steps: [{ id: 'search', step_type: 'retrieval', knowledge_base_id, child_steps: [prompt] }],
  }
  return context.items.create('agents', { ...fields, definition })
}

function idOf(made: Made, type: string): string[] {
  const item = made.get(type)
  return item ? [textOf(item, 'id')] : []
}

function deleteSource(context: OperationContext, params: Item): Item | string {
  const source = context.items.get('sources', textOf(params, 'source_connection_id'))
  if (!source) return 'the source is not there any more'
  if (source['system_managed'] === true) return 'the source is managed by the system'
  context.items.remove('sources', textOf(source, 'id'))
  return source
}

function deleteBase(context: OperationContext, params: Item): Item | string {
  const base = context.items.get('knowledgeBases', textOf(params, 'knowledge_base_id'))
  if (!base) return 'the knowledge base is not there any more'
  const problem = usedByAgents(context, textOf(base, 'id'))
  if (problem !== undefined) return problem
  context.items.remove('knowledgeBases', textOf(base, 'id'))
  return base
}

/** Links created items to a solution, if there is one. */
export function linkTo(context: OperationContext, id: string, made: Made): void {
  for (const { type, link } of [SOURCE, BASE, AGENT]) {
    const solution = context.items.get('solutions', id)
    if (!solution) return
    const ids = [...new Set([...listOf(solution, link), ...idOf(made, type)])]
    if (ids.length > listOf(solution, link).length) change(context, 'solutions', solution, { [link]: ids })
  }
}
