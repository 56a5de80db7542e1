import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { LIBRARY } from '../../../support/processes/command.ts'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

const AGENT = uuid('a0', 1)
const CRITERION = uuid('a2', 1)

async function completedRun(call: Call, advance: (time: string) => Promise<unknown>): Promise<string> {
  const { run_id } = (await call('POST', `/agents/${AGENT}/runs`, { input: 'Hello' })).body as { run_id: string }
  await advance('5s')
  return run_id
}

test('criteria inherit mode and retries from their agent, and keep them', async () => {
  const { call } = seclai()
  await call('PUT', `/agents/${AGENT}`, { evaluation_mode: 'sample_and_flag', max_retries: 7, retry_on_failure: false })
  const made = await call('POST', `/agents/${AGENT}/evaluation-criteria`, { step_id: 'draft' })
  const inherited = { evaluation_mode: 'sample_and_flag', max_retries: 7, retry_on_failure: false }
  expect(made.body).toMatchObject(inherited)
  await call('PUT', `/agents/${AGENT}`, { evaluation_mode: 'eval_and_retry', max_retries: 1 })
  const { id } = made.body as { id: string }
  expect((await call('GET', `/agents/evaluation-criteria/${id}`)).body).toMatchObject(inherited)
})

test('a criterion sums up its results, wherever it is shown', async () => {
  const { call } = seclai()
  const result_summary = { total: 2, passed: 1, failed: 1, error: 0, skipped: 0, flagged: 1 }
  expect((await call('GET', `/agents/evaluation-criteria/${CRITERION}`)).body).toMatchObject({ result_summary })
  expect((await call('GET', `/agents/${AGENT}/evaluation-criteria`)).body).toMatchObject([{ result_summary }])
  await call('POST', `/agents/evaluation-criteria/${CRITERION}/results`, {
    agent_run_id: uuid('a4', 1),
    status: 'passed',
  })
  const changed = await call('PATCH', `/agents/evaluation-criteria/${CRITERION}`, { enabled: false })
  expect(changed.body).toMatchObject({ enabled: false, result_summary: { total: 3, passed: 2 } })
  const made = await call('POST', `/agents/${AGENT}/evaluation-criteria`, { step_id: 'draft' })
  expect(made.body).toMatchObject({ result_summary: { total: 0, passed: 0, failed: 0 } })
})

test('a result is one of a run that is there', async () => {
  const { call } = seclai()
  const at = `/agents/evaluation-criteria/${CRITERION}/results`
  expect((await call('POST', at, { agent_run_id: uuid('a4', 99), status: 'passed' })).status).toBe(404)
})

test('a change of a criterion clears fields that are null, and keeps fields that it leaves out', async () => {
  const { call } = seclai()
  const at = `/agents/evaluation-criteria/${CRITERION}`
  const { body } = await call('PATCH', at, { evaluation_tier: null, description: null, pass_threshold: null })
  expect(body).toMatchObject({
    evaluation_tier: null,
    description: null,
    pass_threshold: 0.7,
    evaluation_prompt: 'Is the answer polite and to the point?',
  })
})

test('criteria of an agent are all in one list where no version is asked for, and in pages from 2026-07-27 on', async () => {
  const { call } = seclai()
  for (let index = 0; index < 25; index++)
    await call('POST', `/agents/${AGENT}/evaluation-criteria`, { step_id: `step-${index}` })
  const at = `/agents/${AGENT}/evaluation-criteria`
  expect((await call('GET', at)).body).toHaveLength(26)
  const paged = await call('GET', `${at}?limit=10`, undefined, { 'seclai-version': '2026-07-27' })
  expect(paged.body).toMatchObject({ pagination: { total: 26, limit: 10, pages: 3, has_next: true } })
  expect((paged.body as { data: unknown[] }).data).toHaveLength(10)
})

test('runs that fit a criterion have completed its step, and are listed newest first', async () => {
  const { mock, call } = seclai()
  const id = await completedRun(call, mock.clock.advance)
  const at = `/agents/evaluation-criteria/${CRITERION}/compatible-runs`
  const runs = async (): Promise<unknown> =>
    ((await call('GET', at)).body as { data: ReadonlyArray<{ agent_run_id: string }> }).data.map(
      ({ agent_run_id }) => agent_run_id,
    )
  // The second run has failed, and its step "draft" was done by then.
  expect(await runs()).toEqual([id, uuid('a4', 2), uuid('a4', 1)])
  expect((await call('GET', at)).body).toMatchObject({
    data: [{}, {}, { agent_step_run_id: uuid('a5', 2), run_status: 'completed' }],
  })
  await call('PATCH', `/agents/evaluation-criteria/${CRITERION}`, { step_id: 'nowhere' })
  expect(await runs()).toEqual([])
})

test('evaluated runs are filtered by the outcome of their evaluations, and by step', async () => {
  const { call } = seclai()
  const runs = async (query: string): Promise<unknown> =>
    ((await call('GET', `/agents/${AGENT}/evaluation-runs?${query}`)).body as { data: unknown }).data
  expect(await runs('status=passed')).toMatchObject([{ agent_run_id: uuid('a4', 1), passed_count: 1 }])
  expect(await runs('status=failed')).toMatchObject([
    { agent_run_id: uuid('a4', 2), failed_count: 1, flagged_count: 1 },
  ])
  expect(await runs('status=error')).toEqual([])
  expect(await runs('step=nowhere')).toEqual([])
  expect(await runs('time_from=2026-03-13T15:00:00%2B00:00')).toMatchObject([{ agent_run_id: uuid('a4', 2) }])
})

test('a time bound without an offset is in UTC, whatever the time zone of the mock', () => {
  const code = `
    import { createMock } from '${LIBRARY}'
    using mock = createMock({ vendors: ['seclai'] })
    for (const list of ['evaluation-runs', 'evaluation-results']) {
      const url = 'https://api.seclai.com/agents/${AGENT}/' + list + '?time_from='
      for (const time of ['14:00:00', '16:00:00']) {
        const answer = await mock.fetch(url + '2026-03-13T' + time, { headers: { 'x-api-key': 'sk-test' } })
        console.log(list, time, (await answer.json()).data.length)
      }
    }`
  const env = { ...process.env, TZ: 'Pacific/Kiritimati' }
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', env })
  expect(run.stdout.trim().split('\n')).toEqual([
    'evaluation-runs 14:00:00 1',
    'evaluation-runs 16:00:00 0',
    'evaluation-results 14:00:00 1',
    'evaluation-results 16:00:00 0',
  ])
})

test('the summary of modes leaves manual expectations out', async () => {
  const { call } = seclai()
  const summary = async (): Promise<unknown> =>
    (await call('GET', '/agents/evaluation-results/non-manual-summary')).body
  const before = await summary()
  await call('PUT', `/agents/${AGENT}`, { evaluation_mode: 'output_expectation' })
  const made = await call('POST', `/agents/${AGENT}/evaluation-criteria`, { step_id: 'draft' })
  const { id } = made.body as { id: string }
  const pushed = { agent_run_id: uuid('a4', 1), status: 'failed' }
  expect((await call('POST', `/agents/evaluation-criteria/${id}/results`, pushed)).status).toBe(201)
  expect(await summary()).toEqual(before)
})

test('a draft is tried on the output of a step that has run', async () => {
  const { call } = seclai()
  const draft = (agent_step_run_id: string) =>
    call('POST', `/agents/${AGENT}/evaluation-criteria/test-draft`, {
      agent_step_run_id,
      expectation_config: { contains: ['Output of draft'] },
    })
  expect((await draft(uuid('a5', 2))).body).toEqual({ score: 1, passed: true, explanation: '1 of 1 parts are there.' })
  expect((await draft(uuid('a5', 99))).status).toBe(404)
})
