import { isJson } from '../media/media-type.ts'
import { parseDuration } from '../values/duration.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Job } from '../model/job.ts'
import type { Acknowledge, PlainWebhook, Signature, Webhook } from '../model/webhook.ts'
import {
  compileFields,
  type Context,
  type Data,
  documentRoot,
  followRef,
  schemaOf,
  type SpecCursor,
} from './context.ts'
import { compileRequests } from './operation/callbacks.ts'

/** Roots that a body may read: it is built when the job reaches a state, mostly without a request. */
const ROOTS = new Set(['job', 'now', 'account', 'plan'])

const ANY_SUCCESS: Acknowledge = { status: ['2xx'], within: 10_000 }

export function compileWebhooks(webhooks: SpecCursor, jobs: ReadonlyMap<string, Job>): Map<string, Webhook> {
  const compiled = new Map<string, Webhook>()
  for (const [name, node] of webhooks.entries()) {
    const job = node.at('on', 'job').oneOf(jobs, 'job')
    if (!job) continue
    const made = node.withRoots(ROOTS)
    const sign = node.optional('sign')
    const secret = node.optional('secret')
    compiled.set(name, {
      name,
      job,
      states: compileTriggers(node.at('on', 'state'), job),
      to: node.at('to').compile(),
      item: compileWebhookItem(made),
      body: compileFields(made.at('body')),
      headers: compileFields(made.at('headers')),
      schema: documentedBody(node.context, name),
      acknowledge: compileAcknowledge(node.at('acknowledge').record(), ANY_SUCCESS),
      retry: node
        .at('retry')
        .list()
        .map((delay) => delay.duration() ?? 0),
      sign: sign && compileSignature(sign),
      secret: secret && { header: secret.at('header').compile(), value: secret.optional('value')?.compile() },
    })
  }
  return compiled
}

/** The document's own `webhooks` that `x-mock` does not mention; the first method of each. */
export function compilePlainWebhooks(
  webhooks: SpecCursor,
  known: ReadonlyMap<string, Webhook>,
): ReadonlyMap<string, PlainWebhook> {
  return new Map(
    webhooks.entries().flatMap(([name, item]): Array<[string, PlainWebhook]> => {
      const [request] = known.has(name) ? [] : compileRequests(name, followRef(item))
      return request ? [[name, request]] : []
    }),
  )
}

/** A text is an expression. `true` means the job, which is also the default for a webhook without a body. */
function compileWebhookItem(webhook: SpecCursor): Webhook['item'] {
  const item = webhook.at('item')
  if (item.text() !== undefined) return item.compile()
  return (item.value ?? !webhook.has('body')) ? 'job' : undefined
}

/** `acknowledge` of a webhook, in a spec or a scenario. */
export function compileAcknowledge(node: Data, fallback: Acknowledge): Acknowledge {
  const { status, within } = node
  return {
    status: status === undefined ? fallback.status : ([status].flat() as unknown as Acknowledge['status']),
    within: (within === undefined ? undefined : parseDuration(String(within))) ?? fallback.within,
  }
}

/** The states that send a webhook. */
function compileTriggers(state: SpecCursor, job: Job): ReadonlySet<string> {
  const finals = [...job.states.values()].filter(({ final }) => final).map(({ name }) => name)
  if (state.value === undefined) return new Set(finals)
  const names = ['final', ...job.states.keys()]
  return new Set(
    state.listOrOne().flatMap((entry) => {
      const name = String(entry.value)
      if (!job.states.has(name) && name === 'final') return finals
      return entry.isOneOf(names, 'state', `a state of the job ${job.name}`) ? [name] : []
    }),
  )
}

/** The schema of a webhook body: that of the document's `webhooks` under this name, or of a callback of this name. */
function documentedBody(context: Context, name: string): SchemaObject | undefined {
  const document = documentRoot(context)
  const item = followRef(document.at('webhooks', name))
  return bodySchema(item) ?? callbackBody(document, name)
}

/** The body of the first callback of this name. */
function callbackBody(document: SpecCursor, name: string): SchemaObject | undefined {
  for (const [, item] of document.at('paths').entries()) {
    for (const [, operation] of followRef(item).entries()) {
      if (!operation.has('callbacks')) continue
      const callback = followRef(operation.at('callbacks', name))
      const [first] = callback.entries()
      if (first) return bodySchema(followRef(first[1]))
    }
  }
  return undefined
}

function bodySchema(item: SpecCursor): SchemaObject | undefined {
  const body = followRef(item.at('post', 'requestBody'))
  const [, media] =
    body
      .at('content')
      .entries()
      .find(([type]) => isJson(type)) ?? []
  return schemaOf(media?.at('schema').value)
}

function compileSignature(sign: SpecCursor): Signature {
  return {
    header: String(sign.at('header').value),
    encoding: sign.at('encoding').value === 'base64' ? 'base64' : 'hex',
    prefix: sign.at('prefix').text() ?? '',
    secret: sign.optional('secret')?.compile(),
    assumed: sign.at('x-mock-assumed').text(),
  }
}
