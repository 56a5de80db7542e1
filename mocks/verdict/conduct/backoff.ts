import type { Facts } from '../../engine/session/journal/facts.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { answerHeader, outcomeName, requestName } from '../refusals.ts'
import { resetOf } from '../reset-header.ts'
import type { Rule } from '../rule.ts'
import { longestWait, TOLERANCE_MS, waitBetween } from '../timing.ts'

/** A client whose waits between retries did not grow. */
export const backoff: Rule = {
  code: 'backoff',
  severity: 'error',
  unstated: 'info',
  fix: 'Wait longer before each retry (exponential backoff with jitter).',
  *judge({ retries }) {
    for (const chain of retries()) {
      // A client that is told how long to wait need not increase its waits.
      if (chain.some((exchange) => answerHeader(exchange, 'retry-after') !== undefined)) continue
      const waits = chain.slice(1).map((exchange, index) => longestWait(waitBetween(chain[index]!, exchange)))
      if (waits.length < LEAST || isGrowing(waits)) continue
      if (waits.every((wait, index) => isForReset(chain[index]!, wait))) continue
      yield {
        message: `${requestName(chain[0]!)} was retried ${waits.length} times after ${chain[0]!.status === undefined ? '' : 'a '}${outcomeName(chain[0]!)}, and the waits did not grow: ${waits.map((ms) => formatDuration(Math.max(0, Math.round(ms)))).join(', ')}.`,
        operation: chain[0]!.operation?.id,
        exchanges: chain.map(({ number }) => number),
      }
    }
  },
}

/** Whether a wait obeyed the reset instant of a 429, or was zero, which `reset-misread` reports. */
function isForReset(refusal: Facts, wait: number): boolean {
  const reset = refusal.status === 429 ? resetOf(refusal) : undefined
  if (!reset) return false
  return wait < TOLERANCE_MS || wait >= reset.at - (refusal.end ?? refusal.start).clock - TOLERANCE_MS
}

/** The fewest retries that make a finding: with jitter, the last of few waits may be the shortest. */
const LEAST = 4

/**
 * Whether the longest wait of the later half is longer than the longest of the earlier half, or all are long, or all
 * but one are longer than the previous wait: a busy machine can make any single wait longer.
 */
function isGrowing(waits: readonly number[]): boolean {
  const half = Math.floor(waits.length / 2)
  const [early, late] = [Math.max(...waits.slice(0, half)), Math.max(...waits.slice(half))]
  if (isLonger(late, early) || early >= PATIENT_MS) return true
  return waits.slice(1).filter((wait, index) => !isLonger(wait, waits[index]!)).length <= 1
}

function isLonger(wait: number, before: number): boolean {
  return wait > before * 1.3 + 1
}

/** ms: waits of this length need not grow. */
const PATIENT_MS = 30_000 - TOLERANCE_MS
