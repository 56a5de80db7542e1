import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

async function models(call: Call, query: string): Promise<string[]> {
  const groups = (await call('GET', `/models${query}`)).body as ReadonlyArray<{
    models: ReadonlyArray<{ model_id: string }>
  }>
  return groups.flatMap((group) => group.models.map(({ model_id }) => model_id))
}

test('models are found by a kind of media, and by a whole type', async () => {
  const { call } = seclai()
  const readers = ['anthropic_claude_opus_4_6', 'openai_gpt_5_4']
  expect(await models(call, '?supports_input_media=image')).toEqual(readers)
  expect(await models(call, '?supports_input_media=image/png')).toEqual(readers)
  expect(await models(call, '?supports_input_media=audio')).toEqual(['openai_gpt_5_4'])
  expect(await models(call, '?supports_output_media=video')).toEqual([])
})

test('media are generated in three tiers', async () => {
  const { call } = seclai()
  const { body } = await call('GET', '/models/generation-tiers')
  const { tiers } = body as { tiers: ReadonlyArray<Readonly<Record<string, unknown>>> }
  expect(tiers.map(({ modality, tier }) => `${String(modality)} ${String(tier)}`).sort()).toEqual([
    'image balanced',
    'image fast',
    'image thorough',
  ])
})

test('experiments are listed newest first, as far back as the request looks', async () => {
  const { mock, call } = seclai()
  const create = async (prompt: string): Promise<unknown> => {
    const { body } = await call('POST', '/models/playground/experiments', { prompt, model_ids: ['openai_gpt_5_4'] })
    return (body as { experiment_id: string }).experiment_id
  }
  const list = async (query = ''): Promise<unknown> => {
    const { body } = await call('GET', `/models/playground/experiments${query}`)
    return (body as { experiments: ReadonlyArray<{ id: string }> }).experiments.map(({ id }) => id)
  }
  const old = await create('One')
  await mock.clock.advance('40d')
  const young = await create('Two')
  expect(await list()).toEqual([young])
  expect(await list('?days=60')).toEqual([young, old, uuid('e1', 1)])
  expect(await list('?start_date=2026-03-01&end_date=2026-03-31')).toEqual([old, uuid('e1', 1)])
})
