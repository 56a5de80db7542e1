import { METHODS, OTHERS } from '../http/methods.ts'
import type { Server } from '../model/server.ts'
import type { Operation } from '../model/operation/operation.ts'
import type { StageName } from '../model/rules/stage.ts'
import { followRef, type SpecCursor } from './context.ts'
import { stagesOf } from './rules/order.ts'

/** An operation as written in the document. */
export interface RawOperation {
  readonly id: string
  readonly path: string
  readonly method: string
  readonly node: SpecCursor
}

/** The operations of a path by method: the standard methods, then others, which are sent as written. */
export function operationsOf(item: SpecCursor): ReadonlyArray<readonly [method: string, node: SpecCursor]> {
  return [...item.entries().filter(([key]) => METHODS.has(key)), ...item.at(OTHERS).entries()]
}

/** The path items of a document, without its extensions. */
export function itemsIn(paths: SpecCursor): Array<[path: string, item: SpecCursor]> {
  return paths.entries().filter(([path]) => !path.startsWith('x-'))
}

/** Duplicate operation ids, each with its operations. */
export function duplicateIds(paths: SpecCursor): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>()
  for (const [path, item] of itemsIn(paths)) {
    for (const [method, operation] of operationsOf(followRef(item))) {
      const id = operation.at('operationId').text()
      if (id !== undefined) all.set(id, [...(all.get(id) ?? []), `${method.toUpperCase()} ${path}`])
    }
  }
  return new Map([...all].filter(([, operations]) => operations.length > 1))
}

/** A placeholder for an operation that is left out: it is routed and answers only the reason. */
export function leftOutOperation(
  { id, path, method, node }: RawOperation,
  { servers, order }: { readonly servers: readonly Server[]; readonly order: readonly StageName[] },
  leftOut: string,
): Operation {
  const operation: Omit<Operation, 'stages'> = {
    id,
    method: method.toUpperCase(),
    path,
    spanning: undefined,
    servers,
    summary: node.at('summary').text() ?? '',
    tags: node.at('tags').texts(),
    security: [],
    parameters: [],
    marked: [],
    items: new Map(),
    body: undefined,
    responses: [],
    success: undefined,
    limits: [],
    collection: undefined,
    job: undefined,
    events: undefined,
    stream: undefined,
    callbacks: [],
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
    validate: { body: undefined, strip: [], unknownQuery: 'ignore', accept: 'ignore', parameters: {}, request: {} },
    guard: [],
    authorize: [],
    refusals: {},
    leftOut,
  }
  return { ...operation, stages: stagesOf(order, operation) }
}
