import type { Direction } from './assertions.ts'
import type { Validate } from './issue.ts'
import type { Normalize } from './normalize.ts'
import type { Located } from './root.ts'

/**
 * Makes the checks of one document's schemas, for values that travel one way. In Node they are compiled by Ajv, in a
 * page, which may forbid code made from text, they are closures; both tell the same issues.
 *
 * @throws SchemaError, by the innermost function, when a schema cannot be compiled
 */
export type SchemaEngine = (
  normalize: Normalize,
) => (direction: Direction | undefined) => (located: Located) => Validate

/** Schemas with no more keys than this are judged in the place of the references that name them. */
export const INLINE_LIMIT = 6
