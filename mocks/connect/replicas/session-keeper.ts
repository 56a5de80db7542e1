import type { Session } from '../../engine/session/session.ts'
import { afterReading, realTime, pauseRealTime } from '../../state/clock.ts'
import { type Batch, writeBatch } from './store/batch.ts'
import { createPendingChanges, type PendingChanges } from './pending-changes.ts'
import { WRITE } from './store/scripts.ts'
import { StoreError } from '../server/answer/store-error.ts'
import type { StoreLink } from './store/store-link.ts'

/** Real ms between two attempts of a write. */
const RETRY_MS = 50

/** A session's clock and counters at its last write, as JSON in the store. */
export interface Beat {
  readonly count: number
  readonly latest: number
  readonly stretch: number
  readonly frozen: boolean
  /** ms since 1970 for a frozen clock; for a running clock, ms by which it is ahead of the store's time. */
  readonly clock: number
  readonly held: number
  readonly working: number
  readonly scenario: readonly string[]
}

/** What a keeper needs from its replica. */
export interface KeeperHost {
  readonly link: () => StoreLink
  /** The store's time, in ms since 1970. */
  readonly storeNow: () => number
  /** Real ms for which a write is retried. */
  readonly patience: number
  /** The session cannot continue here. */
  readonly lost: (keeper: SessionKeeper, error: StoreError) => void
}

/**
 * Writes the changes of one session's steps. Only one write is in progress at a time; the next write contains all
 * changes made meanwhile, so that many steps share a write.
 */
export class SessionKeeper {
  readonly id: string
  readonly changes: PendingChanges
  session: Session | undefined
  /** The lease of its replica in which the session was last known to be executed here. */
  stretch = 0
  readonly #host: KeeperHost
  #token: string | undefined
  #sequence = 0
  /** The write of the changes so far; starts soon, or after the current write. */
  #next: PromiseWithResolvers<void> | undefined
  #current: Promise<void> | undefined
  #wantsHead: (() => string) | undefined

  constructor(id: string, host: KeeperHost) {
    this.id = id
    this.#host = host
    this.changes = createPendingChanges(() => this.#write())
  }

  /** Whether the session is executed here. */
  get isOurs(): boolean {
    return this.#token !== undefined
  }

  get token(): string | undefined {
    return this.#token
  }

  /**
   * From now on the session is executed here. Unwritten changes of an earlier lease are lost, and their waiters get an
   * error.
   */
  begin(token: string): void {
    this.end(new StoreError('session-moved', `the session "${this.id}" was taken over again.`))
    this.#token = token
    this.#sequence = 0
    this.changes.turnOn()
  }

  /** From now on the session is executed elsewhere and no longer written. Waiters for a write get the error. */
  end(error: StoreError): void {
    this.#token = undefined
    this.changes.turnOff()
    const next = this.#next
    this.#next = undefined
    next?.reject(error)
  }

  /** Resolves when all changes so far are in the store; undefined if they are. Rejects with a {@link StoreError}. */
  kept(): Promise<void> | undefined {
    return this.#next?.promise ?? this.#current
  }

  /** Writes the session's scenarios again, as they are at the time of the write. */
  keepHead(head: () => string): void {
    this.#wantsHead = head
    this.#write()
  }

  #write(): void {
    if (this.#token === undefined || this.#next) return
    this.#next = Promise.withResolvers()
    // Waiters get the rejection; without waiters the session is dropped all the same.
    this.#next.promise.catch(() => {})
    // Changes of requests that arrived together are written together.
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
      // The session was given up and taken again meanwhile: changes since then wait for this write.
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
        // An attempt whose answer was lost may have been written before that.
        if (failed) throw uncertain(failed)
        throw new StoreError(
          'session-moved',
          `another replica has taken the session "${this.id}" meanwhile, and this request was not saved. Send it again.`,
        )
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'store-unreachable') throw error
        failed = error
        if (realTime() >= until) throw uncertain(error)
        await pauseRealTime(RETRY_MS)
      }
    }
  }

  /** When the session must be woken, by the store's time, and its {@link Beat}. */
  #moment(): [wake: string, beat: string] {
    const { clock, store, count, latest, stretch, held, working, situation, outbox } = this.session!
    const now = clock.now()
    const frozen = clock.frozen()
    const ahead = now - this.#host.storeNow()
    const due = store.nextWake()
    const isWaking = !frozen && due !== undefined && Number.isFinite(due)
    // If this replica dies in the middle of a delivery attempt, the next one must check the attempt at once.
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
  const notKnown = 'It is unknown whether this request was saved; it was saved completely or not at all.'
  return new StoreError('store-uncertain', `${error.message} ${notKnown}`, { cause: error })
}
