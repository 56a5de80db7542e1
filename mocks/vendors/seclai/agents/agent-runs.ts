/* Code since a run may replay another one, and its steps are made from the workflow of its agent. */
import type { Item, JobView, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, attachment, bodyOf, decode64, encodeText, isRefused, listOf, textOf, wordsOf } from '../../kit.ts'
import { stepsOf } from './workflow.ts'

const judged: OperationSteps = { validate: after(checkInput), guard: after(checkFiles) }

export const runs: Readonly<Record<string, OperationSteps>> = {
  runAgent: { ...judged, handle: startRun },
  runStreamingAgent: judged,
  getAgentRun: { body: (context, body) => withSteps(context, body as Item) },
  searchAgentRuns: { handle: searchRuns },
  cancelQueuedEmailRuns: { handle: cancelQueued },
  getInboundEmailStatus: { handle: inboundStatus },
  resumeInboundEmail: { handle: resumeInbound },
  downloadAgentRunAttachment: { resolve: resolveAttachment, handle: downloadAttachment },
}

const INPUTS = ['input', 'input_upload_id', 'input_upload_ids']

/** One way to give the input. */
function checkInput(context: OperationContext): Refused | undefined {
  const body = bodyOf(context)
  const given = INPUTS.filter((name) => body[name] !== undefined && body[name] !== null)
  if (given.length > 1)
    return context.refuse('UnprocessableEntity#input', `Give one of ${INPUTS.join(', ')}, not ${given.join(' and ')}`)
  return undefined
}

/** Files that are there and ready, as far as the agent wants some. */
function checkFiles(context: OperationContext): Refused | undefined {
  const body = bodyOf(context)
  const replayed = body['replay_of_run_id']
  const earlier = typeof replayed === 'string' ? context.jobs.get('run', replayed) : undefined
  const agent = context.params['agent_id']
  if (typeof replayed === 'string' && earlier?.item['agent_id'] !== agent)
    return context.refuse('NotFound#item', `no run "${replayed}" of this agent`)
  const uploads = uploadsOf(context)
  const missing = uploads.find((id) => context.jobs.get('inputUpload', id)?.item['agent_id'] !== agent)
  if (missing !== undefined) return context.refuse('NotFound#item', `no upload "${missing}" of this agent`)
  const unread = uploads.find((id) => context.jobs.get('inputUpload', id)?.state !== 'ready')
  if (unread !== undefined) return context.refuse('BadRequest#unmet', `the upload "${unread}" is not ready`)
  const replays = listOf(earlier?.item, 'uploads')
  if (context.item('agent')?.['requires_uploads'] === true && uploads.length === 0 && replays.length === 0)
    return context.refuse('BadRequest#unmet', 'the agent wants a document, and no upload was given')
  return undefined
}

function uploadsOf(context: OperationContext): readonly string[] {
  const { input_upload_id: one, input_upload_ids: many } = bodyOf(context)
  return [...(typeof one === 'string' ? [one] : []), ...(Array.isArray(many) ? (many as string[]) : [])]
}

/** A run that replays another one has its input and its files, where it brings none of its own. */
function startRun(context: OperationContext, next: () => OperationResult | Refused): OperationResult | Refused {
  const { input = null, replay_of_run_id: replayed } = bodyOf(context)
  const own = uploadsOf(context)
  const earlier = typeof replayed === 'string' ? context.jobs.get('run', replayed)?.item : undefined
  if (!earlier && own.length === 0) return next()
  const uploads = own.length > 0 ? own : listOf(earlier, 'uploads')
  return { item: context.jobs.start('run', { text: input ?? earlier?.['input'] ?? null, uploads }).item }
}

/** Steps are shown to those who ask: one for each of the workflow, as far as the run has come. */
function withSteps(context: OperationContext, run: Item): Item {
  if (context.query.get('include_step_outputs') !== 'true') return run
  const view = context.jobs.get('run', context.params['run_id']!)!
  return { ...run, steps: showSteps(context, view) }
}

function showSteps(context: OperationContext, run: JobView): Item[] {
  const agent = context.items.get('agents', textOf(run.item, 'agent_id'))
  const steps = stepsOf(run.item['definition'] ?? agent?.['definition'])
  const [attempt] = listOf<Item>(run.item, 'attempts')
  const status = run.item['status']
  return steps.map(({ step }, index) => {
    const isLast = index === steps.length - 1
    const isDone = status === 'completed' || (status === 'failed' && !isLast)
    const output = isDone ? (isLast ? run.item['output'] : `Output of ${textOf(step, 'id')}.`) : null
    return {
      agent_step_id: step['id'] ?? `step-${index + 1}`,
      step_type: step['step_type'],
      status: isDone ? 'completed' : status,
      input: index === 0 ? run.item['input'] : `Output of ${textOf(steps[index - 1]!.step, 'id')}.`,
      output,
      output_content_type: output === null ? null : 'text/plain',
      started_at: attempt?.['started_at'] ?? null,
      ended_at: isDone ? (attempt?.['ended_at'] ?? null) : null,
      duration_seconds: isDone && typeof attempt?.['duration'] === 'number' ? attempt['duration'] / steps.length : null,
      credits_used: isDone && isLast ? (run.item['credits'] ?? 0) : 0,
      tool_calls: [],
    }
  })
}

/** Runs whose input or output has one of the words; the more of them, the better it fits. */
function searchRuns(context: OperationContext): OperationResult {
  const { query, agent_id: agent, run_status: status, step_type: type, top_n: most = 10 } = bodyOf(context)
  const words = wordsOf(String(query))
  const matches = context.jobs.list('run').flatMap(({ id, item }) => {
    const text = [item['output'], item['input']].find((entry) => typeof entry === 'string' && hits(entry, words) > 0)
    const fits = (wanted: unknown, value: unknown): boolean =>
      wanted === undefined || wanted === null || wanted === value
    if (typeof text !== 'string' || !fits(agent, item['agent_id']) || !fits(status, item['status'])) return []
    const found = context.items.get('agents', textOf(item, 'agent_id'))
    const step = stepsOf(item['definition'] ?? found?.['definition']).find((entry) =>
      fits(type, entry.step['step_type']),
    )?.step
    if (!step) return []
    return [
      {
        agent_id: item['agent_id'],
        agent_run_id: id,
        agent_run_status: item['status'],
        agent_step_id: step['id'] ?? null,
        agent_step_run_id: listOf(item, 'step_runs')[0] ?? null,
        agent_step_type: step['step_type'],
        score: hits(text, words) / words.length,
        text,
        title: found?.['name'] ?? null,
      },
    ]
  })
  matches.sort((left, right) => right.score - left.score)
  return { item: { matches: matches.slice(0, Number(most)), total: matches.length } }
}

function hits(text: string, words: readonly string[]): number {
  const all = new Set(wordsOf(text))
  return words.filter((word) => all.has(word)).length
}

function queuedRuns(context: OperationContext): JobView[] {
  return context.jobs.list('run').filter(({ state }) => state === 'queued')
}

function cancelQueued(context: OperationContext): OperationResult | Refused {
  const queued = queuedRuns(context)
  for (const { id } of queued) {
    // Only what is queued was taken, and that can be cancelled.
    const moved = context.jobs.move('run', id, 'cancel', 'Forbidden#role')
    if (isRefused(moved)) return moved
  }
  return { item: { cancelled: queued.length } }
}

function inboundStatus(context: OperationContext): OperationResult {
  return {
    item: { paused: context.readAccount('inbound_paused') === true, queued_backlog: queuedRuns(context).length },
  }
}

function resumeInbound(context: OperationContext): OperationResult {
  const wasPaused = context.readAccount('inbound_paused') === true
  context.changeAccount({ inbound_paused: false })
  return { item: { resumed: wasPaused } }
}

interface Attachment {
  readonly storage_key: string
  readonly mime: string
  readonly name: string
  readonly text: string
}

const AS_IT_IS = /^(?:image|audio|video)\/|^(?:application\/pdf|text\/plain|application\/vnd\.seclai\.manifest\+json)$/

function attachmentOf(context: OperationContext): Attachment | undefined {
  const run = context.jobs.get('run', context.params['run_id']!)
  const key = decode64(context.params['attachment_id']!)
  return listOf<Attachment>(run?.item, 'attachments').find((entry) => entry.storage_key === key)
}

/** Whatever is not found - run, file, account - is the same 404. */
function resolveAttachment(context: OperationContext): Refused | undefined {
  return attachmentOf(context) ? undefined : context.refuse('NotFound#item', 'no such run, or no such file of it')
}

function downloadAttachment(context: OperationContext): OperationResult {
  const { mime, name, text } = attachmentOf(context)!
  const file = context.query.get('download_name') ?? name
  const disposition = attachment(file)
  const bytes = encodeText(text)
  if (!AS_IT_IS.test(mime)) return { bytes, headers: [['content-type', 'application/octet-stream'], disposition] }
  return { bytes, headers: [['content-type', mime], ...(context.query.has('download_name') ? [disposition] : [])] }
}
