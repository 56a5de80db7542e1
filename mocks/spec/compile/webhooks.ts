import type { BodyNode, MediaNode, OperationNode, PathItem } from '../model/document.ts'
import { isJson } from '../media/media-type.ts'
import { parseDuration } from '../values/duration.ts'
import { didYouMean } from '../problems/nearest.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Compiling } from '../values/value.ts'
import { compileValue } from '../values/value.ts'
import type { Job } from '../model/vendor.ts'
import type { Acknowledge, Signature, Webhook } from '../model/webhook.ts'
import { compileFields, type Context, type Data, entries, list, record, schemaOf, textOf } from './context.ts'

/** What a body may read: it is made when the job has come so far, and no request is there then. */
const ROOTS = new Set(['job', 'now', 'account', 'plan'])

const ANY_SUCCESS: Acknowledge = { status: ['2xx'], within: 10_000 }

export function compileWebhooks(
  context: Context,
  raw: unknown,
  jobs: ReadonlyMap<string, Job>,
  pointer: string,
): Map<string, Webhook> {
  const webhooks = new Map<string, Webhook>()
  for (const [name, value] of entries(raw)) {
    const node = record(value)
    const at = `${pointer}/${name}`
    const on = record(node['on'])
    const job = jobs.get(String(on['job']))
    if (!job) {
      context.report({
        code: 'unknown-job',
        pointer: `${at}/on/job`,
        message: `"${String(on['job'])}" is not one of the jobs.${didYouMean(String(on['job']), jobs.keys())}`,
      })
      continue
    }
    const own: Compiling = { ...context, roots: ROOTS }
    webhooks.set(name, {
      name,
      job,
      states: compileStates(context, on['state'], job, `${at}/on/state`),
      to: compileValue(node['to'], `${at}/to`, context),
      item: compileItem(node, `${at}/item`, own),
      body: compileFields(node['body'], `${at}/body`, own),
      headers: compileFields(node['headers'], `${at}/headers`, own),
      schema: documentedBody(context, name),
      acknowledge: compileAcknowledge(record(node['acknowledge']), ANY_SUCCESS),
      retry: list(node['retry']).map((delay) => parseDuration(String(delay)) ?? 0),
      sign: compileSignature(context, node['sign'], `${at}/sign`),
      secret: compileSecret(context, node['secret'], `${at}/secret`),
    })
  }
  return webhooks
}

/** A text is a value; `true` is the job, and so is nothing where there is no body either. */
function compileItem(node: Data, pointer: string, compiling: Compiling): Webhook['item'] {
  const { item } = node
  if (typeof item === 'string') return compileValue(item, pointer, compiling)
  return (item ?? node['body'] === undefined) ? 'job' : undefined
}

/** What is written of it; a scenario writes it too. */
export function compileAcknowledge(node: Data, otherwise: Acknowledge): Acknowledge {
  const { status, within } = node
  return {
    status: status === undefined ? otherwise.status : ([status].flat() as unknown as Acknowledge['status']),
    within: (within === undefined ? undefined : parseDuration(String(within))) ?? otherwise.within,
  }
}

function compileStates(context: Context, raw: unknown, job: Job, pointer: string): ReadonlySet<string> {
  const finals = [...job.states.values()].filter((state) => state.final).map((state) => state.name)
  const names = [...job.states.keys()]
  const isList = Array.isArray(raw)
  return new Set(
    [raw ?? 'final'].flat().flatMap((entry, index) => {
      const name = String(entry)
      if (job.states.has(name)) return [name]
      if (name === 'final') return finals
      context.report({
        code: 'unknown-state',
        pointer: isList ? `${pointer}/${index}` : pointer,
        message: `"${name}" is not a state of the job ${job.name}.${didYouMean(name, ['final', ...names])}`,
      })
      return []
    }),
  )
}

/** The body that the document's own `webhooks` tell of under the same name. */
function documentedBody(context: Context, name: string): SchemaObject | undefined {
  const written = record(context.document.webhooks)[name]
  const { node: item, pointer } = context.deref<PathItem>(written, `/webhooks/${name}`)
  const operation: OperationNode = record(item.post)
  const { node: body } = context.deref<BodyNode>(operation.requestBody, `${pointer}/post/requestBody`)
  const [, content] = entries(body.content).find(([type]) => isJson(type)) ?? []
  const media: MediaNode = record(content)
  return schemaOf(media.schema)
}

function compileSignature(context: Context, raw: unknown, pointer: string): Signature | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  return {
    header: String(node['header']),
    encoding: node['encoding'] === 'base64' ? 'base64' : 'hex',
    prefix: textOf(node['prefix']) ?? '',
    secret: node['secret'] === undefined ? undefined : compileValue(node['secret'], `${pointer}/secret`, context),
    assumed: textOf(node['x-mock-assumed']),
  }
}

function compileSecret(context: Context, raw: unknown, pointer: string): Webhook['secret'] {
  if (raw === undefined) return undefined
  const node = record(raw)
  return {
    header: String(node['header']),
    value: node['value'] === undefined ? undefined : compileValue(node['value'], `${pointer}/value`, context),
  }
}
