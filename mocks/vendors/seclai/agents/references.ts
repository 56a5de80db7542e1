/* Vendor code because the steps of a workflow refer to items of other kinds, whose ids differ in another account. */
import { isRecord, type Item, listOf, type OperationContext, textOf } from '../../kit.ts'
import { stepsOf } from './workflow.ts'

/** A kind of item that steps refer to. */
interface Kind {
  readonly category: string
  /** Its list in the manifest of an export. */
  readonly list: string
  readonly collection: string
}

const KINDS: Readonly<Record<string, Kind>> = {
  knowledge_base_id: { category: 'knowledge_base', list: 'knowledge_bases', collection: 'knowledgeBases' },
  memory_bank_id: { category: 'memory_bank', list: 'memory_banks', collection: 'memoryBanks' },
  source_connection_id: { category: 'source_connection', list: 'source_connections', collection: 'sources' },
  agent_id: { category: 'agent', list: 'agents', collection: 'agents' },
}

/** An item that a workflow refers to, with the steps that do. */
interface Reference {
  readonly kind: Kind
  readonly id: string
  readonly steps: readonly string[]
}

function referencesOf(definition: unknown): Reference[] {
  const found = new Map<string, Reference>()
  for (const { step } of stepsOf(definition))
    for (const [field, kind] of Object.entries(KINDS))
      for (const id of [step[field], ...listOf<unknown>(step, `${field}s`)]) {
        if (typeof id !== 'string') continue
        const steps = found.get(`${field} ${id}`)?.steps ?? []
        found.set(`${field} ${id}`, { kind, id, steps: [...steps, textOf(step, 'id')] })
      }
  return [...found.values()]
}

/** The items that a workflow refers to, by kind, with names: the manifest of an export. */
export function dependenciesOf(
  context: OperationContext,
  definition: unknown,
): Readonly<Record<string, readonly Item[]>> {
  const references = referencesOf(definition)
  const lists = Object.values(KINDS).map(({ list, collection }): [string, readonly Item[]] => [
    list,
    references
      .filter(({ kind }) => kind.list === list)
      .map(({ id }) => ({ id, ...named(context.items.get(collection, id)) })),
  ])
  return Object.fromEntries(lists)
}

function named(item: Item | undefined): Item {
  return { name: item?.['name'] ?? null, description: item?.['description'] ?? null }
}

/** References of a workflow that this account lacks, with its alternatives. */
export function unresolvedIn(context: OperationContext, source: Item, definition: unknown): Item[] {
  const manifest = source['dependencies']
  return referencesOf(definition)
    .filter(({ kind, id }) => !context.items.get(kind.collection, id))
    .map(({ kind, id, steps }) => {
      const known = listOf<unknown>(isRecord(manifest) ? manifest : undefined, kind.list)
      const entry = known.find((item): item is Item => isRecord(item) && item['id'] === id)
      return {
        category: kind.category,
        ref_id: id,
        ...(typeof entry?.['name'] === 'string' && { ref_name: entry['name'] }),
        locations: steps.map((step) => `step:${step}`),
        alternatives: context.items.list(kind.collection).map((item) => ({ id: item['id'], ...named(item) })),
      }
    })
}

/** A workflow with ids replaced by the map, wherever they occur. */
export function remapped(value: unknown, map: Item): unknown {
  if (typeof value === 'string') return Object.hasOwn(map, value) ? map[value] : value
  if (Array.isArray(value)) return value.map((entry) => remapped(entry, map))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, remapped(entry, map)]))
}
