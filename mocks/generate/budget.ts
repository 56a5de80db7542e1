import { MistakeError } from '../state/guard.ts'

/**
 * What one generated value may come to. A schema can ask for any number of items, and a request has to be answered while
 * others wait.
 */

/** Items and properties, all levels together. */
export const MOST_VALUES = 10_000
/** Characters of all texts together. */
export const MOST_CHARACTERS = 1024 * 1024

/** What is left of it. */
export interface Budget {
  values: number
  characters: number
}

/** Thrown where a schema asks for more than may be generated. */
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

/** Takes a value out of the budget. */
export function spendValue(budget: Budget, path: string): void {
  if (--budget.values < 0) throw new TooMuchError(path, `would be one of more than ${MOST_VALUES} values`)
}

/** Takes a text out of the budget. */
export function spendText(budget: Budget, path: string, length: number): void {
  budget.characters -= length
  if (budget.characters < 0)
    throw new TooMuchError(path, `would be in a value with more than ${MOST_CHARACTERS} characters`)
}
