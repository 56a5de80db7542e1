import { operationFault, pathFault } from '../problems/shape.ts'
import { type FindReason, LEFT_OUT, NO_TEXT } from '../problems/flaws.ts'
import type { Collection } from '../model/collection.ts'
import type { Job } from '../model/job.ts'
import type { Limit } from '../model/rules/limit.ts'
import type { Operation } from '../model/operation/operation.ts'
import type { StageName } from '../model/rules/stage.ts'
import type { Refusal, Refusals, ResponseSpec } from '../model/response.ts'
import type { Server } from '../model/server.ts'
import type { Webhook } from '../model/webhook.ts'
import type { Issuer } from '../model/tokens.ts'
import { isMarked } from '../codec/plain-params.ts'
import { isDeterministic } from '../values/value.ts'
import { isEventStream, mediaTypeOf } from '../media/media-type.ts'
import { securityOf } from './operation/authentication.ts'
import { compileCollectionStep, type Envelope } from './operation/collection-step.ts'
import { compilePatches, compileRefusal, documentRoot, followRef, type SpecCursor } from './context.ts'
import { compileGuard, compileRequirements, compileScopes, type Levels } from './operation/authorize.ts'
import { compileCallbacks } from './operation/callbacks.ts'
import { compileEventsStep } from './operation/compile-events.ts'
import { compileJobStep } from './operation/job-step.ts'
import { LateOperation, type OperationHead } from './operation/late-operation.ts'
import { compileItems, compileParameters, spanningParameter } from './operation/parameters.ts'
import { compileBody } from './operation/request-body.ts'
import { compileStream } from './operation/stream.ts'
import { type IdempotencyEntry, idempotencyOf } from './rules/compile-idempotency.ts'
import { stagesOf } from './rules/order.ts'
import { type TriggerEntry, triggersOf } from './rules/compile-triggers.ts'
import { itemsIn, leftOutOperation, duplicateIds, operationsOf, type RawOperation } from './left-out.ts'
import type { LimitEntry } from './limits.ts'
import { compileResponses, exactError, normalAnswer, refusal } from './operation/responses.ts'
import { compileServers } from './servers.ts'
import { compileTokenStep } from './operation/token-step.ts'

/** Named parts that operations refer to. */
export interface Parts {
  /** The vendor's order of stages. */
  readonly order: readonly StageName[]
  readonly servers: readonly Server[]
  readonly limits: readonly LimitEntry[]
  readonly collections: ReadonlyMap<string, Collection>
  readonly jobs: ReadonlyMap<string, Job>
  readonly issuers: ReadonlyMap<string, Issuer>
  readonly levels: Levels
  readonly refusals: Refusals
  readonly idempotency: IdempotencyEntry | undefined
  readonly triggers: readonly TriggerEntry[]
  /** `validate` of the root, for operations without their own. */
  readonly validate: SpecCursor
  readonly envelopes: ReadonlyMap<string, Envelope>
  /** Webhooks that are not callbacks of an operation. */
  readonly webhooks: ReadonlyMap<string, Webhook>
  /** Whether the document is known to be right, so that each operation is compiled when it is first used. */
  readonly isProven: boolean
}

/** The operations of a document, and the paths without any usable operation. */
export function compileOperations(
  paths: SpecCursor,
  parts: Parts,
): { readonly operations: Map<string, Operation>; readonly lost: Map<string, string> } {
  const { whyLeftOut, flaw } = paths.context
  const operations = new Map<string, Operation>()
  const lost = new Map<string, string>()
  const twice = parts.isProven ? NO_NAMES : duplicateIds(paths)
  for (const [path, rawItem] of itemsIn(paths)) {
    const item = followRef(rawItem)
    const shared = { parameters: item.at('parameters').value }
    const reason =
      item.at(LEFT_OUT).text() ??
      pathFault(path, rawItem.value) ??
      (item.has('$ref') ? (whyLeftOut(item.value) ?? NO_TEXT) : undefined)
    if (reason !== undefined) {
      lost.set(path, reason)
      continue
    }
    for (const [method, node] of operationsOf(item)) {
      const given = node.at('operationId').text()
      const isTwice = given !== undefined && twice.has(given)
      const id = given === undefined || isTwice ? `${method.toUpperCase()} ${path}` : given
      if (isTwice) {
        const [other, ...more] = twice.get(given)!.filter((name) => name !== id)
        const others = `${other}${more.length > 0 ? ` and ${more.length} more` : ''}`
        const message = `"${given}" names several operations: this one and ${others}. Give each its own.`
        flaw({ code: 'duplicate-operation', pointer: node.at('operationId').pointer, message })
      }
      const leftOut =
        node.at(LEFT_OUT).text() ??
        operationFault(method, node.value) ??
        (parts.isProven
          ? undefined
          : (whyLeftOut({ ...node.record(), responses: undefined }) ??
            whyLeftOut(shared) ??
            whyUnanswered(node.at('responses'), whyLeftOut)))
      const raw: RawOperation = { id, path, method, node }
      operations.set(
        id,
        leftOut === undefined ? compileOperation(raw, item, parts) : leftOutOperation(raw, parts, leftOut),
      )
    }
  }
  return { operations, lost }
}

const NO_NAMES: ReturnType<typeof duplicateIds> = new Map()

/** The answers of an operation, without those whose references are broken. */
function playable(responses: SpecCursor): unknown {
  const { whyLeftOut } = responses.context
  const all = responses.entries()
  const kept = all.filter(([, response]) => whyLeftOut(response.value) === undefined)
  return kept.length === all.length
    ? responses.value
    : Object.fromEntries(kept.map(([code, { value }]) => [code, value]))
}

/** Why no answer of an operation is usable; undefined where at least one success is. */
function whyUnanswered(responses: SpecCursor, whyLeftOut: FindReason): string | undefined {
  const all = responses.entries()
  const normal = all.filter(([code]) => /^[23]|^default$/i.test(code))
  const reasons = (normal.length > 0 ? normal : all).map(([, response]) => whyLeftOut(response.value))
  return reasons.includes(undefined) ? undefined : reasons[0]
}

export function compileRefusals(errors: SpecCursor): Refusals {
  return Object.fromEntries(errors.entries().map(([key, name]) => [key, compileRefusal(name)]))
}

function compileOperation({ id, path, method, node }: RawOperation, item: SpecCursor, parts: Parts): Operation {
  const { context } = node
  const mock = node.at('x-mock')
  const servers = compileServers(node.optional('servers') ?? item.at('servers'))
  const rawSecurity = securityOf(
    isGiven(node.at('security')) ? node.at('security') : documentRoot(context).at('security'),
  )
  const parameters = [...item.at('parameters').list(), ...node.at('parameters').list()]
  const head: OperationHead = {
    id,
    method: method.toUpperCase(),
    path,
    spanning: spanningParameter(parameters, path),
    servers: servers.length > 0 ? servers : parts.servers,
    summary: node.at('summary').text() ?? '',
    tags: node.at('tags').texts(),
    security: rawSecurity.map((entry) => Object.keys(entry)),
    code: mock.has('code'),
    deprecated: node.at('deprecated').value === true,
    isOwn: mock.at('acting').value === 'own',
    leftOut: undefined,
  }
  const compile = (): Operation => compileBehind(head, node, { rawSecurity, rawParameters: parameters }, parts)
  return parts.isProven ? new LateOperation(head, mock.record(), compile) : compile()
}

/** What an operation says that is of use only when it is called. */
function compileBehind(
  head: OperationHead,
  node: SpecCursor,
  raw: { readonly rawSecurity: ReturnType<typeof securityOf>; readonly rawParameters: readonly SpecCursor[] },
  parts: Parts,
): Operation {
  const { id, path, tags, security } = head
  const { context } = node
  const mock = node.at('x-mock')
  const items = compileItems(mock.at('resolve'), path, parts.collections)
  const collection = mock.optional('collection')
  const own = compilePatches(mock.at('body'))
  const step = collection && compileCollectionStep(collection, parts, own)
  const responses = compileResponses(node.at('responses').with(playable(node.at('responses'))))
  const validate = (key: string): SpecCursor => mock.at('validate').optional(key) ?? parts.validate.at(key)
  refuseBoth(mock)
  const overlay = [...(step?.around ?? []), ...own]
  // Only exact codes here: ranges and `default` are looked up when a stage refuses, and would hide answers under other
  // codes.
  const exact = (status: number): Refusal | undefined => exactError(responses, status)
  const success = normalAnswer(responses, mock.at('status').value)
  const job = mock.has('job') ? compileJobStep(mock.at('job'), parts.jobs, responses) : undefined
  const starts = job?.kind === 'start' ? job.job : undefined
  const stream = mock.has('stream')
    ? compileStream(mock.at('stream'), parts.jobs, { path, starts, success })
    : undefined
  const events = mock.optional('events')
  const tokens = mock.optional('tokens')
  const parameters = compileParameters(raw.rawParameters, path)
  const charge = mock.optional('charge')
  if (charge && starts?.credits) refuseTwoPrices(charge, starts)
  const body = node.optional('requestBody')
  const isOpen = security.length === 0 || security.some((alternative) => alternative.length === 0)
  const operation: Omit<Operation, 'stages'> = {
    ...head,
    parameters,
    marked: parameters.filter(isMarked),
    items,
    body: body && compileBody(body, validate),
    responses,
    success: stream && success ? withoutStream(success) : success,
    limits: parts.limits
      .filter(({ on, except }) => {
        const names = [id, ...tags]
        return (
          (on === undefined || on.some((name) => names.includes(name))) && !except.some((name) => names.includes(name))
        )
      })
      .map((entry) => refusingHere(entry.limit, responses)),
    collection: step?.step,
    job,
    events: events && compileEventsStep(events, path, parts.jobs),
    stream,
    tokens: tokens && compileTokenStep(tokens, parts.issuers, responses),
    idempotency: idempotencyOf(parts.idempotency, [id, ...tags], { method: head.method, parameters }),
    triggers: triggersOf(parts.triggers, [id, ...tags]),
    charge: charge && {
      credits: charge.at('credits').compile(),
      refuse: compileRefusal(charge.at('refuse')) ?? exact(402),
    },
    reference: compileReference(mock, id, success),
    overlay,
    steady:
      !['collection', 'job', 'events', 'stream', 'tokens', 'charge'].some((keyword) => mock.has(keyword)) &&
      overlay.every((patch) => [...patch.segments, patch.value].every(isDeterministic)),
    codeRefusals: mock
      .at('code')
      .list()
      .flatMap((name) => compileRefusal(name) ?? []),
    callbacks: compileCallbacks(node.at('callbacks'), [...parts.webhooks.values()], starts),
    validate: {
      body: validate('body').value === undefined ? undefined : validate('body').compile(),
      strip: validate('strip').texts(),
      accept: validate('accept').value === 'ignore' ? 'ignore' : 'refuse',
      unknownQuery: validate('unknownQuery').value === 'refuse' ? 'refuse' : 'ignore',
      ...(validate('dates').value === 'iso-8601' ? FREE_DATES : STRICT_DATES),
    },
    guard: compileGuard(mock.at('guard'), [...items.values()], parts.collections),
    authorize: [
      ...compileRequirements(mock.at('authorize'), parts.levels, isOpen),
      ...compileScopes(context, raw.rawSecurity, parts.levels),
    ],
    refusals: {
      // The document's own 4xx answers are the defaults where `x-mock` names none.
      parse: exact(400),
      contentType: exact(415) ?? exact(400),
      tooLarge: exact(413),
      validate: exact(422) ?? exact(400),
      notFound: exact(404),
      notAcceptable: exact(406),
      ...parts.refusals,
      ...compileRefusals(mock.at('errors')),
    },
  }
  return { ...operation, stages: stagesOf(parts.order, operation) }
}

/** A key without a value says nothing. */
function isGiven({ value }: SpecCursor): boolean {
  return value !== undefined && value !== null
}

/** Shared constants, since each request reads one of them. */
const STRICT_DATES = { parameters: {}, request: { direction: 'request' } } as const
const FREE_DATES = { parameters: { dates: 'iso-8601' }, request: { direction: 'request', dates: 'iso-8601' } } as const

/** A limit refuses with the operation's own answer of that status, where that differs from the limit's. */
function refusingHere(limit: Limit, responses: readonly ResponseSpec[]): Limit {
  const { response, example } = limit.refuse
  if (responses.some(({ name }) => name === response.name)) return limit
  const own = responses.find(({ code }) => code === String(response.status))
  return own ? { ...limit, refuse: refusal(own.name ?? own.code, own, own.examples.get(example?.name ?? '')) } : limit
}

/** The answer in place of the stream: another media type, if there is one. */
function withoutStream(success: ResponseSpec): ResponseSpec {
  const choices = success.choices.filter(({ mediaType }) => !isEventStream(mediaType))
  return { ...success, ...choices[0], choices }
}

/** Whether the operation answers with the HTML page that documents the API. */
function compileReference(mock: SpecCursor, id: string, success: ResponseSpec | undefined): boolean {
  const reference = mock.at('reference')
  if (reference.value !== true) return false
  if (mediaTypeOf(success?.mediaType) !== 'text/html') {
    const problem = `"reference" answers with a page, and the normal answer of ${id} is not text/html.`
    reference.report('reference-without-html', problem, 'Document it as text/html, or remove "reference".')
  }
  return true
}

/** Reports a price at the start of a job whose end settles its price, which would charge twice. */
function refuseTwoPrices(charge: SpecCursor, { name }: Job): void {
  const problem = `"charge" is on an operation that starts the job "${name}", which has "credits".`
  charge.key.report('conflicting-keywords', problem, 'Keep one of them.')
}

/** Reports keywords that exclude each other in one operation, since one would be ignored. */
function refuseBoth(mock: SpecCursor): void {
  const conflict = (keyword: string, other: SpecCursor): void => {
    const problem = `"${String(other.key.value)}" cannot be used with "${keyword}".`
    if (other.value !== undefined) other.report('conflicting-keywords', problem, 'Keep one of them.')
  }
  const job = mock.at('job')
  for (const other of mock.has('events') ? ['job', 'collection', 'tokens', 'stream'] : [])
    conflict('events', mock.at(other))
  for (const other of mock.has('reference') ? ['collection', 'job', 'events', 'stream', 'tokens', 'body', 'code'] : [])
    conflict('reference', mock.at(other))
  if (job.has('each')) conflict('each', job.at('wait'))
  if (!mock.has('stream')) return
  for (const other of ['collection', 'tokens']) conflict('stream', mock.at(other))
  for (const other of ['do', 'each', 'wait']) conflict('stream', job.at(other))
}
