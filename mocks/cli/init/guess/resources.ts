import { isJson } from '../../../spec/media/media-type.ts'
import type { Operation } from '../../../spec/model/operation/operation.ts'
import { formatPointer } from '../../../spec/references/pointer.ts'
import { partBelow, type Document, operationPart, type Shape, schemaShape } from '../document.ts'
import type { States } from './job-states.ts'
import { type Action, ASSUMED, updateAt } from '../sketch.ts'
import { singular } from '../../../spec/values/singular.ts'

/** The operations on one kind of resource, found by their paths: `/jobs` and `/jobs/{id}`. */
export interface Resource {
  /** Name of the collection. */
  readonly name: string
  /** Name of a single item. */
  readonly item: string
  /** The path parameter that identifies an item. */
  readonly param: string
  /** Whether other paths use a parameter of that name for other resources. */
  readonly isShared: boolean
  readonly read: Operation
  readonly list: Operation | undefined
  readonly create: Operation | undefined
  readonly update: Operation | undefined
  readonly remove: Operation | undefined
  readonly cancel: Operation | undefined
  /** The answer of a read. */
  readonly shape: Shape
  /** Property of the answer that contains the item. */
  readonly envelope: string | undefined
  /** Place of an item's schema. */
  readonly schema: string
  /** Field that identifies an item. */
  readonly key: string
  /** Whether the answer of a read contains the key. If not, only the answer of the create does. */
  readonly showsKey: boolean
}

/** A resource whose items are jobs: started by one operation, read until a state is final. */
export interface JobResource extends Resource {
  readonly create: NonNullable<Resource['create']>
  readonly states: States
}

/** All resources whose items have a key in one field. */
export function findResources(document: Document): readonly Resource[] {
  const operations = [...document.vendor.operations.values()]
  const resources: Resource[] = []
  for (const read of operations) {
    // All paths may have a suffix: `/jobs.json` and `/jobs/{id}.json`.
    const match = read.method === 'GET' ? /^(.*\/([^/{}]+))\/\{([^/{}]+)\}(\.[a-z]+)?$/.exec(read.path) : null
    if (!match) continue
    const [, base, plural, param, ending = ''] = match as unknown as [string, string, string, string, string?]
    const all = base + ending
    const at = (method: string, path: string): Operation | undefined =>
      operations.find((operation) => operation.method === method && operation.path === path)
    const create =
      at('POST', all) ??
      operations.find(
        ({ method, path }) =>
          method === 'POST' &&
          path.endsWith(`/${plural}${ending}`) &&
          // The items that it creates may be read at another path.
          !operations.some((other) => other.method === 'GET' && other.path.startsWith(`${withoutEnding(path)}/{`)),
      )
    // A prefix of nearly all paths identifies the caller, not a resource that a client creates.
    const within = operations.filter(({ path }) => path.startsWith(`${base}/{${param}}/`))
    if (within.length > 10 && within.length * 2 > operations.length) continue
    const answer = successShape(document, read)
    const readKey = answer && keyFieldOf(answer.shape, param)
    const made = create && successShape(document, create)
    const key = readKey ?? (made && keyFieldOf(made.shape, param))
    if (!answer || key === undefined) continue
    const name = resources.some((resource) => resource.name === plural)
      ? base.replaceAll(/^\/|\{|\}/g, '').replaceAll('/', '-')
      : plural
    resources.push({
      name,
      item: singular(plural).replaceAll('-', '_'),
      param,
      isShared: document.all.some(
        ({ path }) =>
          path.includes(`{${param}}`) && path !== read.path && !`${path}/`.startsWith(`${base}/{${param}}/`),
      ),
      read,
      key,
      showsKey: readKey !== undefined,
      list: at('GET', all),
      create,
      update: at('PATCH', read.path) ?? at('PUT', read.path),
      remove: at('DELETE', read.path),
      cancel: operations.find(
        ({ method, path }) =>
          method !== 'GET' &&
          path.startsWith(read.path) &&
          /^[/:](?:cancel|stop|abort|terminate)$/i.test(path.slice(read.path.length)),
      ),
      schema: schemaRef(document, read, answer.envelope),
      ...answer,
    })
  }
  return resources
}

/** Marks whose items an operation's path names, if the parameter alone does not tell. */
export function resolveOf({ isShared, param, name }: Resource): object {
  return isShared ? { resolve: { [param]: name } } : {}
}

/** The same for all operations below the path of an item. */
export function resolveBelow(document: Document, resource: Resource): Action[] {
  if (!resource.isShared) return []
  const { param, name, read } = resource
  const about = [`{${param}} names things of several kinds; below ${read.path} it is one of ${name}.`]
  return [...document.vendor.operations.values()]
    .filter(({ path }) => path.startsWith(`${resource.read.path}/`))
    .map((operation) =>
      updateAt(
        operationPart(document, operation).path,
        { 'x-mock': { ...resolveOf(resource), [ASSUMED]: 'Its path goes on from that of the item.' } },
        about,
      ),
    )
}

/** The content of a successful answer, without an envelope of one property. */
export function successShape(
  document: Document,
  operation: Operation,
): { readonly shape: Shape; readonly envelope: string | undefined } | undefined {
  const { success } = operation
  if (!success?.schema || !isJson(success.mediaType)) return undefined
  const whole = schemaShape(document, success.schema)
  const branches = whole.node['oneOf'] ?? whole.node['anyOf']
  const [first, ...others] = Array.isArray(branches)
    ? (branches as unknown[]).map((one) => schemaShape(document, one))
    : []
  // Of several answers, the first is the item if the others only report its removal.
  if (first && !others.every(saysGone)) return undefined
  const shape = first ?? whole
  const inner = Object.entries(shape.properties)
  const [only] = inner
  if (inner.length === 1 && only && /^(?:data|result|item)$/.test(only[0])) {
    const wrapped = schemaShape(document, only[1])
    if (Object.keys(wrapped.properties).length > 0) return { shape: wrapped, envelope: only[0] }
  }
  return { shape, envelope: undefined }
}

function withoutEnding(path: string): string {
  return path.replace(/\.[a-z]+$/, '')
}

function saysGone({ properties }: Shape): boolean {
  return Object.keys(properties).some((name) => /^(?:is_?)?deleted$/i.test(name))
}

function schemaRef(document: Document, read: Operation, envelope: string | undefined): string {
  const { code, mediaType } = read.success!
  const inside = envelope === undefined ? [] : ['properties', envelope]
  const keys = ['responses', code, 'content', mediaType!, 'schema', ...inside]
  return `#${formatPointer(partBelow(document, operationPart(document, read), ...keys).path)}`
}

/** The field whose value a path parameter contains. */
export function keyFieldOf({ properties }: Shape, param: string): string | undefined {
  const names = Object.keys(properties)
  const plain = (text: string): string => text.replaceAll(/[-_]/g, '').toLowerCase()
  return (
    names.find((name) => plain(name) === plain(param)) ??
    ['id', 'uuid', 'uid', 'key', 'slug'].find((name) => names.includes(name)) ??
    names.find((name) => /(?:_id|Id|_uuid)$/.test(name))
  )
}
