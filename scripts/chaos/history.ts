import { type BucketTerms, findExcess, findRefusedByBucket, findRefusedBySlots, type LimitedRequest } from './limits.ts'
import { findNoOrder, type LedgerRequest, type LedgerTerms } from './linearize.ts'

/** The outcome of one request, as its client saw it. */
export interface Asked {
  /** Its id, sent in a header. */
  readonly id: string
  readonly session: string
  /** `look` reads a job, `list` all jobs, `credits` the balance; `role` is answered by the vendor "seal". */
  readonly kind: 'job' | 'me' | 'look' | 'list' | 'credits' | 'role'
  /** Real ms. */
  readonly began: number
  readonly ended: number
  /** Undefined without an answer: the request may have been executed or not. */
  readonly status: number | undefined
  /** The stable code of an error of the server itself. */
  readonly code: string | undefined
  /** The job that was started or read. */
  readonly job: string | undefined
  /** Listed jobs, or the balance. */
  readonly value: number | undefined
}

/** The final state of a session. */
export interface FinalState {
  readonly session: string
  readonly balance: number
  readonly jobs: ReadonlyArray<{ readonly job_uuid: string; readonly status: string }>
  /** Number of exchanges before the final state was read. */
  readonly exchanges: number
  /** The last of them, in order, without those that have not ended. */
  readonly journal: ReadonlyArray<{
    readonly number: number
    /** Of the request. */
    readonly id: string
    readonly status: number | undefined
  }>
  readonly deliveries: ReadonlyArray<{
    readonly job: string
    readonly outcome: string
    readonly played: readonly string[]
    /** Those that have ended. */
    readonly attempts: ReadonlyArray<{ readonly outcome: string }>
  }>
}

/** The vendors' guarantees, which must hold whatever happens to replicas and store. */
export interface Terms extends LedgerTerms, BucketTerms {
  /** Requests of the kind `role` that may be in flight. */
  readonly inFlight: number
}

/**
 * Finds lost and duplicated requests. A request without an answer, or with an uncertain answer, may have been executed
 * or not; one that was refused because of the store was not.
 *
 * @param received - session and id of each job whose webhook has arrived, once for each arrival
 * @returns one sentence for each fault
 */
export function checkHistory(
  asked: readonly Asked[],
  states: readonly FinalState[],
  received: readonly string[],
  terms: Terms,
): string[] {
  return states.flatMap((state) => {
    const own = asked.filter(({ session }) => session === state.session)
    return [
      ...checkJobs(own, state),
      ...checkLedger(own, state, terms),
      ...checkOrder(own, state, terms),
      ...checkOrdinals(own, state),
      ...checkJournal(own, state),
      ...checkLimits(own, terms),
      ...checkDeliveries(state, received),
    ].map((fault) => `${state.session}: ${fault}`)
  })
}

/** Whether it is unknown if a request was executed. */
function isUncertain({ status, code }: Asked): boolean {
  return status === undefined || (status === 503 && code === 'store-uncertain')
}

/** Whether a request was certainly executed. */
function isDone({ status }: Asked): boolean {
  return status !== undefined && status !== 503
}

function checkJobs(own: readonly Asked[], { jobs }: FinalState): string[] {
  const started = own.flatMap(({ kind, status, job }) => (kind === 'job' && status === 202 && job ? [job] : []))
  const there = jobs.map(({ job_uuid }) => job_uuid)
  const known = new Set(there)
  const maybe = own.filter((request) => request.kind === 'job' && isUncertain(request)).length
  const missing = own.filter(({ kind, status }) => kind === 'look' && status === 404).length
  return [
    ...started.filter((job) => !known.has(job)).map((job) => `the job ${job} was answered by 202 and is lost`),
    ...(known.size < there.length ? ['a job is there twice'] : []),
    ...(new Set(started).size < started.length ? ['two answers name the same job'] : []),
    ...(there.length > started.length + maybe
      ? [`${there.length} jobs are there, and at most ${started.length + maybe} were asked for`]
      : []),
    ...(missing > 0 ? [`a job that was answered by 202 was not found ${missing} times`] : []),
  ]
}

function checkLedger(own: readonly Asked[], { balance, jobs }: FinalState, { credits, price }: Terms): string[] {
  const open = jobs.filter(({ status }) => status !== 'completed').length
  const spent = jobs.length * price
  const refused = own.some(({ kind, status }) => kind === 'job' && status === 402)
  return [
    ...(open > 0 ? [`${open} jobs have not come to their end`] : []),
    ...(balance !== credits - spent
      ? [`the balance is ${balance}, and ${credits - spent} after ${jobs.length} jobs`]
      : []),
    ...(refused && balance >= price ? [`a job was refused for want of credits, and ${balance} are left`] : []),
  ]
}

/** Balances, lists, started jobs and refused jobs must be consistent with a single ledger. */
function checkOrder(own: readonly Asked[], { jobs }: FinalState, terms: Terms): string[] {
  const requests = own.flatMap((request): LedgerRequest[] => {
    const { kind, status, began, ended, value } = request
    if (value !== undefined) return [{ began, ended, outcome: kind === 'list' ? 'count' : 'balance', value }]
    if (kind !== 'job') return []
    if (isUncertain(request)) return [{ began, ended: Number.POSITIVE_INFINITY, outcome: 'unknown' }]
    if (status === 202) return [{ began, ended, outcome: 'job' }]
    return status === 402 ? [{ began, ended, outcome: 'refused' }] : []
  })
  const fault = findNoOrder(requests, jobs.length, terms)
  return fault === undefined ? [] : [fault]
}

/** Exchanges of each session that are certainly kept. */
const KEPT = 1000

/** Each answered request is in the journal once, with its status; a request refused because of the store is not. */
function checkJournal(own: readonly Asked[], { journal, exchanges }: FinalState): string[] {
  const faults: string[] = []
  const isWhole = exchanges <= KEPT
  let last = 0
  for (const { number } of journal) {
    if (number <= last) faults.push(`the exchange ${number} comes after the exchange ${last}`)
    last = number
  }
  if (last > exchanges) faults.push(`${exchanges} exchanges are counted, and the last of the journal is ${last}`)
  const byId = Map.groupBy(journal, ({ id }) => id)
  const numbered = own.flatMap((request) => {
    const found = byId.get(request.id) ?? []
    const [entry] = found
    if (found.length > 1) faults.push(`the request ${request.id} is in the journal ${found.length} times`)
    if (!isUncertain(request)) {
      if (!entry && isDone(request) && isWhole)
        faults.push(`the request ${request.id} was answered and is not in the journal`)
      if (entry && !isDone(request)) faults.push(`the request ${request.id} was refused and is in the journal`)
      if (entry && isDone(request) && entry.status !== request.status)
        faults.push(
          `the request ${request.id} was answered by ${request.status}, and by ${entry.status} in the journal`,
        )
    }
    return entry ? [{ request, number: entry.number }] : []
  })
  // A request that ended before another began has the lower number.
  numbered.sort((left, right) => left.number - right.number)
  let latest = Number.NEGATIVE_INFINITY
  for (const { request, number } of numbered) {
    if (!isUncertain(request) && request.ended < latest)
      faults.push(`the exchange ${number} had ended before one with a lower number began`)
    latest = Math.max(latest, request.began)
  }
  return faults
}

function checkOrdinals(own: readonly Asked[], { exchanges }: FinalState): string[] {
  const done = own.filter(isDone).length
  const most = done + own.filter(isUncertain).length
  return exchanges < done || exchanges > most
    ? [`${exchanges} exchanges are counted; ${done} were answered, and ${most - done} more may have been`]
    : []
}

/** Limits let no more through than they allow, and refuse nothing while they have room. */
function checkLimits(own: readonly Asked[], terms: Terms): string[] {
  const limited = own.flatMap((request): Array<LimitedRequest & Pick<Asked, 'kind'>> => {
    const { id, kind, began, ended, status, code } = request
    // A session that moves while a request waits for its body or its answer may have counted it already.
    if (isUncertain(request) || code === 'session-moved') return [{ id, kind, began, ended, outcome: 'unknown' }]
    if (!isDone(request)) return []
    return [{ id, kind, began, ended, outcome: status === 429 ? 'refused' : 'passed' }]
  })
  const inFlight = limited.filter(({ kind }) => kind === 'role')
  const bucket = limited.filter(({ kind }) => kind !== 'role')
  return [
    ...findExcess(bucket, terms),
    ...findRefusedByBucket(bucket, terms),
    ...findRefusedBySlots(inFlight, terms.inFlight),
  ]
}

function checkDeliveries({ session, jobs, deliveries }: FinalState, received: readonly string[]): string[] {
  return jobs.flatMap(({ job_uuid: job, status }) => {
    if (status !== 'completed') return []
    const arrived = received.filter((webhook) => webhook === `${session} ${job}`).length
    const own = deliveries.filter((delivery) => delivery.job === job)
    // The vendor itself resends unacknowledged deliveries; other repeats are reported.
    const written = own.reduce((sum, { played, attempts }) => sum + played.length + attempts.length, 0)
    return [
      ...(own.length === 1 ? [] : [`the job ${job} has ${own.length} deliveries`]),
      ...(arrived === 0 ? [`the webhook of ${job} never arrived`] : []),
      ...(arrived > written
        ? [
            `the webhook of ${job} arrived ${arrived} times, and ${written} sendings are written down: ${JSON.stringify(own.map(({ played, attempts }) => ({ played, attempts })))}`,
          ]
        : []),
      ...own
        .filter(({ outcome }) => outcome !== 'acknowledged')
        .map(({ outcome, attempts }) => `the webhook of ${job} is ${outcome} after ${JSON.stringify(attempts)}`),
    ]
  })
}
