import { isJson } from '../media/media-type.ts'
import { type Data, schemaOf } from '../compile/context.ts'
import type { Cursor } from '../compile/cursor.ts'
import { dataInText } from '../compile/operation/content/documented-value.ts'
import { deref } from '../references/deref.ts'
import type { Problem } from '../problems/problem.ts'
import { SchemaError } from '../schema/schema-error.ts'
import type { Schemas } from '../schema/validator.ts'

type Direction = 'request' | 'response' | undefined

/**
 * Reports examples of parameters, bodies and answers that break their own schema. Compiles those schemas, so it is too
 * slow for loading.
 */
export function lintExamples(root: Cursor, schemas: Schemas, severity: Problem['severity']): void {
  const visit = (node: Cursor, direction: Direction): void => {
    if (node.has('schema')) judge(node, direction)
    const isContent = node.pointer.endsWith('/content')
    for (const [key, value] of [...node.entries(), ...node.list().map((entry) => ['', entry] as const)]) {
      if (/^(?:schema|examples?|x-.*)$/.test(key) || (isContent && !isJson(key))) continue
      const inside = key === 'responses' ? 'response' : /^(?:parameters|requestBody)$/.test(key) ? 'request' : direction
      visit(value, inside)
    }
  }
  const judge = (node: Cursor, direction: Direction): void => {
    const schema = schemaOf(node.at('schema').value)
    for (const { value, pointer, context } of schema ? placedExamples(node, root) : []) {
      const misfit = misfitOf(schemas, schema!, value, direction)
      if (misfit === undefined) continue
      const data = dataInText(value)
      const message =
        data !== undefined && misfitOf(schemas, schema!, data, direction) === undefined
          ? 'This example is a text that holds JSON, and its schema takes no text. It is read as JSON; write it without quotes.'
          : `This example breaks its own schema: ${misfit}. Fix one of them.`
      context.report({ code: 'example-misfit', severity, pointer, message })
    }
  }
  visit(root.at('paths'), undefined)
  visit(root.at('webhooks'), undefined)
  visit(root.at('components', 'parameters'), 'request')
  visit(root.at('components', 'requestBodies'), 'request')
  visit(root.at('components', 'responses'), 'response')
}

function placedExamples(node: Cursor, root: Cursor): readonly Cursor[] {
  const named = node
    .at('examples')
    .entries()
    .flatMap(([, entry]) => {
      const example = deref(root.value, entry.value).node
      const key = 'value' in example ? 'value' : 'dataValue'
      return key in example ? [entry.at(key).with(example[key])] : []
    })
  return node.has('example') ? [node.at('example'), ...named] : named
}

function misfitOf(schemas: Schemas, schema: Data, value: unknown, direction: Direction): string | undefined {
  try {
    const [issue, ...more] = schemas.validator(schema, direction && { direction })(value)
    if (!issue) return undefined
    return `${issue.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
  } catch (error) {
    // An unusable schema is reported separately.
    if (error instanceof SchemaError) return undefined
    throw error
  }
}
