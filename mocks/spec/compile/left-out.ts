import type { Server } from '../model/server.ts'
import type { Operation } from '../model/vendor.ts'
import { followRef, type SpecCursor } from './context.ts'

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
  readonly node: SpecCursor
}

/** Ids that several operations share, with those operations. */
export function namesGivenTwice(paths: SpecCursor): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>()
  for (const [path, item] of paths.entries()) {
    for (const [method, operation] of followRef(item).entries()) {
      const id = METHODS.has(method) ? operation.at('operationId').text() : undefined
      if (id !== undefined) all.set(id, [...(all.get(id) ?? []), `${method.toUpperCase()} ${path}`])
    }
  }
  return new Map([...all].filter(([, operations]) => operations.length > 1))
}

/** An operation that routes find, and that answers only why it is left out. */
export function leftOutOperation(
  { id, path, method, node }: RawOperation,
  servers: readonly Server[],
  leftOut: string,
): Operation {
  return {
    id,
    method: method.toUpperCase(),
    path,
    servers,
    summary: node.at('summary').text() ?? '',
    tags: node.at('tags').texts(),
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
    deprecated: false,
    tokens: undefined,
    charge: undefined,
    idempotency: undefined,
    triggers: [],
    reference: false,
    overlay: [],
    steady: false,
    code: node.at('x-mock').has('code'),
    codeRefusals: [],
    isOwn: false,
    validate: { body: undefined, strip: [], unknownQuery: 'ignore', parameters: {}, request: {} },
    guard: [],
    authorize: [],
    refusals: {},
    leftOut,
  }
}
