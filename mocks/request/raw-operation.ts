import { operationPath } from '../spec/http/methods.ts'
import { getPointer } from '../spec/references/pointer.ts'
import { asRecord, entriesOf, type Raw } from '../scenario/raw.ts'
import { dataInText, exampleValue } from '../spec/compile/operation/content/documented-value.ts'
import { isJson } from '../spec/media/media-type.ts'
import { deref } from '../spec/references/deref.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import { asList } from '../spec/values/is-record.ts'

/** Parts of a documented operation that are not compiled: its examples. */
export interface RawOperation {
  /** By place and name: `query page`. */
  readonly parameters: ReadonlyMap<string, unknown>
  readonly body: Raw
}

export function rawOperation(document: unknown, operation: Operation): RawOperation {
  const item = deref(document, asRecord(asRecord(document)['paths'])[operation.path]).node
  const [, , ...keys] = operationPath(operation)
  const raw = asRecord(getPointer(item, keys))
  const parameters = [item['parameters'], raw['parameters']].flatMap(asList)
  return {
    parameters: new Map(
      parameters.map((entry) => {
        const parameter = deref(document, entry).node
        return [`${String(parameter['in'])} ${String(parameter['name'])}`, parameter]
      }),
    ),
    body: deref(document, raw['requestBody']).node,
  }
}

/** All examples of a parameter or a media type, in order. */
export function documentedExamples(document: unknown, node: Raw): unknown[] {
  const named = entriesOf(node['examples']).map(([, example]) => exampleValue(deref(document, example).node))
  return ['example' in node ? node['example'] : undefined, ...named].filter((value) => value !== undefined)
}

/** All examples of a request body in a media type, in order. One in JSON text is that data, or the text. */
export function bodyExamples(document: unknown, body: Raw, mediaType: string): unknown[] {
  const examples = documentedExamples(document, asRecord(asRecord(body['content'])[mediaType]))
  if (!isJson(mediaType)) return examples
  return examples.flatMap((value) => {
    const data = dataInText(value)
    return data === undefined ? [value] : [data, value]
  })
}

export function documentedExample(document: unknown, node: Raw): unknown {
  return documentedExamples(document, node)[0]
}
