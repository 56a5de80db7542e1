import { afterRealTime, realTime, pauseRealTime } from '../../state/clock.ts'
import { reportFault, writeLine } from '../../state/guard.ts'
import { messageOf } from '../../state/printable.ts'
import { BEAT, GONE, LEAVE, ORPHANS, SEEN } from './store/scripts.ts'
import type { StoreLink } from './store/store-link.ts'

/** Real ms between two checks whether all replicas know a list of sessions. */
const LOOK_AGAIN_MS = 10

/** A replica's lease: the replica renews it in the store for as long as it keeps its sessions. */
export interface ReplicaLife {
  /** Starts the lease; resolves when the store has it. */
  readonly begin: (address: string) => Promise<void>
  /** Whether the lease is certainly still valid, so that no other replica takes the sessions. */
  readonly isThere: () => boolean
  /** Number of the current uninterrupted lease: between two of them, other replicas may have taken the sessions. */
  readonly stretch: () => number
  /** The store's time, in ms since 1970. */
  readonly storeNow: () => number
  /** Renews the lease at once. */
  readonly beat: () => Promise<void>
  /** The version of the list of sessions that this replica knows. */
  version: number
  /** Resolves when all live replicas know that version. */
  readonly seenByAll: (version: number) => Promise<void>
  /** Takes no more sessions, and no longer renews the lease. */
  readonly stop: () => void
  readonly leave: () => Promise<void>
}

/** What a lease needs from its replica. */
export interface LifeHost {
  readonly id: string
  /** Duration of the lease in real ms. */
  readonly lease: number
  /** Real ms after which an unused session is closed. */
  readonly ttl: number
  readonly link: StoreLink
  /** The list of sessions has changed. */
  readonly listed: () => Promise<void>
  /** Sessions with work due, but without a replica. */
  readonly orphaned: (ids: readonly string[]) => void
  /** Replicas with unanswered forwarded requests. */
  readonly busyWith: () => readonly string[]
  readonly gone: (replicas: readonly string[]) => void
}

export function createReplicaLife(host: LifeHost): ReplicaLife {
  const { id, lease, link, ttl } = host
  let address = ''
  let validUntil = 0
  let stretch = 0
  /** By how many ms the store's time is ahead of the time of this process. */
  let ahead = -Infinity
  let stop = (): void => {}
  let hasEnded = false
  let isReached = true

  const sayThere = async (): Promise<number> => {
    const began = realTime()
    const [time, version] = (await link.run(BEAT, id, address, String(lease), String(life.version))) as [
      number | string,
      string,
    ]
    const ended = realTime()
    if (ended >= validUntil) stretch++
    validUntil = began + lease
    // The store read its time between the two. An answer that arrived late tells little, so that the estimate stays.
    ahead = Math.min(Math.max(ahead, Number(time) - ended), Number(time) - began)
    return Number(version)
  }
  const beat = async (): Promise<void> => {
    if ((await sayThere()) === life.version) return
    await host.listed()
    // The replica that changed the list waits until all replicas know it.
    await sayThere()
  }
  const look = async (): Promise<void> => {
    const found = (await link.run(ORPHANS, Number.isFinite(ttl) ? String(ttl) : '', 'default', id)) as string[]
    if (found.length > 0 && !hasEnded) host.orphaned(found)
    const busy = host.busyWith()
    if (busy.length > 0) host.gone((await link.run(GONE, ...busy)) as string[])
  }
  const reached = (is: boolean, error?: unknown): void => {
    if (isReached === is) return
    isReached = is
    writeLine(is ? 'the store answers again.' : `${messageOf(error)} Requests are answered by 503 meanwhile.`)
  }
  const go = async (): Promise<void> => {
    try {
      await beat()
      reached(true)
      await look()
    } catch (error) {
      reached(false, error)
    }
    if (!hasEnded) stop = afterRealTime(lease / 3, () => void go())
  }

  const life: ReplicaLife = {
    version: 0,
    begin: async (own) => {
      address = own
      await beat()
      stop = afterRealTime(lease / 3, () => void go())
    },
    isThere: () => realTime() < validUntil,
    stretch: () => stretch,
    storeNow: () => realTime() + ahead,
    beat,
    seenByAll: async (version) => {
      const until = realTime() + 2 * lease
      while (realTime() < until && (await link.run(SEEN, String(version))) !== 1) await pauseRealTime(LOOK_AGAIN_MS)
    },
    stop: () => {
      hasEnded = true
      stop()
    },
    leave: async () => {
      await link.run(LEAVE, id).catch((error: unknown) => reportFault('leave the store', error))
    },
  }
  return life
}
