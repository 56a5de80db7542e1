/* Vendor code because an import makes items of five kinds beside its agent, and says what it could not take. */
import { asText, isRecord, type Item, listOf, type OperationContext, textOf } from '../../kit.ts'
import { change } from '../common.ts'
import { givenFields, OF_ALERTS, OF_CRITERIA, wrongFields } from './payload-fields.ts'
import { stepsOf } from './workflow.ts'

/** A part that was not imported, or only partly. */
interface Skip {
  readonly category: string
  readonly message: string
  readonly details: Item
}

/** Creates what belongs to an imported agent, and returns what was left out. */
export function importExtras(context: OperationContext, agent: Item, source: Item): Skip[] {
  return [
    ...importSchedules(agent),
    ...importCriteria(context, agent, source),
    ...importAlerts(context, agent, source),
    ...importPolicies(context, agent, source),
    ...linkSolutions(context, agent, source),
  ]
}

function mapsOf(source: Item, field: string): Item[] {
  return listOf<unknown>(source, field).filter(isRecord)
}

/** Schedules come with the trigger; they have no effect where the trigger has another type. */
function importSchedules(agent: Item): Skip[] {
  const count = listOf(agent, 'schedules').length
  if (count === 0 || agent['trigger_type'] === 'schedule') return []
  const message = `${count} ${count === 1 ? 'schedule was' : 'schedules were'} left out, since the trigger is not a schedule.`
  return [{ category: 'schedule', message, details: { trigger_type: agent['trigger_type'] } }]
}

function importCriteria(context: OperationContext, agent: Item, source: Item): Skip[] {
  const known = new Set(stepsOf(agent['definition']).map(({ step }) => step['id']))
  return mapsOf(source, 'evaluation_criteria').flatMap((entry) => {
    const { step_id } = entry
    const wrong = wrongFields(entry, OF_CRITERIA)
    if (wrong.length > 0 || !known.has(step_id)) {
      const message =
        wrong.length > 0 ? `Not valid: ${wrong.join(', ')}.` : `The workflow has no step "${asText(step_id)}".`
      return [{ category: 'evaluation_criteria', message, details: { step_id } }]
    }
    const { evaluation_mode, max_retries, retry_on_failure, id: agent_id } = agent
    const inherited = { agent_id, evaluation_mode, max_retries, retry_on_failure }
    context.items.create('evaluationCriteria', { ...givenFields(entry, OF_CRITERIA), ...inherited })
    return []
  })
}

function importAlerts(context: OperationContext, agent: Item, source: Item): Skip[] {
  const members = [context.readAccount('user_id')]
  return mapsOf(source, 'alert_configs').flatMap((entry) => {
    const { alert_type } = entry
    const wrong = wrongFields(entry, OF_ALERTS)
    if (wrong.length > 0 || alert_type === undefined) {
      const message = wrong.length > 0 ? `Not valid: ${wrong.join(', ')}.` : 'The alert type is missing.'
      return [{ category: 'alert_config', message, details: { alert_type } }]
    }
    const recipients = listOf(entry, 'recipient_user_ids')
    const recipient_user_ids = recipients.filter((id) => members.includes(id))
    context.items.create('alertConfigs', {
      ...givenFields(entry, OF_ALERTS),
      agent_id: agent['id'],
      recipient_user_ids,
    })
    return recipients
      .filter((id) => !members.includes(id))
      .map((user_id) => ({
        category: 'alert_recipient',
        message: `The account has no user "${user_id}".`,
        details: { alert_type, user_id },
      }))
  })
}

function importPolicies(context: OperationContext, agent: Item, source: Item): Skip[] {
  const policies = mapsOf(source, 'governance_policies')
  const named = policies.filter((policy) => textOf(policy, 'name') !== '')
  change(context, 'agents', agent, { governance_policies: named })
  const names = context.items.list('knowledgeBases').map((base) => base['name'])
  return policies.flatMap((policy): Skip[] => {
    const policy_name = textOf(policy, 'name')
    if (policy_name === '')
      return [{ category: 'governance_policy', message: 'A policy without a name was left out.', details: {} }]
    return listOf(policy, 'knowledge_bases')
      .filter((name) => !names.includes(name))
      .map((kb_name) => ({
        category: 'governance_kb_link',
        message: `The account has no knowledge base "${asText(kb_name)}".`,
        details: { policy_name, kb_name },
      }))
  })
}

/** Solutions are matched by name. */
function linkSolutions(context: OperationContext, agent: Item, source: Item): Skip[] {
  return listOf<unknown>(source, 'solutions').flatMap((entry) => {
    const name = isRecord(entry) ? textOf(entry, 'name') : asText(entry)
    const solution = context.items.list('solutions').find((item) => item['name'] === name)
    if (!solution)
      return [
        {
          category: 'solution_link',
          message: `The account has no solution "${name}".`,
          details: { solution_name: name },
        },
      ]
    change(context, 'solutions', solution, { agent_ids: [...listOf(solution, 'agent_ids'), asText(agent['id'])] })
    return []
  })
}
