/* Vendor code because an export contains everything of an agent, and an import recreates it in another account. */
import type { Item, OperationContext, OperationResult, Refused } from '../../kit.ts'
import { asText, attachment, bodyOf, isRecord, listOf, nowOf, textOf } from '../../kit.ts'
import {
  allFields,
  type Fields,
  givenFields,
  OF_AGENT,
  OF_ALERTS,
  OF_CRITERIA,
  OF_TRIGGER,
  SETTINGS,
  wrongFields,
} from './payload-fields.ts'
import { dependenciesOf, remapped, unresolvedIn } from './references.ts'
import { stepErrors, placeOf, type StepError, stepsOf } from './workflow.ts'

const VERSION = '2'

export function exportAgent(context: OperationContext): OperationResult {
  const agent = context.item('agent')!
  const ofAgent = (collection: string): Item[] =>
    context.items.list(collection).filter((entry) => entry['agent_id'] === agent['id'])
  const alert_configs = ofAgent('alertConfigs').map((entry) => allFields(entry, OF_ALERTS))
  const users = [...new Set(alert_configs.flatMap((entry) => listOf(entry, 'recipient_user_ids')))]
  const item = {
    export_version: VERSION,
    exported_at: nowOf(context),
    software_version: '2026.7',
    agent: {
      name: agent['name'],
      description: agent['description'] ?? null,
      schema_version: agent['schema_version'],
      definition: agent['definition'],
      ...allFields(agent, SETTINGS),
      created_at: agent['created_at'],
      updated_at: agent['updated_at'],
    },
    trigger: {
      trigger_type: agent['trigger_type'],
      input_template: agent['input_template'] ?? null,
      schedules: agent['schedules'] ?? [],
    },
    evaluation_criteria: ofAgent('evaluationCriteria').map((entry) => allFields(entry, OF_CRITERIA)),
    alert_configs,
    governance_policies: agent['governance_policies'] ?? [],
    dependencies: {
      ...dependenciesOf(context, agent['definition']),
      users: users.map((id) => ({
        id,
        name: id === context.readAccount('user_id') ? context.readAccount('user_name') : null,
      })),
    },
  }
  if (context.query.get('download') === 'false') return { item }
  const file = `${textOf(agent, 'name').toLowerCase().replaceAll(/\W+/g, '-')}.json`
  return { item, headers: [attachment(file)] }
}

/** The import in the request, in the shape of an export; undefined without one. */
export function importOf(context: OperationContext): Item | undefined {
  const source = bodyOf(context)['agent_definition']
  return isRecord(source) ? source : undefined
}

/** The workflow of an import, with the other account's ids replaced by those in the request. */
export function importedDefinition(context: OperationContext, source: Item): unknown {
  const map = bodyOf(context)['entity_remap']
  return remapped(agentOf(source)['definition'] ?? { child_steps: [] }, isRecord(map) ? map : {})
}

function agentOf(source: Item): Item {
  return isRecord(source['agent']) ? source['agent'] : {}
}

function triggerOf(source: Item): Item {
  return isRecord(source['trigger']) ? source['trigger'] : {}
}

/** Fields of an agent that an import sets. */
export function importedFields(source: Item): Item {
  return givenFields(agentOf(source), OF_AGENT)
}

/** Fields of a new agent that define its trigger. */
export function importedTrigger(source: Item): Item {
  return givenFields(triggerOf(source), OF_TRIGGER)
}

/** Refuses an import that is not an agent, or whose workflow is invalid, with the places of all errors. */
export function checkImport(context: OperationContext, trigger?: unknown): Refused | undefined {
  const source = importOf(context)
  if (!source) return undefined
  const errors = isRecord(source['agent'])
    ? [
        ...misfits('agent', source['agent'], OF_AGENT),
        ...misfits('trigger', triggerOf(source), OF_TRIGGER),
        ...stepErrors(source['agent']['definition'], trigger),
      ]
    : [{ path: 'agent', message: 'The export has no agent.' }]
  if (errors.length === 0) return undefined
  const placed = errors.map(({ path, message }) => ({ ...placeOf(source, path), path, message }))
  return context.refuse('InvalidDefinition#definition', errors[0]!.message, {
    errors: placed,
    source: JSON.stringify(source, null, 2),
  })
}

/** The same for a request that would create an agent, whose workflow must fit its trigger. */
export function checkNewAgent(context: OperationContext): Refused | undefined {
  const own = bodyOf(context)['trigger_type']
  return checkImport(context, own ?? triggerOf(importOf(context) ?? {})['trigger_type'])
}

function misfits(part: string, item: Item, fields: Fields): readonly StepError[] {
  return wrongFields(item, fields).map((name) => ({ path: `${part}.${name}`, message: `The ${name} is not valid.` }))
}

export function previewImport(context: OperationContext): OperationResult {
  const source = importOf(context)!
  const agent = agentOf(source)
  const { export_version: version = null } = source
  return {
    item: {
      ok: true,
      agent_name: agent['name'] ?? null,
      description: agent['description'] ?? null,
      step_count: stepsOf(agent['definition']).length,
      evaluation_criteria: listOf(source, 'evaluation_criteria').length,
      alert_configs: listOf(source, 'alert_configs').length,
      governance_policies: listOf(source, 'governance_policies').length,
      schedules: listOf(triggerOf(source), 'schedules').length,
      solutions: listOf(source, 'solutions').length,
      payload_export_version: version === null ? null : asText(version),
      supported_export_version: VERSION,
      unresolved_refs: unresolvedIn(context, source, agent['definition']),
    },
  }
}
