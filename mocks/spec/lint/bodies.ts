import { escapeSegment } from '../references/pointer.ts'
import type { Finding } from '../problems/problem.ts'
import type { Operation, ResponseSpec, Vendor } from '../model/vendor.ts'

/** Answers whose body the mock cannot write in any of their media types. */
export function lintBodies(vendor: Vendor): Finding[] {
  const findings = new Map<string, Finding>()
  for (const operation of vendor.operations.values()) {
    for (const response of operation.responses) {
      const { mediaType, range, choices } = response
      const all = choices.length > 0 ? choices : [response]
      if (mediaType === undefined || all.some((choice) => choice.canBe(choice.mediaType!))) continue
      const pointer = `${responsePlace(operation, response)}/content/${escapeSegment(range ?? mediaType)}`
      findings.set(pointer, {
        code: 'unwritable-body',
        severity: 'warning',
        pointer,
        message: `The mock cannot write objects as ${mediaType}, so this answer is a 500 that says so. Give the media type an example that is a text, or document application/json beside it.`,
      })
    }
  }
  return [...findings.values()]
}

/** Where a response stands: at its operation, or among the components. */
export function responsePlace({ path, method }: Operation, { name, code }: ResponseSpec): string {
  if (name !== undefined) return `/components/responses/${escapeSegment(name)}`
  return `/paths/${escapeSegment(path)}/${method.toLowerCase()}/responses/${code}`
}
