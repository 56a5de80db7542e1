import { asRecord, entriesOf, type Raw } from '../scenario/raw.ts'
import { valueOf } from '../spec/compile/content.ts'
import { getPointer } from '../spec/pointer.ts'
import type { Operation } from '../spec/vendor.ts'

/** What a document says of an operation beside what is compiled of it: its examples. */
export interface RawOperation {
  /** By place and name: `query page`. */
  readonly parameters: ReadonlyMap<string, unknown>
  readonly body: Raw
}

export function rawOperation(document: unknown, operation: Operation): RawOperation {
  const item = follow(document, asRecord(asRecord(document)['paths'])[operation.path])
  const raw = asRecord(item[operation.method.toLowerCase()])
  const parameters = [item['parameters'], raw['parameters']].flatMap((entries) =>
    Array.isArray(entries) ? (entries as unknown[]) : [],
  )
  return {
    parameters: new Map(
      parameters.map((entry) => {
        const parameter = follow(document, entry)
        return [`${String(parameter['in'])} ${String(parameter['name'])}`, parameter]
      }),
    ),
    body: follow(document, raw['requestBody']),
  }
}

/** All examples of a parameter or a media type, in their order. */
export function examplesOf(document: unknown, node: Raw): unknown[] {
  const named = entriesOf(node['examples']).map(([, example]) => valueOf(follow(document, example)))
  return ['example' in node ? node['example'] : undefined, ...named].filter((value) => value !== undefined)
}

export function exampleOf(document: unknown, node: Raw): unknown {
  return examplesOf(document, node)[0]
}

function follow(document: unknown, node: unknown): Raw {
  let current = asRecord(node)
  for (let hops = 0; typeof current['$ref'] === 'string' && current['$ref'].startsWith('#') && hops < 32; hops++) {
    current = asRecord(getPointer(document, decodeURIComponent(current['$ref'].slice(1))))
  }
  return current
}
