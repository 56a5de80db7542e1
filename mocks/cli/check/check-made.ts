import { operationPath } from '../../spec/http/methods.ts'
import { TooMuchError } from '../../generate/budget.ts'
import { createGenerator } from '../../generate/generator.ts'
import { loadFaker } from '../../load/load-faker.ts'
import { escapeSegment, formatPointer } from '../../spec/references/pointer.ts'
import type { Finding } from '../../spec/problems/problem.ts'
import { SchemaError } from '../../spec/schema/schema-error.ts'
import type { SchemaObject } from '../../spec/schema/schema-object.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { ResponseSpec } from '../../spec/model/response.ts'
import type { Vendor } from '../../spec/model/vendor.ts'

/**
 * Reports answers that cannot be generated: no value was found that is valid in their schema, so each request for one
 * gets a 500. Only answers without an example are generated; for an operation on items, possibly none.
 */
export function lintMade(vendor: Vendor): Finding[] {
  const generator = createGenerator({ schemas: vendor.schemas, seed: 1, loadFaker })
  const seen = new Set<SchemaObject>()
  const findings: Finding[] = []
  for (const operation of vendor.operations.values()) {
    for (const response of operation.responses) {
      const { schema } = response
      if (!schema || seen.has(schema) || hasExample(response)) continue
      seen.add(schema)
      const isOfItems = operation.collection !== undefined || operation.job !== undefined
      try {
        // Another check reports invalid schemas.
        const validate = vendor.schemas.validator(schema, RESPONSE)
        const { issues } = generator.generateValid(schema, [vendor.name, operation.id], validate, RESPONSE)
        if (issues.length === 0 || isOfItems) continue
        findings.push({
          code: 'no-value',
          severity: 'warning',
          pointer: placeOf(operation, response),
          message: `No value was found that this schema allows: ${issues[0]!.message}. What is answered breaks it. Give an example of the answer.`,
        })
      } catch (error) {
        if (error instanceof SchemaError) continue
        if (!(error instanceof TooMuchError)) throw error
        findings.push({
          code: 'too-much',
          severity: isOfItems ? 'warning' : 'error',
          pointer: placeOf(operation, response),
          message: error.message,
        })
      }
    }
  }
  return findings
}

const RESPONSE = { direction: 'response' } as const

function hasExample({ examples }: ResponseSpec): boolean {
  return [...examples.values()].some(({ value }) => value !== undefined)
}

function placeOf(operation: Operation, { name, code, mediaType }: ResponseSpec): string {
  const at = formatPointer(operationPath(operation))
  const response = name === undefined ? `${at}/responses/${code}` : `/components/responses/${escapeSegment(name)}`
  return `${response}/content/${escapeSegment(mediaType ?? '')}/schema`
}
