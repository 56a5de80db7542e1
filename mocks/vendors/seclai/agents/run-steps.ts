/* Vendor code because the steps of a run are those of its workflow, each in its turn. */
import { isoText, type Item, type JobView, listOf, type OperationContext, textOf } from '../../kit.ts'
import { stepsOf } from './workflow.ts'

/** ms after which all steps are done; the output follows in the rest of the run. */
const WORK = 3500
/** Number of parts in which the output is streamed. */
const TOKENS = 4

/** A step of a run, with its time. */
export interface RunStep {
  readonly id: string
  readonly type: string
  /** Its id as a step of one run. */
  readonly runId: string
  /** ms after processing of the run began. */
  readonly from: number
  readonly to: number
}

/** The steps of a workflow in the order of execution. */
function turnsOf(definition: unknown): ReadonlyArray<Omit<RunStep, 'runId'>> {
  const steps = stepsOf(definition)
  const time = (index: number): number => Math.round((WORK * index) / steps.length)
  return steps.map(({ step }, index) => ({
    id: textOf(step, 'id') || `step-${index + 1}`,
    type: textOf(step, 'step_type'),
    from: time(index),
    to: time(index + 1),
  }))
}

/** The steps of a run, from its workflow at the start. */
export function runSteps(context: OperationContext, { id, item }: Pick<JobView, 'id' | 'item'>): RunStep[] {
  const agent = context.items.get('agents', textOf(item, 'agent_id'))
  const ids = listOf(item, 'step_runs')
  return turnsOf(item['definition'] ?? agent?.['definition']).map((step, index) => ({
    ...step,
    // Some initial runs give the ids of their steps.
    runId: ids[index] ?? `a5${id.slice(2, 9)}${(index + 1).toString(16).padStart(4, '0')}${id.slice(13)}`,
  }))
}

/** The events of a run: start and end of each step, and the text of streaming steps. */
export function eventsOf(definition: unknown): Item {
  const steps = turnsOf(definition)
  const event = ({ id, type }: Omit<RunStep, 'runId'>, at: number, status: string): Item => ({
    at,
    agent_step_id: id,
    step_type: type,
    status,
  })
  const last = steps.at(-1)
  const stream = steps.find(({ type }) => type === 'streaming_result')
  return {
    // The last step ends with the run.
    step_events: steps.flatMap((step) => [
      event(step, step.from, 'processing'),
      ...(step === last ? [] : [event(step, step.to, 'completed')]),
    ]),
    last_steps: last ? [event(last, 0, 'completed')] : [],
    token_events: stream ? Array.from({ length: TOKENS }, (_, index) => token(stream, index)) : [],
    end_events: stream ? [{ at: stream.to, step_id: stream.id }] : [],
  }
}

function token({ id, from, to }: Omit<RunStep, 'runId'>, index: number): Item {
  return { at: Math.round(from + ((to - from) * (index + 1)) / (TOKENS + 1)), step_id: id }
}

/** States in which a run has completed all steps but the last. */
const AT_THE_LAST = new Set(['failed', 'waiting_human', 'waiting_scheduled', 'resumed'])

/** The current steps; a run that was stopped before it began has none. */
export function showSteps(context: OperationContext, run: JobView): Item[] {
  const steps = runSteps(context, run)
  const [attempt] = listOf<Item>(run.item, 'attempts')
  const began = Date.parse(textOf(attempt, 'started_at'))
  const ended = Date.parse(textOf(attempt, 'ended_at'))
  // Ended runs took the time of their attempt; active runs follow the normal schedule.
  const pace = Number.isNaN(ended) ? 1 : (ended - began) / WORK
  return steps.flatMap((step, index) => {
    const status = statusOf(context, run, step, index === steps.length - 1)
    if (status === undefined) return []
    const isDone = status === 'completed'
    const output = isDone ? (index === steps.length - 1 ? run.item['output'] : `Output of ${step.id}.`) : null
    const instant = (offset: number): string | null =>
      Number.isNaN(began) ? null : isoText(began + Math.round(offset * pace))
    return [
      {
        agent_step_id: step.id,
        step_type: step.type,
        status,
        input: index === 0 ? (run.item['input'] ?? null) : `Output of ${steps[index - 1]!.id}.`,
        output,
        output_content_type: typeof output === 'string' ? 'text/plain' : null,
        started_at: status === 'pending' || status === 'queued' ? null : instant(step.from),
        ended_at: isDone || status === 'failed' ? instant(step.to) : null,
        duration_seconds: isDone ? Math.round((step.to - step.from) * pace) / 1000 : null,
        credits_used: isDone && index === steps.length - 1 ? (run.item['credits'] ?? 0) : 0,
        tool_calls: [],
      },
    ]
  })
}

function statusOf(context: OperationContext, run: JobView, step: RunStep, isLast: boolean): string | undefined {
  const { state } = run
  if (state === 'processing') {
    const elapsed = context.now - run.since
    if (elapsed < step.from) return 'pending'
    return elapsed < step.to || isLast ? 'processing' : 'completed'
  }
  if (state === 'completed' || (AT_THE_LAST.has(state) && !isLast)) return 'completed'
  if (AT_THE_LAST.has(state) || state === 'pending' || state === 'queued') return textOf(run.item, 'status')
  return undefined
}

/** The current state of a step run, by its own id; undefined where the run has not reached it. */
export function findStepRun(context: OperationContext, id: string): Item | undefined {
  for (const run of context.jobs.list('run')) {
    const index = runSteps(context, run).findIndex(({ runId }) => runId === id)
    if (index !== -1) return showSteps(context, run)[index]
  }
  return undefined
}

/** The step of a run that a criterion evaluates, if completed. */
export function completedStep(context: OperationContext, run: JobView, id: unknown): RunStep | undefined {
  const steps = runSteps(context, run)
  const index = steps.findIndex((step) => step.id === id)
  if (index === -1) return undefined
  return statusOf(context, run, steps[index]!, index === steps.length - 1) === 'completed' ? steps[index] : undefined
}
