import { InvalidSnapshotError } from '../../engine/snapshot/invalid-snapshot.ts'
import { DEFAULT_SESSION } from '../../engine/session/session.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import { afterReading } from '../../state/clock.ts'
import { messageOf } from '../../state/printable.ts'
import type { ServedSessions } from '../server/sharing/placing.ts'
import type { Owner } from './forward-request.ts'
import { loadSession } from './load-session.ts'
import { createLostLines } from './lost-sessions.ts'
import type { ReplicaLife } from './replica-life.ts'
import { CLAIM, HELD, RELEASE } from './store/scripts.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { SessionList } from './session-list.ts'
import { StoreError } from '../server/answer/store-error.ts'
import type { StoreLink } from './store/store-link.ts'

/** Knows which replica executes which session. */
export interface SessionOwners {
  /**
   * Takes a session, unless another replica executes it.
   *
   * @returns that replica; undefined if the session is executed here
   * @throws {@link StoreError}
   * @throws {@link UnknownNameError} if no such session is open
   */
  readonly locate: (id: string) => Promise<Owner | undefined>
  /** Does the same for a session that is about to be emptied or closed: its rows are not read. */
  readonly locateEmpty: (id: string) => Promise<Owner | undefined>
  /** Forgets a replica that has gone. */
  readonly forget: (replica: string) => void
  /** Forgets which replica executes the session, so that the store is asked again. */
  readonly forgetOwner: (id: string) => void
  /** Gives up a session, and aborts its waiting requests. */
  readonly drop: (keeper: SessionKeeper, error: StoreError) => void
  readonly releaseAll: () => Promise<void>
}

/** What owners need from their replica. */
export interface OwnersHost {
  readonly id: string
  readonly link: StoreLink
  readonly life: ReplicaLife
  readonly list: () => SessionList
  readonly keepers: ReadonlyMap<string, SessionKeeper>
  readonly served: () => ServedSessions
}

/** Real ms: sessions lost within this time are reported in one line. */
const SAID_TOGETHER_MS = 1000

const NO_ENTRIES: ReadonlyMap<string, string> = new Map()

/** Rejects all further writes of a session. */
function refuseToKeep(): Promise<void> {
  return Promise.reject(new StoreError('session-moved', 'the session is executed by another replica.'))
}

type Taken = readonly ['taken', token: string, head: string, beat: string]
type Claimed =
  Taken | readonly ['theirs', replica: string, address: string] | readonly ['unknown'] | readonly ['lapsed']

/** A session of which nothing is in the store yet. */
function emptied([, token]: Taken): Taken {
  return ['taken', token, '', '']
}

export function createSessionOwners({ id: replica, link, life, list, keepers, served }: OwnersHost): SessionOwners {
  const others = new Map<string, Owner>()
  const claims = new Map<string, Promise<Owner | undefined>>()
  const sayLost = createLostLines(SAID_TOGETHER_MS)

  const isOurs = async (id: string): Promise<boolean> => {
    const keeper = keepers.get(id)
    if (!keeper?.isOurs) return false
    if (!life.isThere()) await life.beat()
    const { token } = keeper
    if (keeper.stretch === life.stretch() || token === undefined) return keeper.isOurs
    // The lease was interrupted.
    const stretch = life.stretch()
    if ((await link.run(HELD, id, token)) === 1) keeper.stretch = stretch
    else if (keeper.token === token)
      owners.drop(keeper, new StoreError('session-moved', 'another replica has taken it meanwhile.'))
    return keeper.isOurs
  }

  const claim = async (id: string, isEmpty = false): Promise<Owner | undefined> => {
    for (;;) {
      const answer = (await link.run(CLAIM, id, replica)) as Claimed
      if (answer[0] === 'theirs') {
        const [, other, address] = answer
        others.set(id, { replica: other, address })
        return others.get(id)
      }
      if (answer[0] === 'lapsed') await life.beat()
      else if (answer[0] === 'unknown') await announce(id)
      else {
        await take(id, isEmpty ? emptied(answer) : answer)
        return undefined
      }
    }
  }

  /** A session unknown to the store is new, or was closed on another replica. */
  const announce = async (id: string): Promise<void> => {
    await list().sync()
    const { all } = served().assembled.sessions
    const session = all.get(id)
    if (!session) throw new UnknownNameError(`Failed to answer: there is no session "${id}".`, id, all.keys())
    await list().add(session)
  }

  const take = async (id: string, answer: Taken): Promise<void> => {
    const [, token, head, beat] = answer
    const { assembled, idle } = served()
    if (!assembled.sessions.all.has(id)) await list().sync()
    const session = assembled.sessions.all.get(id)
    const api = assembled.api(id)
    const keeper = keepers.get(id)
    if (!session || !api || !keeper)
      throw new UnknownNameError(`Failed to answer: there is no session "${id}".`, id, [])
    const [rows, due] = await Promise.all(
      ['rows', 'due'].map((part) => (head === '' ? NO_ENTRIES : link.manyEntries(`s:${id}:${part}`))),
    )
    keeper.session = session
    keeper.begin(token)
    keeper.stretch = life.stretch()
    session.kept = () => (keeper.isOurs ? keeper.kept() : refuseToKeep())
    try {
      const { vendors } = assembled.judged
      loadSession(
        { keeper, session, api, vendors },
        { head, beat, rows: rows!, due: due! },
        Math.round(life.storeNow()),
      )
    } catch (cause) {
      const why = cause instanceof InvalidSnapshotError ? cause.problem : messageOf(cause)
      const error = new StoreError(
        'session-unreadable',
        `the session "${id}" was left in the store by a server with other files or options: ${why} POST /__sparring/reset?session=${encodeURIComponent(id)} empties it.`,
        { cause },
      )
      keeper.end(error)
      await link.run(RELEASE, id, token)
      throw error
    }
    if (id !== DEFAULT_SESSION) idle.watch(session)
  }

  const owners: SessionOwners = {
    locate: async (id) => {
      // Checked again without a wait: it may be taken by now, and taking it twice would discard unwritten changes.
      if ((await isOurs(id)) || keepers.get(id)?.isOurs) return undefined
      const other = others.get(id)
      if (other) return other
      let claiming = claims.get(id)
      if (!claiming) claims.set(id, (claiming = claim(id).finally(() => claims.delete(id))))
      return claiming
    },
    locateEmpty: (id) => claim(id, true),
    forget: (gone) => {
      for (const [id, owner] of others) if (owner.replica === gone) others.delete(id)
    },
    forgetOwner: (id) => others.delete(id),
    drop: (keeper, error) => {
      keeper.end(error)
      const { assembled, waiting } = served()
      const { session } = keeper
      const held = [...waiting].filter((exchange) => exchange.session === session)
      // Requests that only wait for the failed write are answered first.
      afterReading(() => {
        const open = new Set(waiting)
        for (const exchange of held) if (open.has(exchange)) exchange.request.socket.destroy()
        if (!keeper.isOurs && session && assembled.sessions.all.get(keeper.id) === session)
          assembled.api(keeper.id)?.reset()
      })
      sayLost(keeper.id, error)
    },
    releaseAll: async () => {
      const ours = [...keepers.values()].filter((keeper) => keeper.isOurs)
      await Promise.all(
        ours.map(async (keeper) => {
          await keeper.kept()?.catch(() => {})
          const { token } = keeper
          if (token === undefined) return
          keeper.end(new StoreError('session-moved', 'the server stops.'))
          await link.run(RELEASE, keeper.id, token).catch(() => {})
        }),
      )
    },
  }
  return owners
}
