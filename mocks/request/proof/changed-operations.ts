import { asRecord, entriesOf } from '../../scenario/raw.ts'
import { getPointer } from '../../spec/references/pointer.ts'
import { percentDecoded } from '../../state/text.ts'

/** The operations that a dialect's overlay has added, or has changed directly or through references. */
export function changedOperations(base: unknown, dialect: unknown): ReadonlySet<string> {
  const before = operationsOf(base)
  const changed = [...operationsOf(dialect)].filter(
    ([id, operation]) => !before.has(id) || whole(base, before.get(id)) !== whole(dialect, operation),
  )
  return new Set(changed.map(([id]) => id))
}

function operationsOf(document: unknown): ReadonlyMap<string, unknown> {
  const operations = entriesOf(asRecord(document)['paths']).flatMap(([, item]) => Object.values(asRecord(item)))
  return new Map(
    operations.flatMap((operation) => {
      const id = asRecord(operation)['operationId']
      return typeof id === 'string' ? [[id, operation] as const] : []
    }),
  )
}

/** A part of a document with all its references, each once. */
function whole(document: unknown, part: unknown): string {
  const parts = new Map<string, unknown>()
  const follow = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return
    const ref = '$ref' in value ? value.$ref : undefined
    if (typeof ref === 'string' && !parts.has(ref)) {
      const target = ref.startsWith('#') ? getPointer(document, percentDecoded(ref.slice(1))) : undefined
      parts.set(ref, target)
      follow(target)
    }
    Object.values(value).forEach(follow)
  }
  follow(part)
  return JSON.stringify([part, ...parts])
}
