/** A request about the ledger of one session. */
export interface LedgerRequest {
  /** Real ms. */
  readonly began: number
  /** `Infinity` without an answer. */
  readonly ended: number
  /**
   * `job`: a job was started; `refused`: for lack of credits; `count`: number of listed jobs; `balance`: remaining
   * credits; `unknown`: a job was started or not.
   */
  readonly outcome: 'job' | 'refused' | 'count' | 'balance' | 'unknown'
  /** The value that was read. */
  readonly value?: number
}

export interface LedgerTerms {
  readonly credits: number
  readonly price: number
}

/**
 * Checks linearizability: whether there is an order of all requests, each at one instant between its start and end, in
 * which a ledger gives exactly these answers. A job reserves credits when it is started, and takes them when it
 * completes, at some later time. Tries all orders, each state of the search once. A request with an unknown outcome was
 * executed at any time after its start, or never.
 *
 * @param jobs - the jobs that exist at the end
 * @returns undefined if there is one; else where the longest consistent order ends
 */
export function findNoOrder(
  given: readonly LedgerRequest[],
  jobs: number,
  { credits, price }: LedgerTerms,
): string | undefined {
  const byBegin = given.toSorted((left, right) => left.began - right.began)
  const known = byBegin.filter(({ outcome }) => outcome !== 'unknown')
  // Among requests with an unknown outcome, the one that began first can represent any other.
  const unknown = byBegin.filter(({ outcome }) => outcome === 'unknown')
  const seen = new Set<string>()
  const open: State[] = [{ done: 0n, first: 0, started: 0, paid: 0, guessed: 0 }]
  let best: State = open[0]!
  for (let state = open.pop(); state; state = open.pop()) {
    const { done, first, started, paid, guessed } = state
    const key = `${first} ${done} ${guessed} ${paid}`
    if (seen.has(key)) continue
    seen.add(key)
    if (first > best.first) best = state
    if (first === known.length && started === jobs) return undefined
    // The next request must have begun before any other has ended.
    const latest = earliestEnd(known, state)
    const next = unknown[guessed]
    const canPay = credits - started * price >= price
    if (next && next.began <= latest && canPay) open.push({ ...state, started: started + 1, guessed: guessed + 1 })
    for (let index = known.length - 1; index >= first; index--) {
      const { began, outcome, value = 0 } = known[index]!
      const bit = 1n << BigInt(index - first)
      if (began > latest || (done & bit) !== 0n) continue
      const after = { ...state, done: done | bit }
      if (outcome === 'job' && canPay) open.push(advance({ ...after, started: started + 1 }))
      if (outcome === 'refused' && !canPay) open.push(advance(after))
      if (outcome === 'count' && value === started) open.push(advance(after))
      const spent = (credits - value) / price
      // Jobs may have completed since the last read, and none has returned its credits.
      if (outcome === 'balance' && paid <= spent && spent <= started) open.push(advance({ ...after, paid: spent }))
    }
  }
  const stuck = known[best.first]
  const order = `no order of ${given.length} requests explains their answers`
  if (!stuck) return `${order}: ${best.started} jobs were started in it, and ${jobs} are there`
  const { outcome, value } = stuck
  return `${order}: after ${best.started} jobs one came to "${outcome}${value === undefined ? '' : ` ${value}`}"`
}

/** Progress of an order. */
interface State {
  /** Known requests from `first` on that are executed already, as bits. */
  readonly done: bigint
  /** The first request that is not executed. */
  readonly first: number
  readonly started: number
  /** Jobs that have taken their credits, according to the reads. */
  readonly paid: number
  /** Number of requests with an unknown outcome that are assumed to be executed. */
  readonly guessed: number
}

function advance(state: State): State {
  let { done, first } = state
  for (; (done & 1n) === 1n; done >>= 1n) first++
  return { ...state, done, first }
}

function earliestEnd(known: readonly LedgerRequest[], { done, first }: State): number {
  let earliest = Number.POSITIVE_INFINITY
  for (let index = first; index < known.length; index++) {
    const { began, ended } = known[index]!
    // In the order of their starts: no later one ends earlier.
    if (began > earliest) break
    if (((done >> BigInt(index - first)) & 1n) === 0n) earliest = Math.min(earliest, ended)
  }
  return earliest
}
