import { TooMuchError } from '../behaviour/generate/budget.ts'
import { SchemaError } from '../spec/schema/schema-error.ts'
import { plainAnswer } from './own-answer.ts'
import type { Work } from './work.ts'

/**
 * What answers a request that a mistake of the document keeps from being answered: the mock says at once what is wrong,
 * and goes on with the next. Throws anything else again.
 */
export function mistakeWork(error: unknown): Work {
  if (!(error instanceof TooMuchError || error instanceof SchemaError)) throw error
  const because = error.message
  return { answer: plainAnswer(500, because), by: { stage: 'handle', because } }
}
