/* Vendor code because the summaries count results by status, mode and run in one answer. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, bodyOf, listOf, mean, readInstant, textOf } from '../../kit.ts'
import { inWindow, patches, givenIn } from '../common.ts'
import { completedStep, findStepRun } from './run-steps.ts'

const NULLABLE = ['description', 'evaluation_prompt', 'evaluation_tier', 'expectation_config', 'step_id']

const summed: OperationSteps = { body: (context, body) => withSummary(context, body as Item) }

export const evaluations: Readonly<Record<string, OperationSteps>> = {
  listEvaluationCriteria: { list: (context, next) => next().map((criterion) => withSummary(context, criterion)) },
  getEvaluationCriteria: summed,
  createEvaluationCriteria: summed,
  updateEvaluationCriteria: { ...summed, handle: patches('evaluationCriteria', 'criterion', NULLABLE) },
  deleteEvaluationCriteria: { handle: deleteCriterion },
  createEvaluationResult: { guard: after(checkRun), handle: createResult },
  getEvaluationCriteriaSummary: { handle: summarize },
  getNonManualEvaluationSummary: { guard: after(checkAgent), handle: summarizeByMode },
  listCompatibleRuns: { list: compatibleRuns },
  listEvaluationRuns: { list: evaluationRuns },
  testDraftEvaluation: { validate: after(checkDraft), guard: after(checkStepRun), handle: testDraft },
}

function results(context: OperationContext): readonly Item[] {
  return context.items.list('evaluationResults')
}

/** Deletes its results too. */
function deleteCriterion(context: OperationContext, next: () => OperationResult | Refused): OperationResult | Refused {
  const id = context.params['criteria_id']!
  for (const result of results(context))
    if (result['criteria_id'] === id) context.items.remove('evaluationResults', String(result['id']))
  return next()
}

/** The run of a result must exist. */
function checkRun(context: OperationContext): Refused | undefined {
  const id = textOf(bodyOf(context), 'agent_run_id')
  return context.jobs.get('run', id) ? undefined : context.refuse('NotFound#item', `there is no run "${id}"`)
}

function createResult(context: OperationContext): OperationResult {
  const criterion = context.item('criterion')!
  const { agent_id, step_id, evaluation_mode, description: criteria_description } = criterion
  const own = { agent_id, criteria_id: criterion['id'], step_id, evaluation_mode, criteria_description }
  return { item: context.items.create('evaluationResults', { ...givenIn(bodyOf(context)), ...own }) }
}

interface Counts {
  readonly total: number
  readonly passed: number
  readonly failed: number
  readonly error: number
  readonly skipped: number
  readonly flagged: number
}

function count(all: readonly Item[]): Counts {
  const of = (status: string): number => all.filter((result) => result['status'] === status).length
  return {
    total: all.length,
    passed: of('passed'),
    failed: of('failed'),
    error: of('error'),
    skipped: of('skipped'),
    flagged: all.filter((result) => result['flagged'] === true).length,
  }
}

function resultsOf(context: OperationContext, criterion: unknown): Item[] {
  return results(context).filter((result) => result['criteria_id'] === criterion)
}

/** How often a criterion passed and failed. */
function withSummary(context: OperationContext, criterion: Item): Item {
  return { ...criterion, result_summary: count(resultsOf(context, criterion['id'])) }
}

function summarize(context: OperationContext): OperationResult {
  const own = resultsOf(context, context.params['criteria_id'])
  const { total, passed, failed, error, flagged } = count(own)
  const scores = own.flatMap(({ score }) => (typeof score === 'number' ? [score] : []))
  return { item: { total, passed, failed, error, flagged, average_score: mean(scores) } }
}

const MODES = ['eval_and_retry', 'sample_and_flag']

/** The requested agent; the oldest version ignores it. */
function askedAgent(context: OperationContext): string | null {
  return context.dialect === '2026-07-27' ? context.query.get('agent_id') : null
}

function checkAgent(context: OperationContext): Refused | undefined {
  const agent = askedAgent(context)
  if (agent === null || context.items.get('agents', agent)) return undefined
  return context.refuse('NotFound#item', `there is no agent "${agent}"`)
}

function summarizeByMode(context: OperationContext): OperationResult {
  const agent = askedAgent(context)
  const own = results(context).filter(
    (result) =>
      MODES.includes(textOf(result, 'evaluation_mode')) &&
      inWindow(context, textOf(result, 'evaluated_at')) &&
      (agent === null || result['agent_id'] === agent),
  )
  const item = rates(own)
  const by_mode = MODES.map((mode) => ({ mode, ...rates(own.filter((result) => result['evaluation_mode'] === mode)) }))
  return { item: { ...item, by_mode } }
}

function rates(all: readonly Item[]): Item {
  const { total, passed, failed, flagged } = count(all)
  const share = (part: number): number => (total === 0 ? 0 : part / total)
  return { total, passed, failed, flagged, pass_rate: share(passed), failure_rate: share(failed) }
}

/** Runs in which the criterion's step is completed, newest first. */
function compatibleRuns(context: OperationContext): Item[] {
  const { agent_id, step_id } = context.item('criterion')!
  const after = context.query.get('started_after')
  return context.jobs.list('run').flatMap((run) => {
    const { id, item } = run
    const [attempt] = listOf<Item>(item, 'attempts')
    const started_at = textOf(attempt, 'started_at') || textOf(item, 'created_at')
    const step = item['agent_id'] === agent_id ? completedStep(context, run, step_id) : undefined
    if (!step || (after !== null && Date.parse(started_at) <= Date.parse(after))) return []
    return [
      {
        agent_run_id: id,
        agent_step_run_id: step.runId,
        run_status: item['status'],
        started_at,
        completed_at: attempt?.['ended_at'] ?? null,
        input_preview: item['input'] ?? null,
        output_storage_key: null,
      },
    ]
  })
}

/** One entry per evaluated run, filtered by outcome and step. */
function evaluationRuns(context: OperationContext): Item[] {
  const { query } = context
  const [status, step, from, to] = ['status', 'step', 'time_from', 'time_to'].map((name) => query.get(name))
  const own = results(context).filter(
    (result) => result['agent_id'] === context.params['agent_id'] && (step === null || result['step_id'] === step),
  )
  const ids = [...new Set(own.map((result) => textOf(result, 'agent_run_id')))]
  return ids.flatMap((id) => {
    const ofRun = own.filter((result) => result['agent_run_id'] === id)
    if (status !== null && !ofRun.some((result) => result['status'] === status)) return []
    const run = context.jobs.get('run', id)
    const run_created_at = textOf(run?.item, 'created_at') || textOf(ofRun[0], 'created_at')
    const at = Date.parse(run_created_at)
    if ((from && at < readInstant(from)) || (to && at > readInstant(to))) return []
    const { total, passed, failed, error, skipped, flagged } = count(ofRun)
    return [
      {
        agent_run_id: id,
        run_status: String(run?.item['status'] ?? 'completed'),
        run_created_at,
        total_evaluations: total,
        passed_count: passed,
        failed_count: failed,
        error_count: error,
        skipped_count: skipped,
        flagged_count: flagged,
      },
    ]
  })
}

function checkDraft(context: OperationContext): Refused | undefined {
  const { step_output: output, agent_step_run_id: run } = bodyOf(context)
  const given = [output, run].filter((value) => value !== undefined && value !== null)
  if (given.length === 1) return undefined
  return context.refuse('UnprocessableEntity#input', 'Give exactly one of step_output and agent_step_run_id')
}

/** A step run whose output is to be evaluated must exist and be completed. */
function checkStepRun(context: OperationContext): Refused | undefined {
  const id = bodyOf(context)['agent_step_run_id']
  if (typeof id !== 'string' || typeof findStepRun(context, id)?.['output'] === 'string') return undefined
  return context.refuse('NotFound#item', `there is no completed step run "${id}"`)
}

/** Passes where the output contains everything expected; nothing is stored. */
function testDraft(context: OperationContext): OperationResult {
  const {
    step_output,
    agent_step_run_id: run,
    expectation_config: expected,
    pass_threshold: least = 0.5,
  } = bodyOf(context)
  const output = typeof run === 'string' ? findStepRun(context, run)?.['output'] : step_output
  const parts = listOf(expected as Item | undefined, 'contains')
  const found = parts.filter((part) => String(output ?? '').includes(part)).length
  const score = parts.length === 0 ? 0.8 : found / parts.length
  const explanation = parts.length === 0 ? 'The output fits.' : `${found} of ${parts.length} parts are there.`
  return { item: { score, passed: score >= Number(least), explanation } }
}
