import type { Operation } from '../../../spec/model/operation/operation.ts'
import { isRecord } from '../../../spec/values/is-record.ts'
import { type Document, isNullable, operationPart, type Shape, schemaShape } from '../document.ts'
import { inputOf } from './job-fields.ts'
import { type Resource, resolveOf } from './resources.ts'
import { type Action, ASSUMED, type Found, type Guess, updateAt } from '../sketch.ts'

const LIKE = 'Its path and its parameters suggest it.'

/** The shape of a list's answer: the property with the items, and the fields beside it. */
interface ListAnswer {
  readonly envelope: string
  readonly fields: Shape['properties']
}

/** Guesses lists of jobs, and collections of resources that are listed, created and read. */
export function findLists(
  document: Document,
  resources: readonly Resource[],
  isJob: (resource: Resource) => boolean,
): Found {
  const actions: Action[] = []
  const guesses: Guess[] = []
  const open: string[] = []
  const collections: Record<string, unknown> = {}
  for (const resource of resources) {
    const answer = resource.list && listAnswer(document, resource.list)
    const isKept = isJob(resource)
    if (!isKept && !(answer && resource.showsKey && resource.create && resource.create.path === resource.list?.path))
      continue
    // Items contain the fields of a create request with the same names; without any, they would show nothing of it.
    const given = [...inputOf(document, resource.create!).keys()]
    if (!isKept && given.length > 0 && !given.some((name) => name in resource.shape.properties)) continue
    if (!isKept) {
      const items = itemsOf(document, resource)
      if (!items) continue
      collections[resource.name] = {
        ...(resource.key !== 'id' && { key: [resource.key] }),
        param: resource.isShared ? 'none' : resource.param,
        schema: resource.schema,
        items,
        [ASSUMED]: 'Two exist from the start; their values are generated from the schema.',
      }
      guesses.push({
        what: 'things',
        guess: `${resource.name}: ${resource.read.id} reads one, ${resource.create!.id} makes one`,
        why: `${resource.read.path} goes on from ${resource.create!.path}.`,
        at: operationPart(document, resource.read).path,
      })
      for (const [act, operation] of [
        ['create', resource.create],
        ['read', resource.read],
        ['update', resource.update],
        ['delete', resource.remove],
      ] as const) {
        if (!operation) continue
        const keywords = {
          ...(act === 'create' ? {} : resolveOf(resource)),
          collection: { do: act, in: resource.name, ...envelopeOf(resource, act) },
        }
        actions.push(step(document, operation, keywords))
      }
    }
    if (!resource.list || !answer) continue
    const page = pageOf(document, resource.list, answer)
    if (page === 'open') open.push(`${resource.list.id} is paged by a token; all items come at once.`)
    actions.push(
      step(document, resource.list, {
        collection: {
          do: 'list',
          in: resource.name,
          envelope: answer.envelope,
          ...(isRecord(page) && { page }),
        },
        body: totalsOf(document, answer, isRecord(page) ? page['style'] : undefined),
      }),
    )
    guesses.push({
      what: 'list',
      guess: `${resource.list.id}: ${resource.name}${waysOf(page)}`,
      why: LIKE,
      at: operationPart(document, resource.list).path,
    })
  }
  return { root: Object.keys(collections).length > 0 ? { collections } : {}, actions, guesses, open }
}

/** The pagination parameters. */
function waysOf(page: unknown): string {
  if (!isRecord(page)) return ', all at once'
  const { number, token, before, size } = page
  return `, by ${[number, token, before, size].filter((name) => name !== undefined).join(' and ')}`
}

function step(document: Document, operation: Operation, keywords: object): Action {
  return updateAt(operationPart(document, operation).path, {
    'x-mock': { ...keywords, [ASSUMED]: LIKE },
  })
}

function envelopeOf(resource: Resource, act: string): object {
  return resource.envelope !== undefined && act !== 'delete' ? { envelope: resource.envelope } : {}
}

function listAnswer(document: Document, { success }: Operation): ListAnswer | undefined {
  if (!success?.schema) return undefined
  const { types, properties, node } = schemaShape(document, success.schema)
  if (types.includes('array') || 'items' in node) return { envelope: 'none', fields: {} }
  const lists = Object.entries(properties).filter(([, schema]) => {
    const field = schemaShape(document, schema)
    return field.types.includes('array') || 'items' in field.node
  })
  const [first] = lists
  return lists.length === 1 && first ? { envelope: first[0], fields: properties } : undefined
}

const NUMBERS = /^(?:page|page_?(?:number|no|index)|p)$/i
const OFFSETS = /^(?:offset|skip|start)$/i
const SIZES = /^(?:per_?page|page_?size|limit|size|count|take|max_?results)$/i
const CURSORS = /^(?:cursor|page_?token|next_?token|continuation(?:_?token)?|after)$/i
const AFTER = /^(?:starting_?after|after_?id|since_?id)$/i
const BEFORE = /^(?:ending_?before|before_?id)$/i
const NEXT = /^(?:next|next_?(?:cursor|page_?token|token|page)|cursor|continuation(?:_?token)?)$/i

/** How the request selects a page; `open` if it sends a token that no answer contains. */
function pageOf(document: Document, { parameters }: Operation, { fields }: ListAnswer): object | 'open' | undefined {
  const query = parameters.filter((parameter) => parameter.in === 'query')
  const find = (pattern: RegExp) => query.find(({ name }) => pattern.test(name))
  const [number, offset, size] = [find(NUMBERS), find(OFFSETS), find(SIZES)]
  const { default: usual, maximum: most } = (size?.schema ?? {}) as { default?: unknown; maximum?: unknown }
  const sizes = {
    ...(size && { size: size.name }),
    ...(typeof usual === 'number' && { default: usual }),
    ...(typeof most === 'number' && { max: most }),
  }
  const first = number ?? offset
  if (first && size) return { ...(number === undefined && { style: 'offset' }), number: first.name, ...sizes }
  const [after, before, token] = [find(AFTER), find(BEFORE), find(CURSORS)]
  if (after) return { style: 'after', token: after.name, ...(before && { before: before.name }), ...sizes }
  if (!token) return undefined
  const isShown = Object.keys(fields).some((name) => NEXT.test(name) && isToken(document, fields[name]))
  return isShown ? { style: 'cursor', token: token.name, ...sizes } : 'open'
}

function isToken(document: Document, field: unknown): boolean {
  const shape = schemaShape(document, field)
  // The last page has no next token.
  return shape.types.includes('string') && isNullable(shape)
}

/** Fields beside the items that contain counts. */
function totalsOf(
  document: Document,
  { fields }: ListAnswer,
  style: unknown,
): Readonly<Record<string, string>> | undefined {
  const found = Object.keys(fields).flatMap((name): Array<[string, string]> => {
    const { types } = schemaShape(document, fields[name])
    if (types.includes('boolean') && /^has_?(?:more|next(?:_?page)?)$/i.test(name))
      return [[`/${name}`, '{$page.more}']]
    if (types.includes('string') && /^(?:first|last)_?id$/i.test(name))
      return [[`/${name}`, `{$page.${name.toLowerCase().startsWith('first') ? 'first' : 'last'}}`]]
    if (style === 'cursor' && NEXT.test(name) && isToken(document, fields[name])) return [[`/${name}`, '{$page.next}']]
    if (!types.includes('integer')) return []
    if (/^total(?:_?(?:count|items|results))?$|^count$/i.test(name)) return [[`/${name}`, '{$page.total}']]
    if (NUMBERS.test(name)) return [[`/${name}`, '{$page.number}']]
    return SIZES.test(name) ? [[`/${name}`, '{$page.size}']] : []
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

/** Two items with valid ids; undefined if no valid id can be generated. */
function itemsOf(document: Document, { shape, key, item }: Resource): Readonly<Record<string, object>> | undefined {
  const id = schemaShape(document, shape.properties[key])
  if (id.types.includes('integer')) return { 1: { [key]: 1 }, 2: { [key]: 2 } }
  if (id.node['format'] === 'uuid') {
    return { '00000000-0000-4000-8000-000000000001': {}, '00000000-0000-4000-8000-000000000002': {} }
  }
  if ('pattern' in id.node || 'enum' in id.node || (id.types.length > 0 && !id.types.includes('string')))
    return undefined
  return { [`${item}_1`]: {}, [`${item}_2`]: {} }
}
