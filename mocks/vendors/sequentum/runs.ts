/* Vendor code because files and their signed URLs are generated from a run's results. */
import type { Item, OperationContext, OperationResult, Refused } from '../kit.ts'
import { encodeText, firstOf, isoSeconds, isRecord, isRefused, parseJsonText } from '../kit.ts'

/** A run as answers show it, with its cost. */
export interface Run extends Item {
  readonly id: number
  readonly agentId: number
  readonly configName: string
  readonly spaceId: number
  readonly status: number
  readonly created: string
  readonly startTime: string | null
  readonly endTime: string | null
  readonly message: string | null
  readonly dataCount: number
  readonly exportCount: number
  readonly errorCount: number
  readonly pageCount: number
  readonly runTimeSec: number | null
  /** Credits, charged when it ends. */
  readonly cost: number
}

interface RunFile extends Item {
  readonly id: number
  readonly name: string
}

/** RunStatus, in numeric order. */
const STATUS_NAMES = [
  'Invalid',
  'Running',
  'Exporting',
  'Starting',
  'Queuing',
  'Stopping',
  'Failure',
  'Failed',
  'Stopped',
  'Completed',
  'Success',
  'Skipped',
  'Waiting',
  'UpdatingDataSet',
]

/** ms for which a download URL is valid. */
const LINK_LIFE = 5 * 60_000

/** All runs of the organization, newest first. */
export function runs(context: OperationContext): Run[] {
  return context.jobs.list('run').map(({ item }) => item as Run)
}

/** Runs of the agent in the path. */
export function runsOfAgent(context: OperationContext): Run[] {
  return runs(context).filter((run) => run.agentId === Number(context.params['agentId']))
}

/** Inputs are a JSON text that must contain an object. */
export function checkInputs(context: OperationContext, error = 'UnprocessableEntity#input'): Refused | undefined {
  const { inputParameters } = (context.body ?? {}) as { readonly inputParameters?: string | null }
  if (inputParameters === undefined || inputParameters === null || inputParameters === '') return undefined
  try {
    const read = parseJsonText(inputParameters)
    if (isRecord(read)) return undefined
  } catch {
    // Refused below: the text is not JSON.
  }
  return context.refuse(error, 'inputParameters is not the text of a JSON object')
}

/** A caller that waited for the end gets the records, not the run. */
export function showStart(context: OperationContext, body: unknown): unknown {
  const { isRunSynchronously } = (context.body ?? {}) as { readonly isRunSynchronously?: boolean }
  return isRunSynchronously === true ? recordsOf(body as Run) : body
}

export function getAgentRuns(context: OperationContext): OperationResult {
  return { list: firstOf(context, runsOfAgent(context), 'maxRecords', 50) }
}

export function summarizeRuns(context: OperationContext): OperationResult {
  const own = runsOfAgent(context)
  const statusCounts = STATUS_NAMES.map((statusName, status) => ({
    status,
    statusName,
    count: own.filter((run) => run.status === status).length,
  })).filter(({ count }) => count > 0)
  return { item: { totalCount: own.length, statusCounts } }
}

/** Deletes a run, or only its files. */
export function deleteRun(context: OperationContext, next: () => OperationResult | Refused): OperationResult | Refused {
  const id = context.params['runId']!
  const run = context.item('run') as Run
  if ((context.query.get('removeMethod') ?? 'RemoveEntireRun') !== 'RemoveEntireRun') {
    if (run.endTime === null) return context.refuse('BadRequest#active', 'the run has not ended')
    context.items.put('removals', id, { id })
    return {}
  }
  const made = next()
  // Its cost stays on the account.
  if (!isRefused(made)) context.items.put('booked', id, run)
  return made
}

export function getRunFiles(context: OperationContext): OperationResult {
  return { list: filesOf(context, context.item('run') as Run) }
}

/** Redirects to a URL that only this answer has, and that expires. */
export function getRunFile(context: OperationContext): OperationResult | Refused {
  const run = context.item('run') as Run
  const file = filesOf(context, run).find(({ id }) => String(id) === context.params['fileId'])
  if (!file) return context.refuse('NotFound#file', `run ${run.id} has no file ${context.params['fileId']}`)
  const id = context.hex(24)
  const signature = context.issue('signedLink', context.hex(32))
  const expires = Math.ceil((context.now + LINK_LIFE) / 1000)
  context.items.put('links', id, { id, runId: run.id, fileId: file.id, expires, signature })
  const location = `${context.base}/api/v1/run-files/${id}?expires=${expires}&signature=${signature}`
  return { headers: [['Location', location]] }
}

/** The bytes, for every caller with the address while it is valid. */
export function downloadRunFile(context: OperationContext): OperationResult | Refused {
  const { expires, signature, runId, fileId } = context.item('link') as Item & { readonly expires: number }
  const isSigned = signature === undefined || context.query.get('signature') === signature
  if (!isSigned || context.query.get('expires') !== String(expires) || context.now > expires * 1000)
    return context.refuse('LinkForbidden#link', 'the signature is wrong, or the link has expired')
  const run = context.jobs.get('run', String(runId))
  const file = run && filesOf(context, run.item as Run).find(({ id }) => id === fileId)
  if (!file) return context.refuse('LinkNotFound#file', `the file is gone with run ${String(runId)}`)
  return { bytes: encodeText(bytesOf(run.item as Run, file)) }
}

/** The files of a run: its data, if any, and a log. */
function filesOf(context: OperationContext, run: Run): RunFile[] {
  if (run.endTime === null || run.startTime === null || context.items.get('removals', String(run.id))) return []
  const files = [
    ...(run.exportCount > 0 ? [{ name: `${run.configName}.csv`, fileType: 1 }] : []),
    { name: 'log.txt', fileType: 6 },
  ]
  return files.map((file, index) => {
    const made = { id: index + 1, ...file, created: run.endTime }
    return { ...made, fileSize: bytesOf(run, made).length }
  })
}

function bytesOf(run: Run, file: RunFile): string {
  if (file['fileType'] === 6) return `${run.startTime} started\n${run.endTime} ended as ${STATUS_NAMES[run.status]}\n`
  const rows = recordsOf(run).map(({ number, found }) => `${number},${found}`)
  return `number,found\n${rows.join('\n')}\n`
}

/** The records that a run extracted. */
function recordsOf(run: Run): Array<{ readonly number: number; readonly found: string }> {
  const at = run.endTime ?? isoSeconds(0)
  return Array.from({ length: run.dataCount }, (_, index) => ({ number: index + 1, found: at }))
}
