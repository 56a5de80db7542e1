import type { Operation } from '../../model/operation/operation.ts'

/** One documented answer of an operation. */
export interface DocumentedAnswer {
  /** `200`, `4XX` or `default`. */
  readonly code: string
  /** The name of the refusal where several limits use this code: `TooManyRequests#rate`. */
  readonly refusal: string | undefined
}

/**
 * All answers of an operation in document order. Each limit's refusal counts separately, since clients handle them
 * differently.
 */
export function documentedAnswers(operation: Operation): readonly DocumentedAnswer[] {
  return operation.responses.flatMap(({ code }): DocumentedAnswer[] => {
    const refusals = limitRefusals(operation, code)
    return refusals.length === 0 ? [{ code, refusal: undefined }] : refusals.map((refusal) => ({ code, refusal }))
  })
}

/** `402`, or `429 TooManyRequests#rate`. */
export function answerName({ code, refusal }: DocumentedAnswer): string {
  return refusal === undefined ? code : `${code} ${refusal}`
}

/** Names of the refusals that limits of an operation give with this code. */
export function limitRefusals(operation: Operation, code: string): readonly string[] {
  const names = operation.limits
    .map((limit) => limit.refuse)
    .filter((refusal) =>
      operation.responses.some((response) => response.code === code && response.name === refusal.response.name),
    )
    .map((refusal) => refusal.name)
  return [...new Set(names)]
}
