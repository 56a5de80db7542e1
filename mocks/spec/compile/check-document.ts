import type { SpecDocument } from '../model/document.ts'
import { checkGrammar, type JsonSchema } from '../grammar/grammar.ts'
import type { Finding } from '../problems/problem.ts'
import { type Data, record } from './context.ts'
import { type Cursor, findingsIn } from './cursor.ts'
import { checkSources } from './provenance.ts'

/** Whether a document is one of OpenAPI with operations at all. */
export function checkDocument(document: Data): Finding[] {
  if (typeof document.openapi === 'string' && /^3\.[012]/.test(document.openapi)) {
    if (Object.keys(record(document.paths)).length > 0) return []
    const message = 'The document has no paths, so there is nothing to emulate.'
    return [{ code: 'no-operations', pointer: '/paths', message }]
  }
  const name = document.openapi === undefined && document.swagger !== undefined ? 'swagger' : 'openapi'
  const remedy = name === 'swagger' ? ' Convert it first.' : ''
  const seen = document[name]
  const found = seen === undefined ? 'missing' : JSON.stringify(seen)
  return [
    {
      code: 'not-openapi',
      pointer: name in document ? `/${name}` : '',
      message: `This is not an OpenAPI document of version 3.0, 3.1 or 3.2: "${name}" is ${found}.${remedy}`,
    },
  ]
}

/** Checks every `x-mock` where it may stand (the root, operations, named examples), and the marks of sources anywhere. */
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
