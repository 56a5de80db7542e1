import { didYouMean } from '../../spec/problems/nearest.ts'
import { escapeSegment, getPointer, parsePointer } from '../../spec/references/pointer.ts'
import { SchemaError } from '../../spec/schema/schema-error.ts'
import type { SchemaIssue } from '../../spec/schema/issue.ts'
import type { Compiling } from '../../spec/values/value.ts'
import type { Collection, Vendor } from '../../spec/model/vendor.ts'
import { asRecord, entriesOf, type Raw } from '../raw.ts'

/** Compiles `data`: fields laid over the items of collections; each has to fit the collection's schema. */
export function compileData(
  vendor: Vendor,
  raw: unknown,
  report: Compiling['report'],
): Map<string, ReadonlyMap<string, Raw>> {
  const data = new Map<string, ReadonlyMap<string, Raw>>()
  for (const [name, items] of entriesOf(raw)) {
    const collection = vendor.collections.get(name)
    const at = `/data/${escapeSegment(name)}`
    if (!collection) {
      const message = `"${name}" is not a collection of ${vendor.name}.${didYouMean(name, vendor.collections.keys())}`
      report({ code: 'unknown-collection', pointer: at, message })
      continue
    }
    if (collection.job !== undefined) {
      const message = `"${name}" holds jobs, which requests start, so "data" has no effect on it. Write how they go under "jobs: ${collection.job}".`
      report({ code: 'no-effect', pointer: at, message })
      continue
    }
    const found = new Map(entriesOf(items).map(([key, fields]) => [key, asRecord(fields)]))
    for (const [key, fields] of found) {
      for (const issue of issuesOf(vendor, collection, key, fields)) {
        const seen = JSON.stringify(getPointer(fields, issue.path)) ?? 'nothing'
        const message = `${issue.message}, says the schema of ${name}; got ${seen.length > 60 ? `${seen.slice(0, 59)}…` : seen}.`
        report({ code: 'wrong-type', pointer: `${at}/${escapeSegment(key)}${issue.path}`, message })
      }
    }
    data.set(name, found)
  }
  return data
}

/** What is wrong with the fields of an item that a scenario writes; what it leaves out is the spec's, or made up. */
function issuesOf(vendor: Vendor, { schema, items }: Collection, key: string, fields: Raw): readonly SchemaIssue[] {
  if (!schema) return []
  try {
    const item = { ...items.get(key), ...fields }
    const issues = vendor.schemas.validator(schema, { direction: 'response' })(item)
    return issues.filter(({ path, keyword }) => {
      const [field] = parsePointer(path)
      if (field === undefined || !Object.hasOwn(fields, field) || keyword === 'required') return false
      // A value that is read when it is needed may be anything.
      return !JSON.stringify(fields[field]).includes('{$')
    })
  } catch (error) {
    // The schema's own mistake is told where the spec is checked.
    if (error instanceof SchemaError) return []
    throw error
  }
}
