import { isJson } from '../../spec/compile/responses.ts'
import type { Operation } from '../../spec/vendor.ts'
import { formatPointer } from '../../spec/pointer.ts'
import { below, type Document, operationPart, type Shape, shapeOf } from './document.ts'
import type { States } from './job-states.ts'
import { type Rename, renameParam } from './rename.ts'

/** The operations on things of one kind, found by their paths: `/jobs` and `/jobs/{id}`. */
export interface Family {
  /** Name of the collection. */
  readonly name: string
  /** Name of one of them. */
  readonly item: string
  /** The path parameter that names one; a new name where its own is used for several kinds. */
  readonly param: string
  readonly rename: Rename | undefined
  readonly read: Operation
  readonly list: Operation | undefined
  readonly create: Operation | undefined
  readonly update: Operation | undefined
  readonly remove: Operation | undefined
  readonly cancel: Operation | undefined
  /** What a read answers. */
  readonly shape: Shape
  /** Property of the answer that holds the item. */
  readonly envelope: string | undefined
  /** Where the schema of an item stands. */
  readonly schema: string
  /** Field that names an item. */
  readonly key: string
}

/** A family whose items are jobs: started by one operation, read until a state is final. */
export interface JobFamily extends Family {
  readonly create: NonNullable<Family['create']>
  readonly states: States
}

/** All families whose items are told apart by one field, and what is said of those that cannot be. */
export function findFamilies(document: Document): {
  readonly families: readonly Family[]
  readonly open: readonly string[]
} {
  const operations = [...document.vendor.operations.values()]
  const families: Family[] = []
  const open: string[] = []
  for (const read of operations) {
    const match = read.method === 'GET' ? /^(.*\/([^/{}]+))\/\{([^/{}]+)\}$/.exec(read.path) : null
    if (!match) continue
    const [, base, plural, param] = match as unknown as [string, string, string, string]
    const answer = answerOf(document, read)
    const key = answer && keyOf(answer.shape, param)
    if (!answer || key === undefined) continue
    const others = operations.filter(
      ({ path }) => path.includes(`{${param}}`) && !`${path}/`.startsWith(`${base}/{${param}}/`),
    )
    const item = singular(plural).replaceAll('-', '_')
    const taken = [...operations.map(({ path }) => path), ...families.map(({ rename }) => `{${rename?.param}}`)].join()
    // A path is renamed once: what lies below another that was is left as it is.
    const isBelow = families.some(({ rename: other }) => other?.paths.some(([from]) => from === read.path))
    const rename =
      others.length > 0 && !isBelow ? renameParam(document, base, param, freeParam(taken, item)) : undefined
    if (others.length > 0 && !rename) {
      if (!operations.some(({ method, path }) => method === 'POST' && path === base)) continue
      open.push(
        `{${param}} names things of several kinds (in ${read.path} and ${others[0]!.path}), so ${read.id} is left as it is.`,
      )
      continue
    }
    const at = (method: string, path: string): Operation | undefined =>
      operations.find((operation) => operation.method === method && operation.path === path)
    const name = families.some((family) => family.name === plural)
      ? base.replaceAll(/^\/|\{|\}/g, '').replaceAll('/', '-')
      : plural
    families.push({
      name,
      item,
      param: rename?.param ?? param,
      rename,
      read,
      key,
      list: at('GET', base),
      create:
        at('POST', base) ?? operations.find(({ method, path }) => method === 'POST' && path.endsWith(`/${plural}`)),
      update: at('PATCH', read.path) ?? at('PUT', read.path),
      remove: at('DELETE', read.path),
      cancel: ['cancel', 'stop', 'abort'].map((verb) => at('POST', `${read.path}/${verb}`)).find(Boolean),
      schema: schemaRef(document, read, answer.envelope),
      ...answer,
    })
  }
  return { families, open }
}

/** What a successful answer holds, out of an envelope of one property. */
export function answerOf(
  document: Document,
  operation: Operation,
): { readonly shape: Shape; readonly envelope: string | undefined } | undefined {
  const { success } = operation
  if (!success?.schema || !isJson(success.mediaType)) return undefined
  const shape = shapeOf(document, success.schema)
  if (shape.node['oneOf'] || shape.node['anyOf']) return undefined
  const inner = Object.entries(shape.properties)
  const [only] = inner
  if (inner.length === 1 && only && /^(?:data|result|item)$/.test(only[0])) {
    const wrapped = shapeOf(document, only[1])
    if (Object.keys(wrapped.properties).length > 0) return { shape: wrapped, envelope: only[0] }
  }
  return { shape, envelope: undefined }
}

/** A name that no path has yet. */
function freeParam(taken: string, item: string): string {
  let name = `${item}_id`
  for (let n = 2; taken.includes(`{${name}}`); n++) name = `${item}_id_${n}`
  return name
}

function schemaRef(document: Document, read: Operation, envelope: string | undefined): string {
  const { code, mediaType } = read.success!
  const inside = envelope === undefined ? [] : ['properties', envelope]
  const keys = ['responses', code, 'content', mediaType!, 'schema', ...inside]
  return `#${formatPointer(below(document, operationPart(document, read), ...keys).path)}`
}

/** The field that a path parameter names an item by. */
export function keyOf({ properties }: Shape, param: string): string | undefined {
  const names = Object.keys(properties)
  const plain = (text: string): string => text.replaceAll(/[-_]/g, '').toLowerCase()
  return (
    names.find((name) => plain(name) === plain(param)) ??
    ['id', 'uuid', 'uid', 'key', 'slug'].find((name) => names.includes(name)) ??
    names.find((name) => /(?:_id|Id|_uuid)$/.test(name))
  )
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '')
}
