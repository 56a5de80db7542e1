import type { SchemaObject } from '../spec/schema/schema-object.ts'
import { parsePointer } from '../spec/references/pointer.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import type { Item } from './outcome.ts'

/** The effect of a write on an item: fields to set, and fields to clear. */
export interface Written {
  readonly fields: Item
  readonly cleared: readonly string[]
}

/** Issues that a written item may have: it is completed later, and undeclared fields are never shown. */
const COMPLETED = new Set(['required', 'minProperties', 'additionalProperties', 'unevaluatedProperties'])

/**
 * The fields of a request that its item can hold. A request may write a field in another form than answers show it,
 * such as a text that becomes a list of parts; that field is generated. A null that an item cannot hold clears it.
 *
 * @param schema - of the item; undefined if unknown
 */
export function writtenFields({ schemas }: Vendor, sent: Item, schema: SchemaObject | undefined): Written {
  if (!schema) return { fields: sent, cleared: [] }
  const issues = schemas.validator(schema, { direction: 'response' })(sent)
  const unfit = new Set<string>()
  for (const { keyword, path } of issues) {
    const [name] = parsePointer(path)
    if (name !== undefined && !COMPLETED.has(keyword)) unfit.add(name)
  }
  if (unfit.size === 0) return { fields: sent, cleared: [] }
  const entries = Object.entries(sent)
  return {
    fields: Object.fromEntries(entries.filter(([name]) => !unfit.has(name))),
    cleared: entries.flatMap(([name, value]) => (value === null && unfit.has(name) ? [name] : [])),
  }
}
