/* Code since agents are imported, exported and called by the steps of other agents. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, asText, attachment, bodyOf, isRecord, listOf, nowOf, textOf, uuid } from '../../kit.ts'
import { change, saidIn } from '../common.ts'
import { errorsOf, placeOf, stepsOf } from './workflow.ts'

export const agents: Readonly<Record<string, OperationSteps>> = {
  createAgent: { validate: after(checkImport), handle: createAgent },
  updateAgent: { validate: after(checkChange), handle: updateAgent },
  previewImportAgent: { validate: after(checkImport), handle: previewImport },
  exportAgent: { handle: exportAgent },
  getAgentCallers: { list: (context) => callersOf(context, context.params['agent_id']!).map(showCaller) },
  disableAgent: { guard: after(checkCallers) },
  updateAgentDefinition: { handle: (context, next) => withUploads(context, next()) },
}

/** Live agents whose workflow calls this one. */
function callersOf(context: OperationContext, id: string): Item[] {
  return context.items
    .list('agents')
    .filter((agent) =>
      stepsOf(agent['definition']).some(({ step }) => step['step_type'] === 'call_agent' && step['agent_id'] === id),
    )
}

function showCaller({ id, name, disabled = false }: Item): Item {
  return { id, name, disabled }
}

function checkCallers(context: OperationContext): Refused | undefined {
  const callers = callersOf(context, context.params['agent_id']!).filter((agent) => agent['disabled'] !== true)
  if (callers.length === 0) return undefined
  return context.refuse('Conflict#callers', `it is called by ${callers.map(({ name }) => asText(name)).join(', ')}`)
}

/** A workflow in the shape of an export; null where the request has none. */
function imported(context: OperationContext): Item | null {
  const definition = bodyOf(context)['agent_definition']
  return definition !== null && typeof definition === 'object' ? (definition as Item) : null
}

function checkImport(context: OperationContext): Refused | undefined {
  const source = imported(context)
  if (!source) return undefined
  const agent = source['agent'] as Item | undefined
  const errors =
    agent === null || typeof agent !== 'object'
      ? [{ path: 'agent', message: 'The export has no agent.' }]
      : [...notTexts(agent), ...errorsOf(agent['definition'])]
  if (errors.length === 0) return undefined
  const placed = errors.map(({ path, message }) => ({ ...placeOf(source, path), path, message }))
  return context.refuse('InvalidDefinition#definition', errors[0]!.message, {
    errors: placed,
    source: JSON.stringify(source, null, 2),
  })
}

function notTexts(agent: Item): Array<{ readonly path: string; readonly message: string }> {
  const wrong = ['name', 'description'].filter((name) => !isTextOrNothing(agent[name]))
  return wrong.map((name) => ({ path: `agent.${name}`, message: `The ${name} is no text.` }))
}

function isTextOrNothing(value: unknown): boolean {
  return typeof value === 'string' || value === undefined || value === null
}

function createAgent(context: OperationContext): OperationResult | Refused {
  const limit = Number(context.readAccount('agent_limit'))
  if (context.items.list('agents').length >= limit)
    return context.refuse('PaymentRequired#plan', `the plan allows ${limit} agents`)
  const { agent_definition: _, agent_template: template, entity_remap: __, ...fields } = saidIn(bodyOf(context))
  const source = imported(context)?.['agent'] as Item | undefined
  const definition = source?.['definition'] ?? { child_steps: templateSteps(template) }
  const item = context.items.create('agents', { ...fields, definition, ...uploadsOf(definition) })
  return { item: { ...item, import_warnings: source ? [] : null } }
}

/** What a template starts with: one step that fits its name. */
function templateSteps(template: unknown): Item[] {
  if (template === undefined || template === 'blank') return []
  const type = template === 'retrieval_example' ? 'retrieval' : 'prompt_call'
  return [{ id: 'first', step_type: type }]
}

const CLEARED = {
  set_default_evaluation_tier: 'default_evaluation_tier',
  set_sampling_config: 'sampling_config',
  set_prompt_model_auto_rollback_triggers: 'prompt_model_auto_rollback_triggers',
} as const

function checkChange(context: OperationContext): Refused | undefined {
  const body = bodyOf(context)
  const says = Object.values(body).some((value) => value !== null && value !== false)
  return says ? checkImport(context) : context.refuse('InvalidDefinition#input', 'Give at least one field')
}

/** A field is cleared by its `set_…` twin where it is left out. */
function updateAgent(context: OperationContext): OperationResult {
  const body = bodyOf(context)
  const { agent_definition: _, entity_remap: __, ...fields } = saidIn(body, ...Object.keys(CLEARED))
  const cleared = Object.entries(CLEARED).flatMap(([set, field]) => (body[set] === true ? [[field, null]] : []))
  const definition = (imported(context)?.['agent'] as Item | undefined)?.['definition']
  const workflow = definition === undefined ? {} : { definition, change_id: uuid(context), ...uploadsOf(definition) }
  const item = change(context, 'agents', context.item('agent')!, {
    ...Object.fromEntries(cleared),
    ...fields,
    ...workflow,
  })
  return { item: { ...item, import_warnings: definition === undefined ? null : [] } }
}

function withUploads(context: OperationContext, made: OperationResult | Refused): OperationResult | Refused {
  if (!('item' in made) || !made.item) return made
  return {
    item: context.items.put('agents', String(made.item['id']), { ...made.item, ...uploadsOf(made.item['definition']) }),
  }
}

/** Whether a workflow reads files that its runs are given. */
function uploadsOf(definition: unknown): Item {
  const needs = stepsOf(definition).some(({ step }) => step['step_type'] === 'load_content_attachment')
  const kinds = needs ? ['document'] : []
  return { requires_uploads: needs, agent: { exact_names: [], indexes_max: needs ? 0 : null, kinds, patterns: [] } }
}

function exportAgent(context: OperationContext): OperationResult {
  const agent = context.item('agent')!
  const { name, description, definition, trigger_type } = agent
  const item = {
    export_version: '2',
    exported_at: nowOf(context),
    software_version: '2026.7',
    agent: { name, description, definition },
    trigger: { trigger_type },
    evaluation_criteria: criteriaOf(context, agent),
    alert_configs: [],
    governance_policies: [],
    dependencies: {},
  }
  const file = `${textOf(agent, 'name').toLowerCase().replaceAll(/\W+/g, '-')}.json`
  if (context.query.get('download') === 'false') return { item }
  return { item, headers: [attachment(file)] }
}

function criteriaOf(context: OperationContext, agent: Item): Item[] {
  return context.items
    .list('evaluationCriteria')
    .filter((criterion) => criterion['agent_id'] === agent['id'])
    .map(({ step_id, description, evaluation_prompt, pass_threshold, enabled }) => ({
      step_id,
      description,
      evaluation_prompt,
      pass_threshold,
      enabled,
    }))
}

function previewImport(context: OperationContext): OperationResult {
  const source = imported(context)!
  const agent = source['agent'] as Item
  const { trigger, export_version: version = null } = source
  return {
    item: {
      ok: true,
      agent_name: agent['name'] ?? null,
      description: agent['description'] ?? null,
      step_count: stepsOf(agent['definition']).length,
      evaluation_criteria: listOf(source, 'evaluation_criteria').length,
      alert_configs: listOf(source, 'alert_configs').length,
      governance_policies: listOf(source, 'governance_policies').length,
      schedules: isRecord(trigger) && trigger['trigger_type'] === 'schedule' ? 1 : 0,
      solutions: 0,
      payload_export_version: version === null ? null : asText(version),
      supported_export_version: '2',
      unresolved_refs: [],
    },
  }
}
