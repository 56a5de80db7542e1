import { getPointer, parsePointer } from '../../spec/references/pointer.ts'
import { SchemaError } from '../../spec/schema/schema-error.ts'
import type { SchemaIssue } from '../../spec/schema/issue.ts'
import type { Collection } from '../../spec/model/collection.ts'
import type { Raw } from '../raw.ts'
import type { ScenarioCursor } from './context.ts'

/** Compiles `data`: fields that override those of items; each must be valid by the collection's schema. */
export function compileData(data: ScenarioCursor): Map<string, ReadonlyMap<string, Raw>> {
  const { vendor } = data.context
  const compiled = new Map<string, ReadonlyMap<string, Raw>>()
  for (const [name, items] of data.entries()) {
    const collection = items.key.oneOf(vendor.collections, 'collection', `a collection of ${vendor.name}`)
    if (!collection) continue
    if (collection.job !== undefined) {
      const problem = `"${name}" holds jobs, which requests start, so "data" has no effect on it.`
      items.report('no-effect', problem, `Write how they go under "jobs: ${collection.job}".`)
      continue
    }
    const fields = items.entries()
    for (const [key, item] of fields) checkItem(key, item, collection)
    compiled.set(name, new Map(fields.map(([key, item]) => [key, item.record()])))
  }
  return compiled
}

function checkItem(key: string, item: ScenarioCursor, collection: Collection): void {
  const fields = item.record()
  for (const { path, message } of issuesOfItem(key, item, collection)) {
    const seen = JSON.stringify(getPointer(fields, path)) ?? 'nothing'
    const shown = seen.length > 60 ? `${seen.slice(0, 59)}…` : seen
    const place = parsePointer(path).reduce((parent, key) => parent.at(key), item)
    place.report('wrong-type', `${message}, says the schema of ${collection.name}; got ${shown}.`)
  }
}

/** Issues of the item fields that a scenario sets; absent fields come from the spec or are generated. */
function issuesOfItem(key: string, item: ScenarioCursor, { schema, items }: Collection): readonly SchemaIssue[] {
  if (!schema) return []
  const fields = item.record()
  try {
    const whole = { ...items.get(key), ...fields }
    const issues = item.context.vendor.schemas.validator(schema, { direction: 'response' })(whole)
    return issues.filter(({ path, keyword }) => {
      const [field] = parsePointer(path)
      if (field === undefined || !Object.hasOwn(fields, field) || keyword === 'required') return false
      // A value that is evaluated later may be anything.
      return !JSON.stringify(fields[field]).includes('{$')
    })
  } catch (error) {
    // An unusable schema is reported where the spec is checked.
    if (error instanceof SchemaError) return []
    throw error
  }
}
