/* Vendor code because an import is a map of anything, and what is made of it has types. */
import { isRecord, type Item } from '../../kit.ts'
import { ALERT_TYPES } from '../alert-types.ts'

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isWhole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
const isShare: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1
const isOneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string)
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const isSampling: Check = (value) =>
  isRecord(value) &&
  (value['combinator'] === undefined || isOneOf('and', 'or')(value['combinator'])) &&
  (value['rules'] === undefined || Array.isArray(value['rules']))
const isTier = isOneOf('fast', 'balanced', 'thorough')

/** Fields of a part of an import, with their allowed values besides null. */
export type Fields = Readonly<Record<string, Check>>

/** Agent settings in an export, which an import uses where the request has none. */
export const SETTINGS: Fields = {
  default_evaluation_tier: isTier,
  evaluation_mode: isOneOf('output_expectation', 'eval_and_retry', 'sample_and_flag'),
  sampling_config: isSampling,
  max_retries: isWhole(1, 10),
  retry_on_failure: isFlag,
  prompt_model_auto_upgrade_strategy: isOneOf('none', 'early_adopter', 'middle_of_road', 'cautious_adopter'),
  prompt_model_auto_rollback_enabled: isFlag,
  prompt_model_auto_rollback_triggers: isListOf(
    isOneOf('agent_eval_fail', 'governance_flag', 'governance_block', 'agent_run_failed'),
  ),
}

export const OF_AGENT: Fields = { name: isText, description: isText, ...SETTINGS }

export const OF_TRIGGER: Fields = {
  trigger_type: isOneOf('dynamic_input', 'template_input', 'schedule', 'new_content', 'email_received'),
  input_template: isText,
  schedules: isListOf(isRecord),
}

export const OF_CRITERIA: Fields = {
  step_id: isText,
  description: isText,
  enabled: isFlag,
  evaluation_prompt: isText,
  evaluation_tier: isTier,
  expectation_config: isRecord,
  pass_threshold: isShare,
}

export const OF_ALERTS: Fields = {
  alert_type: (value) => ALERT_TYPES.has(value),
  enabled: isFlag,
  threshold: isRecord,
  cooldown_minutes: isWhole(0, Number.MAX_SAFE_INTEGER),
  distribution_type: isOneOf('owner', 'owner_admins', 'selected_members'),
  recipient_user_ids: isListOf(isText),
}

/** The fields that a part of an import sets; a null sets nothing. */
export function givenFields(part: Item, fields: Fields): Item {
  const names = Object.keys(fields).filter((name) => part[name] !== undefined && part[name] !== null)
  return Object.fromEntries(names.map((name) => [name, part[name]]))
}

/** The names of invalid fields. */
export function wrongFields(part: Item, fields: Fields): string[] {
  return Object.entries(givenFields(part, fields)).flatMap(([name, value]) => (fields[name]!(value) ? [] : [name]))
}

/** All fields, null where the item has none. */
export function allFields(item: Item, fields: Fields): Item {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, item[name] ?? null]))
}
