/* Vendor code because filters are nested, negated, and looked up over versions and systems. */
import { contains, type OperationContext, type OperationResult } from '../kit.ts'
import type { Entity } from './entity-record.ts'
import { activeVersion, canSee, listEntities, systemOf } from './entity.ts'
import { type Filter, passesFilter, type Viewed, viewOf } from './search-filters.ts'
import { compareBy, type Order } from './search-order.ts'

interface QueryConfig {
  readonly filters?: { readonly and: ReadonlyArray<Filter | { readonly or: readonly Filter[] }> } | Flat
  readonly negatedFilters?: Flat
  readonly orderBy?: readonly Order[]
  readonly groupBy?: readonly Order[]
  readonly limit?: number
  readonly offset?: number
  readonly searchType?: 'ACTIVE_VERSIONS' | 'LIVE' | 'DRAFT'
}

/** The older form: values by the name of the filter. */
type Flat = Readonly<Record<string, Filter['value']>>

const DEFAULT_LIMIT = 50

/** Entities whose title contains a text, case-insensitively. */
export function searchByTitle(context: OperationContext): OperationResult {
  const text = context.query.get('titleContains')!
  const found = visible(context).filter((entity) => entity.archived !== true && contains(text, [entity.title]))
  return { list: found }
}

/** Entities that match all filters, in the requested order, one page. */
export function search(context: OperationContext): OperationResult {
  const { queryConfig } = context.body as { readonly queryConfig: QueryConfig }
  return { list: find(context, queryConfig) }
}

/** The newer form: ids of drafts only. */
export function searchDrafts(context: OperationContext): OperationResult {
  return { list: find(context, context.body as QueryConfig), envelope: 'results' }
}

function find(context: OperationContext, queryConfig: QueryConfig): Entity[] {
  const all = clausesOf(queryConfig)
  const isActive = queryConfig.searchType === 'ACTIVE_VERSIONS'
  const candidates = visible(context)
    .flatMap((entity) => (isActive ? (activeVersion(entity) ?? []) : entity))
    .map((entity) => viewOf(context, entity))
  const hasFlag = all.some((clause) => clause.some((filter) => filter.filter === 'archived'))
  const kept = candidates.filter(
    (viewed) =>
      (hasFlag || viewed.entity.archived !== true) &&
      all.every((clause) => clause.some((filter) => passesFilter(filter, viewed))),
  )
  const order = [...(queryConfig.groupBy ?? []), ...(queryConfig.orderBy ?? [])]
  const sorted = kept.toSorted((left: Viewed, right: Viewed) => compareBy(order, left, right))
  const { limit = DEFAULT_LIMIT, offset = 0 } = queryConfig
  return sorted.slice(offset, offset + limit).map(({ entity }) => entity)
}

/** Normalizes both forms to lists of filters: one of each list must pass. */
function clausesOf({ filters, negatedFilters }: QueryConfig): ReadonlyArray<readonly Filter[]> {
  const flat = (values: Flat | undefined, operator: Filter['operator']): Filter[][] =>
    Object.entries(values ?? {}).map(([filter, value]) => [{ filter, operator, value }])
  const positive =
    filters && 'and' in filters && Array.isArray(filters.and)
      ? (filters.and as ReadonlyArray<Filter | { readonly or: readonly Filter[] }>).map((entry) =>
          'or' in entry ? entry.or : [entry],
        )
      : flat(filters as Flat | undefined, 'in')
  return [...positive, ...flat(negatedFilters, 'not_in')]
}

/** Entities that the key can see: in the request's system, else in all systems. */
function visible(context: OperationContext): Entity[] {
  const wanted = context.query.get('system')
  return listEntities(context).filter((entity) => {
    const system = systemOf(entity)
    return canSee(context, system) && (wanted === null || wanted === system)
  })
}
