/** A request that a limit has counted or refused. */
export interface LimitedRequest {
  readonly id: string
  /** Real ms. */
  readonly began: number
  readonly ended: number
  /** `unknown`: no answer; it may have been counted, and not only before its client gave up. */
  readonly outcome: 'passed' | 'refused' | 'unknown'
}

/** A token bucket. */
export interface BucketTerms {
  /** Tokens of a full bucket, and tokens per second after that. */
  readonly burst: number
  readonly perSecond: number
}

/**
 * Real ms in which a request without an answer may still be executed, or hold its slot: it may wait in a replica that
 * is paused, and a killed replica keeps its sessions until its lease ends.
 */
const UNANSWERED_MS = 20_000
/** Real ms that the clock of a session may lose when the session moves to another replica. */
const CLOCK_MS = 500
/** Real ms between an answer and the release of its slot. */
const RELEASE_MS = 250

/** For a token bucket: no period contains more passed requests than the bucket allows. */
export function findExcess(requests: readonly LimitedRequest[], { burst, perSecond }: BucketTerms): string[] {
  const passed = requests.filter(({ outcome }) => outcome === 'passed')
  const byEnd = passed.toSorted((left, right) => left.ended - right.ended)
  for (const first of passed) {
    let count = 0
    for (const { began, ended } of byEnd) {
      if (began < first.began) continue
      count++
      const most = burst + perSecond * ((ended - first.began) / 1000) + 1
      if (count > most)
        return [`${count} requests passed a limit of ${Math.floor(most)} within ${Math.round(ended - first.began)} ms`]
    }
  }
  return []
}

/**
 * For a token bucket: requests that were refused although a token was left in every order that the history allows. The
 * bucket has least tokens if every request that may have taken one since some instant has done so, and only the time
 * until the refused request began has refilled it.
 */
export function findRefusedByBucket(requests: readonly LimitedRequest[], { burst, perSecond }: BucketTerms): string[] {
  const byEnd = counted(requests).toSorted((left, right) => right.ended - left.ended)
  return refused(requests).flatMap(({ id, began, ended }) => {
    let least = burst
    let taken = 0
    for (const other of byEnd) {
      if (other.began > ended) continue
      taken++
      const refilled = (perSecond * Math.max(0, began - other.ended - CLOCK_MS)) / 1000
      least = Math.min(least, burst + refilled - taken)
      if (least < 1) return []
    }
    return [`the request ${id} was refused by a limit that had at least ${Math.floor(least)} of ${burst} tokens left`]
  })
}

/** For a concurrency limit: requests that were refused although a slot was free in every order that the history allows. */
export function findRefusedBySlots(requests: readonly LimitedRequest[], limit: number): string[] {
  const holders = counted(requests)
  return refused(requests).flatMap(({ id, began, ended }) => {
    const most = holders.filter((other) => other.began <= ended && other.ended + RELEASE_MS >= began).length
    return most < limit
      ? [`the request ${id} was refused by a limit of ${limit} in flight, and at most ${most} were`]
      : []
  })
}

function refused(requests: readonly LimitedRequest[]): LimitedRequest[] {
  return requests.filter(({ outcome }) => outcome === 'refused')
}

/** Requests that may have been counted, each until the latest instant at which that may be. */
function counted(requests: readonly LimitedRequest[]): LimitedRequest[] {
  return requests.flatMap((request) => {
    if (request.outcome === 'refused') return []
    return request.outcome === 'passed' ? [request] : [{ ...request, ended: request.ended + UNANSWERED_MS }]
  })
}
