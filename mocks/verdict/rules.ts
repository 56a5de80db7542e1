import { noTimeout } from './conduct/connections/no-timeout.ts'
import { streamReconnect } from './conduct/connections/stream-reconnect.ts'
import { browserCredential } from './conduct/credentials/browser-credential.ts'
import { redirectCredential } from './conduct/credentials/redirect-credential.ts'
import { refreshRace } from './conduct/credentials/refresh-race.ts'
import { refreshReplay } from './conduct/credentials/refresh-replay.ts'
import { tokenChurn } from './conduct/credentials/token-churn.ts'
import { webhookAck } from './conduct/webhooks/webhook-ack.ts'
import { webhookDuplicate } from './conduct/webhooks/webhook-duplicate.ts'
import { webhookSignature } from './conduct/webhooks/webhook-signature.ts'
import { pagePastEnd } from './conduct/answers/page-past-end.ts'
import { resetMisread } from './conduct/answers/reset-misread.ts'
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
import { unclaimed } from './conduct/unclaimed.ts'
import { abandonedWork } from './conduct/work/abandoned-work.ts'
import { duplicateWork } from './conduct/work/duplicate-work.ts'
import { keyNotReused } from './conduct/work/key-not-reused.ts'
import { restartQueue } from './conduct/work/restart-queue.ts'
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
  tokenChurn,
  refreshRace,
  refreshReplay,
  redirectCredential,
  browserCredential,
  webhookAck,
  webhookSignature,
  webhookDuplicate,
  streamReconnect,
  noTimeout,
  duplicateWork,
  keyNotReused,
  abandonedWork,
  restartQueue,
  resetMisread,
  pagePastEnd,
  unclaimed,
]
