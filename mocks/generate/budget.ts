import { MistakeError } from '../state/guard.ts'

/** Limits of one generated value. A schema can ask for any number of items, and other requests wait meanwhile. */

/** Items and properties at all levels. */
export const MOST_VALUES = 10_000
/** Characters of all texts. */
export const MOST_CHARACTERS = 1024 * 1024

/** The remaining budget. */
export interface Budget {
  values: number
  characters: number
}

/** Thrown where a schema asks for more than the limits. */
export class TooMuchError extends MistakeError {
  override name = 'TooMuchError'

  constructor(path: string, why: string) {
    super(
      `No value can be generated for the schema: ${path === '' ? 'it' : path} ${why}. Give an example of the answer.`,
    )
  }
}

export function createBudget(): Budget {
  return { values: MOST_VALUES, characters: MOST_CHARACTERS }
}

/** Deducts a value from the budget. */
export function spendValue(budget: Budget, path: string): void {
  if (--budget.values < 0) throw new TooMuchError(path, `would be one of more than ${MOST_VALUES} values`)
}

/** Deducts a text from the budget. */
export function spendText(budget: Budget, path: string, length: number): void {
  budget.characters -= length
  if (budget.characters < 0)
    throw new TooMuchError(path, `would be in a value with more than ${MOST_CHARACTERS} characters`)
}
