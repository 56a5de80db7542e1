import { afterRealTime, realTime } from '../../state/clock.ts'
import { reportFault, writeLine } from '../../state/guard.ts'
import { messageOf } from '../../state/printable.ts'
import { BEAT, GONE, LEAVE, ORPHANS, SEEN } from './store/scripts.ts'
import type { StoreLink } from './store/store-link.ts'

/** Real ms between two looks whether all replicas know a list of sessions. */
const LOOK_AGAIN_MS = 10

/** That a replica is there: it says so in the store again and again, for as long as its sessions are to be its own. */
export interface ReplicaLife {
  readonly id: string
  /** Begins; resolves when it is known to be there. */
  readonly begin: (address: string) => Promise<void>
  /** Whether it may take for sure that no other replica takes its sessions. */
  readonly isThere: () => boolean
  /** Which stretch of being there this is: whatever it had before may have been taken between two of them. */
  readonly stretch: () => number
  /** Now by the store's clock, in ms since 1970. */
  readonly storeNow: () => number
  /** Says again at once that it is there. */
  readonly beat: () => Promise<void>
  /** The version of the list of sessions that it knows. */
  version: number
  /** Resolves when all replicas that are there know that version, or have gone. */
  readonly seenByAll: (version: number) => Promise<void>
  /** Takes no more sessions, and says no more that it is there. */
  readonly stop: () => void
  readonly leave: () => Promise<void>
}

/** What a replica does beside saying that it is there. */
export interface LifeHost {
  readonly id: string
  /** Real ms for which it is taken to be there. */
  readonly lease: number
  /** Real ms after which a session that nobody uses is closed. */
  readonly ttl: number
  readonly link: StoreLink
  /** The list of sessions has changed. */
  readonly listed: () => Promise<void>
  /** Sessions that have something to do, and no replica that does it. */
  readonly orphaned: (ids: readonly string[]) => void
  /** Replicas that requests are passed on to now. */
  readonly busyWith: () => readonly string[]
  readonly gone: (replicas: readonly string[]) => void
}

export function createReplicaLife(host: LifeHost): ReplicaLife {
  const { id, lease, link, ttl } = host
  let address = ''
  let validUntil = 0
  let stretch = 0
  let ahead = 0
  let stop = (): void => {}
  let hasEnded = false
  let isReached = true

  const sayThere = async (): Promise<number> => {
    const began = realTime()
    const [time, version] = (await link.run(BEAT, id, address, String(lease), String(life.version))) as [
      number | string,
      string,
    ]
    if (realTime() >= validUntil) stretch++
    validUntil = began + lease
    ahead = Number(time) - (began + realTime()) / 2
    return Number(version)
  }
  const beat = async (): Promise<void> => {
    if ((await sayThere()) === life.version) return
    await host.listed()
    // Who has changed the list waits until all know it.
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
    writeLine(is ? 'the store answers again.' : `${messageOf(error)} Requests are answered by 503 until it does.`)
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
    id,
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
      while (realTime() < until && (await link.run(SEEN, String(version))) !== 1)
        await new Promise<void>((resolve) => afterRealTime(LOOK_AGAIN_MS, resolve))
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
