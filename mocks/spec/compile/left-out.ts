import type { OperationNode } from '../model/document.ts'
import type { Server } from '../model/server.ts'
import type { Operation } from '../model/vendor.ts'
import { type Context, entries, list, record, textOf } from './context.ts'

export const METHODS: ReadonlySet<string> = new Set([
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
])

/** An operation as it stands in the document. */
export interface RawOperation {
  readonly id: string
  readonly path: string
  readonly method: string
  readonly node: OperationNode
}

/** The operations of each id that several have. */
export function namesGivenTwice({ document, deref }: Context): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>()
  for (const [path, item] of entries(document.paths)) {
    for (const [method, raw] of entries(deref(item, '').node)) {
      const id = METHODS.has(method) ? textOf(record(raw)['operationId']) : undefined
      if (id !== undefined) all.set(id, [...(all.get(id) ?? []), `${method.toUpperCase()} ${path}`])
    }
  }
  return new Map([...all].filter(([, operations]) => operations.length > 1))
}

/** An operation that is found and can do nothing. */
export function leftOutOperation(
  servers: readonly Server[],
  { id, path, method, node }: RawOperation,
  leftOut: string,
): Operation {
  return {
    id,
    method: method.toUpperCase(),
    path,
    servers,
    summary: textOf(node.summary) ?? '',
    tags: list(node.tags).map(String),
    security: [],
    parameters: [],
    items: new Map(),
    body: undefined,
    responses: [],
    success: undefined,
    limits: [],
    collection: undefined,
    job: undefined,
    events: undefined,
    stream: undefined,
    tokens: undefined,
    overlay: [],
    steady: false,
    code: record(node['x-mock'])['code'] === true,
    validate: { body: undefined, strip: [], unknownQuery: 'ignore' },
    guard: [],
    authorize: [],
    refusals: {},
    leftOut,
  }
}
