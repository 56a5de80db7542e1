import type { BodyNode, MediaNode, OperationNode, ParameterNode, PathItem } from '../model/document.ts'
import { escapeSegment } from '../references/pointer.ts'
import { operationFault } from '../problems/shape.ts'
import { LEFT_OUT, NO_TEXT } from '../problems/flaws.ts'
import { didYouMean } from '../problems/nearest.ts'
import type {
  Collection,
  Job,
  JobStep,
  Limit,
  Operation,
  Parameter,
  Refusal,
  Refusals,
  RequestBody,
  ResponseSpec,
} from '../model/vendor.ts'
import type { Server } from '../model/server.ts'
import type { Issuer } from '../model/tokens.ts'
import { compileValue, isDeterministic } from '../values/value.ts'
import { isEventStream, isJson } from '../media/media-type.ts'
import { compileCollectionStep, type Envelope } from './operation/collection-step.ts'
import { compileBodyContent } from './operation/content.ts'
import {
  compilePatches,
  type Context,
  type Data,
  entries,
  list,
  record,
  refusalOf,
  schemaOf,
  textOf,
} from './context.ts'
import { compileGuard, compileRequirements, compileScopes, type Levels } from './operation/authorize.ts'
import { compileEventsStep, compileWait } from './operation/compile-events.ts'
import { compileStream } from './operation/stream.ts'
import { leftOutOperation, METHODS, namesGivenTwice, type RawOperation } from './left-out.ts'
import type { LimitEntry } from './limits.ts'
import { compileResponses, exactError, normalAnswer, refusal } from './operation/responses.ts'
import { compileServers } from './servers.ts'
import { compileTokenStep } from './operation/token-step.ts'

/** What operations refer to by name. */
export interface Parts {
  readonly servers: readonly Server[]
  readonly limits: readonly LimitEntry[]
  readonly collections: ReadonlyMap<string, Collection>
  readonly jobs: ReadonlyMap<string, Job>
  readonly issuers: ReadonlyMap<string, Issuer>
  readonly levels: Levels
  readonly refusals: Refusals
  /** `validate` of the root, for operations that do not say otherwise. */
  readonly validate: Data
  readonly envelopes: ReadonlyMap<string, Envelope>
}

/** The operations of a document, and the paths of which none can be known. */
export function compileOperations(
  context: Context,
  parts: Parts,
): { readonly operations: Map<string, Operation>; readonly lost: Map<string, string> } {
  const operations = new Map<string, Operation>()
  const lost = new Map<string, string>()
  const twice = namesGivenTwice(context)
  for (const [path, rawItem] of entries(context.document.paths)) {
    const pointer = `/paths/${escapeSegment(path)}`
    const { node: item, pointer: itemPlace } = context.deref<PathItem>(rawItem, pointer)
    const shared = { parameters: item.parameters }
    const reason = textOf(item[LEFT_OUT]) ?? ('$ref' in item ? (context.whyLeftOut(item) ?? NO_TEXT) : undefined)
    if (reason !== undefined) {
      lost.set(path, reason)
      continue
    }
    for (const [method, raw] of entries(item)) {
      if (!METHODS.has(method)) continue
      const at = `${itemPlace}/${method}`
      const node: OperationNode = record(raw)
      const given = textOf(node.operationId)
      const isTwice = given !== undefined && twice.has(given)
      const id = given === undefined || isTwice ? `${method.toUpperCase()} ${path}` : given
      if (isTwice) {
        const [other, ...more] = twice.get(given)!.filter((name) => name !== id)
        const others = `${other}${more.length > 0 ? ` and ${more.length} more` : ''}`
        context.flaw({
          code: 'duplicate-operation',
          pointer: `${at}/operationId`,
          message: `"${given}" names several operations: this one and ${others}. Give each its own.`,
        })
      }
      const leftOut =
        textOf(node[LEFT_OUT]) ?? operationFault(method, raw) ?? context.whyLeftOut(node) ?? context.whyLeftOut(shared)
      operations.set(
        id,
        leftOut === undefined
          ? compileOperation(context, parts, { id, path, method, node, item, pointer: at })
          : leftOutOperation(parts.servers, { id, path, method, node }, leftOut),
      )
    }
  }
  return { operations, lost }
}

export function compileRefusals(context: Context, raw: unknown, pointer: string): Refusals {
  const refusals: Record<string, Refusal | undefined> = {}
  for (const [key, name] of entries(raw)) refusals[key] = refusalOf(context, name, `${pointer}/${key}`)
  return refusals
}

function compileOperation(
  context: Context,
  parts: Parts,
  { id, path, method, node, item, pointer }: RawOperation & { readonly item: PathItem; readonly pointer: string },
): Operation {
  const mock = record(node['x-mock'])
  const at = `${pointer}/x-mock`
  const items = compileItems(context, parts.collections, path, mock['resolve'], `${at}/resolve`)
  const step = compileCollectionStep(context, mock['collection'], `${at}/collection`, parts)
  const tags = list(node.tags).map(String)
  const responses = compileResponses(context, node.responses, `${pointer}/responses`)
  const validate = { ...parts.validate, ...record(mock['validate']) }
  refuseBoth(context, mock, at)
  const overlay = [...(step?.around ?? []), ...compilePatches(mock['body'], `${at}/body`, context)]
  // A range or `default` is looked up when a stage has refused: here it would hide what stands under another code.
  const exact = (status: number): Refusal | undefined => exactError(responses, status)
  const servers = compileServers(node.servers ?? item.servers)
  const own = compileRefusals(context, mock['errors'], `${at}/errors`)
  const rawSecurity = list(node.security ?? context.document.security)
  const security = rawSecurity.map((entry) => Object.keys(record(entry)))
  const success = normalAnswer(responses, mock['status'])
  const job = compileJobStep(context, mock['job'], `${at}/job`, parts.jobs, responses)
  const starts = job?.kind === 'start' ? job.job : undefined
  const stream = compileStream(context, mock['stream'], `${at}/stream`, parts.jobs, { path, starts, success })
  const isOpen = security.length === 0 || security.some((alternative) => alternative.length === 0)
  return {
    id,
    method: method.toUpperCase(),
    path,
    servers: servers.length > 0 ? servers : parts.servers,
    summary: textOf(node.summary) ?? '',
    tags,
    security,
    parameters: compileParameters(context, [...list(item.parameters), ...list(node.parameters)]),
    items,
    body: compileBody(context, node.requestBody, validate),
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
    events: compileEventsStep(context, mock['events'], `${at}/events`, path, parts.jobs),
    stream,
    tokens: compileTokenStep(context, mock['tokens'], `${at}/tokens`, parts.issuers, responses),
    overlay,
    steady:
      mock['collection'] === undefined &&
      mock['job'] === undefined &&
      mock['events'] === undefined &&
      mock['stream'] === undefined &&
      mock['tokens'] === undefined &&
      overlay.every((patch) => [...patch.segments, patch.value].every(isDeterministic)),
    code: mock['code'] === true,
    validate: {
      body: 'body' in validate ? compileValue(validate['body'], `${at}/validate/body`, context) : undefined,
      strip: list(validate['strip']).map(String),
      unknownQuery: validate['unknownQuery'] === 'refuse' ? 'refuse' : 'ignore',
    },
    guard: compileGuard(context, mock['guard'], `${at}/guard`, [...items.values()], parts.collections),
    authorize: [
      ...compileRequirements(context, mock['authorize'], `${at}/authorize`, parts.levels, isOpen),
      ...compileScopes(context, rawSecurity, parts.levels),
    ],
    refusals: {
      // The document's own 4xx stand in where x-mock names none.
      parse: exact(400),
      contentType: exact(415) ?? exact(400),
      tooLarge: exact(413),
      validate: exact(422) ?? exact(400),
      notFound: exact(404),
      notAcceptable: exact(406),
      ...parts.refusals,
      ...own,
    },
    leftOut: undefined,
  }
}

/** A limit refuses with the operation's own answer of that status, where the operation documents another than it names. */
function refusingHere(limit: Limit, responses: readonly ResponseSpec[]): Limit {
  const { response, example } = limit.refuse
  if (responses.some(({ name }) => name === response.name)) return limit
  const own = responses.find(({ code }) => code === String(response.status))
  return own ? { ...limit, refuse: refusal(own.name ?? own.code, own, own.examples.get(example?.name ?? '')) } : limit
}

/** What is answered in place of the stream: another media type, if there is one. */
function withoutStream(success: ResponseSpec): ResponseSpec {
  const choices = success.choices.filter(({ mediaType }) => !isEventStream(mediaType))
  return { ...success, ...choices[0], choices }
}

/** Which items the path names: by the collections' own parameters, or as the operation says. */
function compileItems(
  context: Context,
  collections: ReadonlyMap<string, Collection>,
  path: string,
  raw: unknown,
  pointer: string,
): ReadonlyMap<string, Collection> {
  const own = new Map(entries(raw))
  const params = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name!)
  for (const [param, name] of own) {
    const known = name === 'none' || collections.has(String(name))
    if (known && params.includes(param)) continue
    const [value, names] = known ? [param, params] : [String(name), [...collections.keys(), 'none']]
    context.report({
      code: known ? 'unknown-parameter' : 'unknown-collection',
      pointer: `${pointer}/${escapeSegment(param)}`,
      message: `"${value}" is not one of the ${known ? 'parameters of this path' : 'collections'}.${didYouMean(value, names)}`,
    })
  }
  const all = [...collections.values()]
  return new Map(
    params.flatMap((param): Array<[string, Collection]> => {
      const name = own.get(param)
      const found = name === undefined ? all.findLast((entry) => entry.param === param) : collections.get(String(name))
      return found ? [[param, found]] : []
    }),
  )
}

/** An operation does one thing: what else stands beside its events would never be done. */
function refuseBoth(context: Context, mock: Data, at: string): void {
  const conflict = (keyword: string, other: string, place: string): void =>
    context.report({
      code: 'conflicting-keywords',
      pointer: `${at}/${place}`,
      message: `"${other}" cannot stand beside "${keyword}". Keep one of them.`,
    })
  const { job } = mock
  for (const other of ['job', 'collection', 'tokens', 'stream']) {
    if ('events' in mock && other in mock) conflict('events', other, other)
  }
  if ('each' in record(job) && 'wait' in record(job)) conflict('each', 'wait', 'job/wait')
  if (!('stream' in mock)) return
  for (const other of ['collection', 'tokens']) if (other in mock) conflict('stream', other, other)
  if ('do' in record(job)) conflict('stream', 'do', 'job/do')
  if ('each' in record(job)) conflict('stream', 'each', 'job/each')
  if ('wait' in record(job)) conflict('stream', 'wait', 'job/wait')
}

function compileParameters(context: Context, raw: readonly unknown[]): Parameter[] {
  const parameters = new Map<string, Parameter>()
  for (const entry of raw) {
    const { node } = context.deref<ParameterNode>(entry, '')
    const place = node.in as Parameter['in']
    const media: MediaNode = record(Object.values(record(node.content))[0])
    const schema = node.schema ?? media.schema
    // An operation's parameter overrides the path's of the same name and place.
    parameters.set(`${place} ${String(node.name)}`, {
      name: String(node.name),
      in: place,
      required: node.required === true || place === 'path',
      schema: schemaOf(schema),
      explode: node.explode !== false,
    })
  }
  return [...parameters.values()]
}

function compileBody(context: Context, raw: unknown, validate: Data): RequestBody | undefined {
  if (raw === undefined) return undefined
  const { node } = context.deref<BodyNode>(raw, '')
  const json: MediaNode = record(entries(node.content).find(([type]) => isJson(type))?.[1])
  const properties = entries(context.deref(json.schema, '').node.properties)
  const filled = properties.filter(([, property]) => 'default' in record(property))
  return {
    required: node.required === true,
    maxBytes: typeof validate['maxBytes'] === 'number' ? validate['maxBytes'] : undefined,
    names:
      validate['keys'] === 'any-case' ? new Map(properties.map(([name]) => [name.toLowerCase(), name])) : undefined,
    defaults:
      validate['defaults'] === 'fill' && filled.length > 0
        ? Object.fromEntries(filled.map(([name, property]) => [name, record(property)['default']]))
        : undefined,
    ...compileBodyContent(context, node.content),
  }
}

function compileJobStep(
  context: Context,
  raw: unknown,
  pointer: string,
  jobs: ReadonlyMap<string, Job>,
  responses: readonly ResponseSpec[],
): JobStep | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const name = textOf(node['start']) ?? textOf(node['on'])
  const job = jobs.get(name ?? '')
  if (!job) {
    context.report({
      code: 'unknown-job',
      pointer: `${pointer}/${'start' in node ? 'start' : 'on'}`,
      message: `"${name ?? ''}" is not one of the jobs.${didYouMean(name ?? '', jobs.keys())}`,
    })
    return undefined
  }
  if ('start' in node) {
    return {
      kind: 'start',
      job,
      each: compileEach(context, node['each'], `${pointer}/each`),
      wait: compileWait(context, node['wait'], `${pointer}/wait`, responses),
    }
  }
  const verb = String(node['do'])
  const verbs = [...job.states.values()].flatMap((state) => [...state.on.keys()])
  if (!verbs.includes(verb)) {
    context.report({
      code: 'unknown-verb',
      pointer: `${pointer}/do`,
      message: `"${verb}" is not a verb of the job "${job.name}".${didYouMean(verb, verbs)}`,
    })
  }
  return { kind: 'verb', verb, job, refuse: refusalOf(context, node['refuse'], `${pointer}/refuse`) }
}

/** A list, or several of them one after the other; a value that is no list is one entry. */
function compileEach(context: Context, raw: unknown, pointer: string): (JobStep & { kind: 'start' })['each'] {
  if (raw === undefined) return undefined
  const parts = (Array.isArray(raw) ? (raw as unknown[]) : [raw]).map((part, index) =>
    compileValue(part, Array.isArray(raw) ? `${pointer}/${index}` : pointer, context),
  )
  return (scope) =>
    parts.flatMap((part): unknown[] => {
      const value = part(scope)
      if (value === undefined || value === null) return []
      return Array.isArray(value) ? (value as unknown[]) : [value]
    })
}
