import type { SpecDocument } from '../model/document.ts'
import { isJson } from '../media/media-type.ts'
import { type Data, entries, record, schemaOf } from '../compile/context.ts'
import { deref } from '../references/deref.ts'
import { escapeSegment } from '../references/pointer.ts'
import type { Finding, Problem } from '../problems/problem.ts'
import { SchemaError } from '../schema/schema-error.ts'
import type { Schemas } from '../schema/validator.ts'

type Direction = 'request' | 'response'

/**
 * Examples of parameters, bodies and answers that break their own schema. Compiles those schemas, so it is not for
 * loading.
 */
export function lintExamples(document: SpecDocument, schemas: Schemas, severity: Problem['severity']): Finding[] {
  const findings: Finding[] = []
  const components = record(document.components)
  const visit = (node: unknown, at: string, direction: Direction | undefined): void => {
    if (node === null || typeof node !== 'object') return
    const found = record(node)
    if ('schema' in found) judge(found, at, direction)
    for (const [key, value] of Array.isArray(node) ? Object.entries(node) : entries(found)) {
      if (/^(?:schema|examples?|x-.*)$/.test(key)) continue
      const media = at.endsWith('/content') && !isJson(key)
      const inside = key === 'responses' ? 'response' : /^(?:parameters|requestBody)$/.test(key) ? 'request' : direction
      if (!media) visit(value, `${at}/${escapeSegment(key)}`, inside)
    }
  }
  const judge = (node: Data, at: string, direction: Direction | undefined): void => {
    const schema = schemaOf(node['schema'])
    const values: Array<readonly [place: string, value: unknown]> = [
      ...('example' in node ? [['example', node['example']] as const] : []),
      ...entries(node['examples']).flatMap(([name, raw]) => {
        const example = deref(document, raw).node
        const key = 'value' in example ? 'value' : 'dataValue'
        return key in example ? [[`examples/${escapeSegment(name)}/${key}`, example[key]] as const] : []
      }),
    ]
    for (const [place, value] of schema ? values : []) {
      const message = misfit(schemas, schema!, value, direction)
      if (message === undefined) continue
      findings.push({
        code: 'example-misfit',
        severity,
        pointer: `${at}/${place}`,
        message: `This example breaks its own schema: ${message}. Mend the one or the other.`,
      })
    }
  }
  visit(document.paths, '/paths', undefined)
  visit(document.webhooks, '/webhooks', undefined)
  visit(components['parameters'], '/components/parameters', 'request')
  visit(components['requestBodies'], '/components/requestBodies', 'request')
  visit(components['responses'], '/components/responses', 'response')
  return findings
}

function misfit(schemas: Schemas, schema: Data, value: unknown, direction: Direction | undefined): string | undefined {
  try {
    const [issue, ...more] = schemas.validator(schema, direction && { direction })(value)
    if (!issue) return undefined
    return `${issue.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
  } catch (error) {
    // A schema that cannot be used is told of by itself.
    if (error instanceof SchemaError) return undefined
    throw error
  }
}
