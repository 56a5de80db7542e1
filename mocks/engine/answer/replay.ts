import { findKept, keepAnswer, type PlainAnswer } from '../../behaviour/requests/kept-answers.ts'
import type { MatchedExchange } from '../../behaviour/exchange.ts'
import { isRefused, type Refused } from '../../behaviour/outcome.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { fromBase64Url, toBase64Url } from '../../spec/values/base64url.ts'
import { represent } from './answer-body.ts'
import { addRules, type Headers } from './answer-headers.ts'
import type { Answer } from './answer.ts'

/** An answer that is sent again, and why. */
export interface Replay {
  readonly answer: Answer
  readonly because: string
}

/**
 * The answer kept for the same request with the same key. Undefined for a first request, and where the answer is made
 * anew from the job that the first request started.
 */
export function replayed(exchange: MatchedExchange): Replay | Refused | undefined {
  const rule = exchange.operation.idempotency
  const kept = rule && findKept(exchange, rule)
  if (!kept || isRefused(kept)) return kept
  exchange.job = kept.job
  if (!kept.answer) {
    exchange.isAgain = kept.job !== undefined
    return undefined
  }
  return {
    answer: answerAgain(exchange, kept.answer),
    because: `the answer to exchange ${kept.by}, which had the same ${rule.spelled}`,
  }
}

/** Keeps the answer to a request that has a key. */
export function remember(exchange: MatchedExchange, answer: Answer): void {
  const rule = exchange.operation.idempotency
  if (!rule || !exchange.idempotencyKey) return
  keepAnswer(exchange, rule, { answer: answer.stream ? undefined : plain(answer) })
}

/** Notes that a request with a key is in work. */
export function rememberWork(exchange: MatchedExchange, until: number): void {
  const rule = exchange.operation.idempotency
  if (rule && exchange.idempotencyKey) keepAnswer(exchange, rule, { busyUntil: until })
}

function plain({ status, headers, body, refusal }: Answer): PlainAnswer {
  const isBytes = body instanceof Uint8Array
  return { status, headers: [...headers], body: isBytes ? toBase64Url(body) : body, isBytes, refusal }
}

/** Headers of rules, such as those of limits, are current; everything else is as in the first answer. */
function answerAgain(exchange: MatchedExchange, kept: PlainAnswer): Answer {
  const { operation } = exchange
  const { status, body, isBytes, refusal } = kept
  const fresh: Headers = []
  addRules(exchange, fresh, status < 400 ? 'success' : 'refused')
  const names = new Set(fresh.map(([name]) => name.toLowerCase()))
  const mark = operation.idempotency?.replayed
  const spec = responseFor(operation.responses, status)
  return {
    status,
    headers: [...kept.headers.filter(([name]) => !names.has(name.toLowerCase())), ...fresh, ...(mark ? [mark] : [])],
    body: isBytes ? fromBase64Url(body ?? '') : body,
    spec: spec && represent(exchange, spec),
    refusal,
    offContract: undefined,
  }
}
