import { answerName, documentedAnswers, limitRefusals } from '../../spec/compile/operation/documented-answers.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import type { Raw } from '../../scenario/raw.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { BuiltRequest } from '../build-request.ts'

/** One documented answer of an operation, and a request that produces it. */
export interface Pair {
  readonly operation: string
  /** As the document has it: `200`, `4XX`. */
  readonly code: string
  /** Distinguishes answers that several limits give: `TooManyRequests#rate`. */
  readonly refusal: string | undefined
  readonly how: 'behaviour' | 'scenario' | 'Prefer'
  /** The request, in words. */
  readonly by: string
  readonly scenario: string | undefined
  /** Changes to the scenario, or to the normal case. */
  readonly changes: Raw | undefined
  /** Other operations called before, each once. */
  readonly before: readonly string[]
  readonly request: BuiltRequest
  readonly answer: Answered
}

export interface Answered {
  readonly status: number
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The mock's own explanation of an answer. */
export interface Explanation {
  readonly stage: string
  readonly refusal: string | undefined
  readonly isRule: boolean
}

/** Reads the header that explains an answer. */
export function readExplanation(answered: Answered): Explanation {
  const text = answered.headers['x-sparring-explanation'] ?? ''
  const match = /^\d+(?: with \S+)? by (\w+)(?: \(([^)]+)\))?(, )?/.exec(text)
  return { stage: match?.[1] ?? '', refusal: match?.[2], isRule: match?.[3] !== undefined }
}

/** The pair that an answer belongs to; undefined where the document has none. */
export function pairKey(operation: Operation, answered: Answered): string | undefined {
  const response = responseFor(operation.responses, answered.status)
  if (!response) return undefined
  const { code } = response
  if (limitRefusals(operation, code).length === 0) return code
  const { refusal } = readExplanation(answered)
  return refusal === undefined ? undefined : answerName({ code, refusal })
}

/** All pairs of an operation. */
export function pairKeys(operation: Operation): string[] {
  return documentedAnswers(operation).map(answerName)
}
