/* Vendor code because agents are imported, exported and called by the steps of other agents. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, asText, bodyOf, isRecord, uuid } from '../../kit.ts'
import { change, agentLimitReason, givenIn } from '../common.ts'
import { createInbox } from '../mail.ts'
import { uploadsOf } from './attachments.ts'
import { importExtras } from './import-extras.ts'
import {
  checkImport,
  checkNewAgent,
  exportAgent,
  importedDefinition,
  importedFields,
  importedTrigger,
  importOf,
  previewImport,
} from './transfer.ts'
import { stepErrors, stepsOf } from './workflow.ts'

export const agents: Readonly<Record<string, OperationSteps>> = {
  createAgent: { validate: after(checkNewAgent), handle: createAgent },
  updateAgent: { validate: after(checkChange), guard: after(checkWorkflow), handle: updateAgent },
  previewImportAgent: { validate: after(checkNewAgent), handle: previewImport },
  exportAgent: { handle: exportAgent },
  getAgentCallers: { list: (context) => callersOf(context, context.params['agent_id']!).map(showCaller) },
  disableAgent: { guard: after(checkCallers) },
  updateAgentDefinition: { guard: after(checkDefinition), handle: (context, next) => withUploads(context, next()) },
}

/** Live agents whose workflow calls this one. */
function callersOf(context: OperationContext, id: string): Item[] {
  return context.items
    .list('agents')
    .filter((agent) =>
      stepsOf(agent['definition']).some(({ step }) => step['step_type'] === 'call_agent' && step['agent_id'] === id),
    )
}

function showCaller({ id, name, disabled }: Item): Item {
  return { id, name, disabled }
}

function checkCallers(context: OperationContext): Refused | undefined {
  const callers = callersOf(context, context.params['agent_id']!).filter((agent) => agent['disabled'] !== true)
  if (callers.length === 0) return undefined
  return context.refuse('Conflict#callers', `it is called by ${callers.map(({ name }) => asText(name)).join(', ')}`)
}

function createAgent(context: OperationContext): OperationResult | Refused {
  const reason = agentLimitReason(context)
  if (reason !== undefined) return context.refuse('PaymentRequired#plan', reason)
  const { agent_definition: _, agent_template: template, entity_remap: __, ...fields } = givenIn(bodyOf(context))
  const source = importOf(context)
  const imported = source ? { ...importedTrigger(source), ...importedFields(source) } : {}
  const definition = source ? importedDefinition(context, source) : { child_steps: templateSteps(template) }
  const item = context.items.create('agents', { ...imported, ...fields, definition, ...uploadsOf(definition) })
  if (item['trigger_type'] === 'email_received') createInbox(context, item)
  return { item: { ...item, import_warnings: source ? importExtras(context, item, source) : null } }
}

/** The initial steps of a template: one that fits its name. */
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

/** The trigger stays, so the new workflow must fit it. */
function checkWorkflow(context: OperationContext): Refused | undefined {
  return checkImport(context, context.item('agent')?.['trigger_type'])
}

/** A field is cleared by its `set_…` twin where it is absent; an import provides what the request omits. */
function updateAgent(context: OperationContext): OperationResult {
  const body = bodyOf(context)
  const { agent_definition: _, entity_remap: __, ...fields } = givenIn(body, ...Object.keys(CLEARED))
  const cleared = Object.entries(CLEARED).flatMap(([set, field]) => (body[set] === true ? [[field, null]] : []))
  const source = importOf(context)
  const item = change(context, 'agents', context.item('agent')!, {
    ...(source && importedFields(source)),
    ...Object.fromEntries(cleared),
    ...fields,
    ...(source && newWorkflow(context, importedDefinition(context, source))),
  })
  return { item: { ...item, import_warnings: source ? [] : null } }
}

function newWorkflow(context: OperationContext, definition: unknown): Item {
  return { definition, change_id: uuid(context), ...uploadsOf(definition) }
}

function checkDefinition(context: OperationContext): Refused | undefined {
  const { definition } = bodyOf(context)
  const [error] = stepErrors(definition, context.item('agent')?.['trigger_type'])
  return error && context.refuse('UnprocessableEntity#workflow', error.message, { loc: locationOf(error.path) })
}

/** The path of `agent.definition.child_steps[0].id` in the framework's form: names and numbers, from the body on. */
function locationOf(path: string): ReadonlyArray<string | number> {
  const parts = path.replace(/^agent\./, '').match(/[^.[\]]+/g) ?? []
  return ['body', ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))]
}

function withUploads(context: OperationContext, made: OperationResult | Refused): OperationResult | Refused {
  if (!('item' in made) || !isRecord(made.item)) return made
  const { item } = made
  return { item: context.items.put('agents', asText(item['id']), { ...item, ...uploadsOf(item['definition']) }) }
}
