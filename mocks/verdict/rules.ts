import { backoff } from './conduct/backoff.ts'
import { clockStandsStill } from './conduct/clock-stands-still.ts'
import { credits } from './conduct/credits.ts'
import { deadCredential } from './conduct/dead-credential.ts'
import { pollAfterFinal } from './conduct/poll-after-final.ts'
import { pollInterval } from './conduct/poll-interval.ts'
import { pollUnknown } from './conduct/poll-unknown.ts'
import { retryAfter } from './conduct/retry-after.ts'
import { retryRefused } from './conduct/retry-refused.ts'
import { retryStorm } from './conduct/retry-storm.ts'
import { retryUnsafe } from './conduct/retry-unsafe.ts'
import type { Rule } from './rule.ts'

/** All rules of conduct. */
export const RULES: readonly Rule[] = [
  retryAfter,
  retryRefused,
  retryUnsafe,
  retryStorm,
  backoff,
  credits,
  deadCredential,
  pollInterval,
  pollAfterFinal,
  pollUnknown,
  clockStandsStill,
]
