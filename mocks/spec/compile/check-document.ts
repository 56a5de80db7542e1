import type { SpecDocument } from '../model/document.ts'
import { checkGrammar, type JsonSchema } from '../grammar/grammar.ts'
import type { Finding } from '../problems/problem.ts'
import { type Data, record } from './context.ts'
import { isRecord } from '../values/is-record.ts'
import { formatPointer } from '../references/pointer.ts'
import { type Cursor, findingsIn } from './cursor.ts'
import { checkSources } from './provenance.ts'

/** Whether a document is Swagger 2.0, the name of OpenAPI before version 3. */
export function isSwagger(data: unknown): boolean {
  return isRecord(data) && !('openapi' in data) && /^2(?:\.0)?$/.test(String(data['swagger']))
}

/** The version of a document. An unquoted version in YAML is a number: 3.0 arrives as 3. */
export function openapiVersion({ openapi }: Data): string {
  return openapi === 3 ? '3.0' : String(openapi)
}

function isKnown(version: string): boolean {
  return /^3\.[012](?:\.|$)/.test(version)
}

/** Checks that a document is OpenAPI and has operations. */
export function checkDocument(document: Data): Finding[] {
  if (isKnown(openapiVersion(document))) {
    if (Object.keys(record(document.paths)).length > 0) return []
    const message = 'The document has no paths, so there is nothing to emulate.'
    return [{ code: 'no-operations', pointer: '/paths', message }]
  }
  const other = 'openapi' in document ? undefined : FORMATS.find(({ key }) => key in document)
  if (other) {
    const { key, format, remedy } = other
    const message = `This is ${format}, not an OpenAPI document of version 3.0, 3.1 or 3.2. ${remedy}`
    return [{ code: 'not-openapi', pointer: formatPointer([key]), message }]
  }
  const found = document.openapi === undefined ? 'missing' : JSON.stringify(document.openapi)
  return [
    {
      code: 'not-openapi',
      pointer: 'openapi' in document ? '/openapi' : '',
      message: `This is not an OpenAPI document of version 3.0, 3.1 or 3.2: "openapi" is ${found}.`,
    },
  ]
}

/** Other formats, recognized by a key at the root, each with the way to convert it. */
const FORMATS: ReadonlyArray<{ readonly key: string; readonly format: string; readonly remedy: string }> = [
  { key: 'swagger', format: 'Swagger of a version other than 2.0', remedy: 'Convert it to OpenAPI 3.' },
  { key: 'swaggerVersion', format: 'Swagger 1', remedy: 'Convert it to OpenAPI 3.' },
  {
    key: 'asyncapi',
    format: 'AsyncAPI',
    remedy: 'It describes messages, and the mock answers requests: give the OpenAPI document of the same vendor.',
  },
  { key: 'arazzo', format: 'Arazzo', remedy: 'Give the OpenAPI document that its "sourceDescriptions" name.' },
  { key: 'overlay', format: 'an OpenAPI Overlay', remedy: 'Give the document that it belongs to.' },
  { key: 'item', format: 'a Postman collection', remedy: 'Export it as OpenAPI 3 first.' },
  {
    key: 'log',
    format: 'an HTTP archive (HAR)',
    remedy: 'It has no schemas to answer by: give the OpenAPI document of the vendor.',
  },
  {
    key: 'resources',
    format: 'an export of Insomnia or a Discovery document',
    remedy: 'Export or convert it to OpenAPI 3 first.',
  },
]

/** Checks every `x-mock` in its allowed places (the root, operations, named examples) and source marks anywhere. */
export function checkMocks(document: SpecDocument, grammar: JsonSchema): Finding[] {
  const found = findingsIn(document, (root) => {
    const check = (holder: Cursor, kind: string): void => {
      const { value, pointer, context } = holder.at('x-mock')
      if (value === undefined) return
      const schema = { $ref: `#/$defs/${kind}`, $defs: grammar.$defs } as JsonSchema
      checkGrammar(value, schema, { at: pointer, what: 'x-mock' }).forEach(context.report)
    }
    const checkExamples = (response: Cursor): void => {
      for (const [, media] of response.at('content').entries())
        for (const [, example] of media.at('examples').entries()) check(example, 'example')
    }
    check(root, 'root')
    for (const [, item] of root.at('paths').entries()) {
      for (const [, operation] of item.entries()) {
        check(operation, 'operation')
        for (const [, response] of operation.at('responses').entries()) checkExamples(response)
      }
    }
    for (const [, response] of root.at('components', 'responses').entries()) checkExamples(response)
    for (const [, example] of root.at('components', 'examples').entries()) check(example, 'example')
  })
  return [...found, ...checkSources(document, grammar)]
}
