import { operationPath } from '../http/methods.ts'
import type { Cursor } from '../compile/cursor.ts'
import { formatPointer } from '../references/pointer.ts'
import { languageOf } from '../media/media-type.ts'
import type { Operation } from '../model/operation/operation.ts'
import type { ResponseSpec } from '../model/response.ts'
import type { Vendor } from '../model/vendor.ts'

/** Warns of answers whose body the mock cannot write in any of their media types. */
export function lintBodies(root: Cursor, vendor: Vendor): void {
  const seen = new Set<string>()
  for (const operation of vendor.operations.values()) {
    for (const response of operation.responses) {
      const { mediaType, range, choices } = response
      const all = choices.length > 0 ? choices : [response]
      if (mediaType === undefined || all.some((choice) => isWritable(choice))) continue
      const content = root.at(...responsePath(operation, response), 'content', range ?? mediaType)
      // Operations share the response components.
      if (seen.has(content.pointer)) continue
      seen.add(content.pointer)
      content.warn(
        'unwritable-body',
        `The mock cannot write objects as ${mediaType}, so this answer is a 500 that says so.`,
        'Give the media type an example that is a text, or document application/json beside it.',
      )
    }
  }
}

/** Whether there is a body for it; an object in a text is JSON. */
function isWritable({ mediaType, canBe }: Pick<ResponseSpec, 'mediaType' | 'canBe'>): boolean {
  return canBe(mediaType!) || languageOf(mediaType!) === 'text'
}

/** The place of a response: in its operation, or among the components. */
export function responsePlace(operation: Operation, response: ResponseSpec): string {
  return formatPointer(responsePath(operation, response))
}

function responsePath(operation: Operation, { name, code }: ResponseSpec): readonly [string, ...string[]] {
  if (name !== undefined) return ['components', 'responses', name]
  return [...operationPath(operation), 'responses', code]
}
