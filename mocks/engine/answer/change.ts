import { parseExactly } from '../../spec/values/exact-number.ts'
import { applyPatches } from '../../behaviour/collections.ts'
import type { ExchangeState } from '../../behaviour/exchange.ts'
import type { Change } from '../../scenario/situation.ts'
import { type Headers, push } from './answer-headers.ts'
import type { Answer } from './answer.ts'
import { isJsonType } from './build-answer.ts'

/** Applies the changes of rules to an answer. Only a JSON body can be changed. */
export function changeAnswer(exchange: ExchangeState, answer: Answer, changes: readonly Change[]): Answer {
  return changes.reduce<Answer>(
    (before, change) => ({
      ...before,
      headers: changeHeaders(exchange, before.headers, change.headers),
      body: changeBody(exchange, before, change.patch),
      offContract: change.offContract ?? before.offContract,
    }),
    answer,
  )
}

/** A changed header keeps its position; a new one comes last. */
function changeHeaders(
  exchange: ExchangeState,
  before: Answer['headers'],
  headers: Change['headers'],
): Answer['headers'] {
  let after = before
  for (const [name, read] of headers) {
    const value = read(exchange.scope)
    if (value === undefined) continue
    const isSame = ([known]: readonly [string, string]): boolean => known.toLowerCase() === name.toLowerCase()
    const place = after.findIndex(isSame)
    const others = after.filter((entry) => !isSame(entry))
    const fields: Headers = []
    push(fields, name, value)
    after = others.toSpliced(place === -1 ? others.length : place, 0, ...fields)
  }
  return after
}

function changeBody(exchange: ExchangeState, answer: Answer, patch: Change['patch']): Answer['body'] {
  const { body } = answer
  if (patch.length === 0 || typeof body !== 'string' || !isJsonType(answer.headers)) return body
  return JSON.stringify(applyPatches(parseExactly(body), patch, exchange))
}
