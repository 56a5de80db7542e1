import { TooMuchError } from '../../generate/budget.ts'
import { createGenerator } from '../../generate/generator.ts'
import { loadFaker } from '../../load/load-faker.ts'
import { bodyExamples, documentedExamples, rawOperation } from '../../request/raw-operation.ts'
import { asRecord, type Raw } from '../../scenario/raw.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Finding } from '../../spec/problems/problem.ts'
import { escapeSegment } from '../../spec/references/pointer.ts'
import { SchemaError } from '../../spec/schema/schema-error.ts'
import type { SchemaObject } from '../../spec/schema/schema-object.ts'

/**
 * Warns of required bodies and parameters for which no valid value was found, so that no request passes. Only a
 * warning, since a schema may require what cannot be guessed.
 */
export function lintUnmet(vendor: Vendor, document: Raw): Finding[] {
  const generator = createGenerator({ schemas: vendor.schemas, seed: 1, loadFaker })
  const seen = new Set<SchemaObject>()
  const issueOf = (
    schema: SchemaObject | undefined,
    examples: readonly unknown[],
    identity: string,
  ): string | undefined => {
    if (!schema || seen.has(schema)) return undefined
    seen.add(schema)
    try {
      const validate = vendor.schemas.validator(schema, { direction: 'request' })
      if (examples.some((example) => validate(example).length === 0)) return undefined
      const { issues } = generator.generateValid(schema, [vendor.name, identity], validate, {
        direction: 'request',
      })
      return issues[0]?.message
    } catch (error) {
      if (error instanceof SchemaError || error instanceof TooMuchError) return undefined
      throw error
    }
  }
  const findings: Finding[] = []
  const warn = (pointer: string, what: string, issue: string | undefined): void => {
    if (issue === undefined) return
    const message = `No ${what} was found that fits this schema, so requests may never pass: ${issue}. Check whether its parts contradict each other.`
    findings.push({ code: 'unmet-schema', severity: 'warning', pointer, message })
  }
  for (const operation of vendor.operations.values()) {
    const at = `/paths/${escapeSegment(operation.path)}/${operation.method.toLowerCase()}`
    const raw = rawOperation(document, operation)
    for (const { name, in: place, required, schema } of operation.parameters)
      if (required)
        warn(
          `${at}/parameters`,
          `parameter ${name}`,
          issueOf(schema, documentedExamples(document, asRecord(raw.parameters.get(`${place} ${name}`))), name),
        )
    for (const [type, schema] of operation.body?.required === true ? operation.body.content : []) {
      warn(`${at}/requestBody`, 'body', issueOf(schema, bodyExamples(document, raw.body, type), operation.id))
    }
  }
  return findings
}
