/* Vendor code because a run may replay another one, and its steps are made from the workflow of its agent. */
import type { Item, JobView, OperationContext, OperationResult, OperationSteps, Refused, Started } from '../../kit.ts'
import { after, attachment, bodyOf, decode64, encodeText, isRefused, listOf, textOf, wordsOf } from '../../kit.ts'
import { missingFiles } from './attachments.ts'
import { eventsOf, runSteps, showSteps } from './run-steps.ts'

const starting: OperationSteps = { validate: after(checkInput), guard: after(checkFiles), start: startRun }

export const runs: Readonly<Record<string, OperationSteps>> = {
  runAgent: starting,
  runStreamingAgent: starting,
  getAgentRun: { body: (context, body) => withSteps(context, body as Item) },
  searchAgentRuns: { handle: searchRuns },
  cancelQueuedEmailRuns: { handle: cancelQueued },
  getInboundEmailStatus: { handle: inboundStatus },
  resumeInboundEmail: { handle: resumeInbound },
  downloadAgentRunAttachment: { resolve: resolveAttachment, handle: downloadAttachment },
}

const INPUTS = ['input', 'input_upload_id', 'input_upload_ids']

/** The request may give the input in only one way. */
function checkInput(context: OperationContext): Refused | undefined {
  const body = bodyOf(context)
  const given = INPUTS.filter((name) => body[name] !== undefined && body[name] !== null)
  if (given.length > 1)
    return context.refuse('UnprocessableEntity#input', `Give one of ${INPUTS.join(', ')}, not ${given.join(' and ')}`)
  return undefined
}

/** The files exist and are ready, as far as the agent needs them. */
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
  if (unread !== undefined)
    return context.refuse('BadRequest#unmet', `the upload "${unread}" is not ready`, {
      unmet: `${unread} is not ready`,
    })
  const files = uploads.length > 0 ? uploads : listOf(earlier?.item, 'uploads')
  const names = files.map((id) => textOf(context.jobs.get('inputUpload', id)?.item, 'filename'))
  const lack = missingFiles(context.item('agent'), names)
  return lack === undefined ? undefined : context.refuse('BadRequest#unmet', `no upload is ${lack}`, { unmet: lack })
}

function uploadsOf(context: OperationContext): readonly string[] {
  const { input_upload_id: one, input_upload_ids: many } = bodyOf(context)
  return [...(typeof one === 'string' ? [one] : []), ...(Array.isArray(many) ? (many as string[]) : [])]
}

/** A run that replays another one uses its input and files, unless it has its own. */
function startRun(context: OperationContext): Started {
  const { input = null, replay_of_run_id: replayed } = bodyOf(context)
  const own = uploadsOf(context)
  const earlier = typeof replayed === 'string' ? context.jobs.get('run', replayed)?.item : undefined
  const uploads = own.length > 0 ? own : listOf(earlier, 'uploads')
  const events = eventsOf(context.item('agent')?.['definition'])
  return { fields: { ...events, uploads, text: input ?? earlier?.['input'] ?? null } }
}

/** Steps are shown on request: one per step of the workflow, up to the run's progress. */
function withSteps(context: OperationContext, run: Item): Item {
  if (context.query.get('include_step_outputs') !== 'true') return run
  const view = context.jobs.get('run', context.params['run_id']!)!
  return { ...run, steps: showSteps(context, view) }
}

/** Steps of ended runs whose output has one of the words; more words rank higher. */
function searchRuns(context: OperationContext): OperationResult {
  const { query, agent_id: agent, run_status: status, step_type: type, top_n: most = 10 } = bodyOf(context)
  const words = wordsOf(String(query))
  const fits = (wanted: unknown, value: unknown): boolean => wanted === undefined || wanted === null || wanted === value
  const runs = context.jobs
    .list('run')
    .filter(({ item }) => fits(agent, item['agent_id']) && fits(status, item['status']))
  const matches = runs.flatMap((run) => {
    const { id, item } = run
    const ids = runSteps(context, run)
    return showSteps(context, run).flatMap((step, index) => {
      // The run's input is found in its first step.
      const texts = [step['output'], index === 0 ? step['input'] : null]
      const text = texts.find((entry) => typeof entry === 'string' && hits(entry, words) > 0)
      if (typeof text !== 'string' || !fits(type, step['step_type'])) return []
      return [
        {
          agent_id: item['agent_id'],
          agent_run_id: id,
          agent_run_status: item['status'],
          agent_step_id: step['agent_step_id'],
          agent_step_run_id: ids[index]!.runId,
          agent_step_type: step['step_type'],
          score: hits(text, words) / words.length,
          text,
          title: context.items.get('agents', textOf(item, 'agent_id'))?.['name'] ?? null,
        },
      ]
    })
  })
  matches.sort((left, right) => right.score - left.score)
  const found = matches.slice(0, Number(most))
  return { item: { matches: found, total: found.length } }
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
    // Only queued runs were selected, and those can be cancelled.
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
  // A run's files are deleted with its agent.
  if (!run || !context.items.get('agents', textOf(run.item, 'agent_id'))) return undefined
  const key = decode64(context.params['attachment_id']!)
  return listOf<Attachment>(run.item, 'attachments').find((entry) => entry.storage_key === key)
}

/** A missing run, file or account gives the same 404. */
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
