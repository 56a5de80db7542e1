/* Vendor code because models are grouped by provider, and recommended by comparing them. */
import type { Item, OperationContext, OperationResult, OperationSteps } from '../../kit.ts'
import { bodyOf, listOf, textOf } from '../../kit.ts'
import { inWindow } from '../common.ts'

export const models: Readonly<Record<string, OperationSteps>> = {
  listModels: { list: groups },
  getModelRecommendations: { handle: recommend },
  listExperiments: { list: (context, next) => next().filter((item) => inWindow(context, textOf(item, 'created_at'))) },
  createExperiment: { handle: createExperiment },
}

function flag(context: OperationContext, name: string): boolean | undefined {
  const value = context.query.get(name)
  return value === null ? undefined : value === 'true'
}

/** Enabled models by provider. */
function groups(context: OperationContext): Item[] {
  const { query } = context
  const takes = (model: Item, field: string, wanted: string | null): boolean =>
    wanted === null || listOf(model, field).some((media) => isMedia(media, wanted))
  const fits = context.items
    .list('models')
    .filter(
      (model) =>
        model['enabled'] === true &&
        (query.get('provider') ?? model['provider']) === model['provider'] &&
        (flag(context, 'supports_tool_use') ?? model['supports_tool_use']) === model['supports_tool_use'] &&
        (flag(context, 'supports_thinking') ?? model['supports_thinking']) === model['supports_thinking'] &&
        takes(model, 'supported_input_media', query.get('supports_input_media')) &&
        takes(model, 'supported_output_media', query.get('supports_output_media')),
    )
  const providers = [...new Set(fits.map((model) => textOf(model, 'provider')))].sort()
  return providers.map((provider) => ({ provider, models: fits.filter((model) => model['provider'] === provider) }))
}

/** Whether a model's medium is the requested one: each is a kind (`image`, `pdf`) or a full type (`image/png`). */
function isMedia(media: string, wanted: string): boolean {
  return media === wanted || kindOf(media) === wanted || media === kindOf(wanted)
}

function kindOf(media: string): string {
  return media === 'application/pdf' ? 'pdf' : media.split('/')[0]!
}

function recommend(context: OperationContext): OperationResult {
  const model = context.item('model')!
  const { query } = context
  const needs = (field: string, name: string, other: Item): boolean =>
    flag(context, name) !== true || other[field] === true
  const fits = context.items
    .list('models')
    .filter(
      (other) =>
        other['enabled'] === true &&
        other['model_id'] !== model['model_id'] &&
        needs('supports_tool_use', 'require_tool_use', other) &&
        needs('supports_structured_output', 'require_structured_output', other) &&
        needs('supports_thinking', 'require_thinking', other) &&
        Number(other['max_context_tokens']) >= Number(query.get('min_context_tokens') ?? 0) &&
        Number(other['max_output_tokens']) >= Number(query.get('min_output_tokens') ?? 0),
    )
  const show = (type: string, reason: string) => (other: Item) => ({
    ...other,
    recommendation_type: type,
    reason,
  })
  const successor = fits.find((other) => other['model_id'] === model['successor_model_id'])
  const family = fits.filter((other) => other['family'] === model['family'])
  const isNewer = (other: Item): boolean => Number(other['family_generation']) > Number(model['family_generation'])
  return {
    item: {
      current_model_id: model['model_id'],
      current_model_name: model['name'],
      successor: successor ? show('successor', 'The provider names it.')(successor) : null,
      upgrades: family.filter(isNewer).map(show('upgrade', 'Newer in the same family.')),
      same_provider: fits
        .filter((other) => other['provider'] === model['provider'])
        .map(show('same_provider', 'Of the same provider.')),
      alternatives: fits
        .filter((other) => other['provider'] !== model['provider'])
        .map(show('alternative', 'Of another provider.')),
    },
  }
}

/** Answers with the id of the experiment. */
function createExperiment(context: OperationContext): OperationResult {
  const body = bodyOf(context)
  const ids = listOf(body, 'model_ids')
  const results = Object.fromEntries(ids.map((id) => [id, `What ${id} says.`]))
  return {
    item: context.jobs.start('experiment', {
      prompt: body['prompt'],
      system_prompt: body['system_prompt'] ?? '',
      selected_model_ids: ids,
      evaluation_mode: body['evaluation_mode'] ?? 'manual',
      evaluation_complexity: body['evaluation_complexity'] ?? 'medium',
      evaluator_model_id: body['evaluator_model_id'] ?? null,
      include_step_output_in_evaluation: body['include_step_output_in_evaluation'] ?? false,
      selected_step_output: body['selected_step_output'] ?? null,
      json_template: body['json_template'] ?? null,
      count: ids.length,
      results: { models: results },
    }).item,
  }
}
