import type { Session } from '../../engine/session/session.ts'
import { afterReading, afterRealTime, realTime } from '../../state/clock.ts'
import { type Batch, writeBatch } from './store/batch.ts'
import { createPendingChanges, type PendingChanges } from './pending-changes.ts'
import { WRITE } from './store/scripts.ts'
import { StoreError } from './store/store-error.ts'
import type { StoreLink } from './store/store-link.ts'

/** Real ms between two tries of a write. */
const RETRY_MS = 50

/** What a session's clock and counters were at its last write, as JSON in the store. */
export interface Beat {
  readonly count: number
  readonly latest: number
  readonly stretch: number
  readonly frozen: boolean
  /** ms since 1970 for a clock that stands still; for one that flows, ms by which it is ahead of the store's time. */
  readonly clock: number
  readonly held: number
  readonly working: number
  readonly scenario: readonly string[]
}

/** What a keeper needs of its replica. */
export interface KeeperHost {
  readonly link: () => StoreLink
  /** Now by the store's clock, in ms since 1970. */
  readonly storeNow: () => number
  /** Real ms for which a write is tried again. */
  readonly patience: number
  /** The session cannot be gone on with here. */
  readonly lost: (keeper: SessionKeeper, error: StoreError) => void
}

/**
 * Writes what the steps of one session change. One write is under way at a time; what is changed meanwhile is brought by the
 * next one, so that many steps share a write.
 */
export class SessionKeeper {
  readonly id: string
  readonly changes: PendingChanges
  session: Session | undefined
  /** In which stretch of its replica it was last known to be executed here. */
  stretch = 0
  readonly #host: KeeperHost
  #token: string | undefined
  #sequence = 0
  /** The write that brings what was changed so far; begins soon, or when the one before it is done. */
  #next: PromiseWithResolvers<void> | undefined
  #current: Promise<void> | undefined
  #wantsHead: (() => string) | undefined

  constructor(id: string, host: KeeperHost) {
    this.id = id
    this.#host = host
    this.changes = createPendingChanges(() => this.#write())
  }

  /** Whether its session is executed here. */
  get isOurs(): boolean {
    return this.#token !== undefined
  }

  get token(): string | undefined {
    return this.#token
  }

  /** From now on the session is executed here. What was not written of an earlier stretch is gone, and who waits is told. */
  begin(token: string): void {
    this.end(new StoreError('session-moved', `the session "${this.id}" was taken anew.`))
    this.#token = token
    this.#sequence = 0
    this.changes.turnOn()
  }

  /** From now on it is executed elsewhere; nothing more is written. Those who wait for a write are told why. */
  end(error: StoreError): void {
    this.#token = undefined
    this.changes.turnOff()
    const next = this.#next
    this.#next = undefined
    next?.reject(error)
  }

  /** Resolves when all that was changed so far is in the store; undefined when it is. Rejects with a {@link StoreError}. */
  kept(): Promise<void> | undefined {
    return this.#next?.promise ?? this.#current
  }

  /** What the session plays is written again, as it is then. */
  keepHead(head: () => string): void {
    this.#wantsHead = head
    this.#write()
  }

  #write(): void {
    if (this.#token === undefined || this.#next) return
    this.#next = Promise.withResolvers()
    // Who waits hears of it; a step that nobody waits for has its session dropped all the same.
    this.#next.promise.catch(() => {})
    // What has arrived together is written together.
    if (!this.#current) afterReading(() => this.#begin())
  }

  #begin(): void {
    const next = this.#next
    if (!next || this.#token === undefined || this.#current) return
    this.#next = undefined
    const head = this.#wantsHead?.()
    this.#wantsHead = undefined
    const batch = this.changes.takeBatch()
    if (head !== undefined) batch.head = head
    this.#current = next.promise
    void this.#bring(batch, this.#token, next)
  }

  async #bring(batch: Batch, token: string, next: PromiseWithResolvers<void>): Promise<void> {
    try {
      await this.#send(token, batch)
      next.resolve()
      this.#current = undefined
      this.#begin()
    } catch (error) {
      next.reject(error)
      this.#current = undefined
      if (this.#token === token) this.#host.lost(this, error as StoreError)
      // It was given up meanwhile, and taken again: what has changed since then waits for this write.
      else this.#begin()
    }
  }

  async #send(token: string, batch: Batch): Promise<void> {
    const { link, patience } = this.#host
    const words = [this.id, token, String(++this.#sequence), ...this.#moment(), ...writeBatch(batch)]
    const until = realTime() + patience
    for (let failed: StoreError | undefined; ;) {
      try {
        if ((await link().run(WRITE, ...words)) === 1) return
        // A try whose answer was lost may have been kept before that.
        if (failed) throw uncertain(failed)
        throw new StoreError(
          'session-moved',
          `another replica has taken the session "${this.id}" meanwhile, and this request was not kept. Send it again.`,
        )
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'store-unreachable') throw error
        failed = error
        if (realTime() >= until) throw uncertain(error)
        await new Promise<void>((resolve) => afterRealTime(RETRY_MS, resolve))
      }
    }
  }

  /** When the session needs somebody to wake it, by the store's clock, and its {@link Beat}. */
  #moment(): [wake: string, beat: string] {
    const { clock, store, count, latest, stretch, held, working, situation, outbox } = this.session!
    const now = clock.now()
    const frozen = clock.frozen()
    const ahead = now - this.#host.storeNow()
    const due = store.nextWake()
    const isWaking = !frozen && due !== undefined && Number.isFinite(due)
    // Where this replica ends in the middle of an attempt, the next one is to look after it at once.
    const wake = outbox.working() > 0 ? this.#host.storeNow() : isWaking ? due - ahead : undefined
    const beat: Beat = {
      count,
      latest,
      stretch,
      frozen,
      clock: frozen ? now : ahead,
      held: held.size,
      working,
      scenario: [...situation.vendors.values()].map((vendor) => vendor.scenario),
    }
    return [wake === undefined ? '' : String(Math.ceil(wake)), JSON.stringify(beat)]
  }
}

function uncertain(error: StoreError): StoreError {
  const notKnown = 'Whether this request was kept is not known; it was as a whole, or not at all.'
  return new StoreError('store-uncertain', `${error.message} ${notKnown}`, { cause: error })
}
