import { DEFAULT_SESSION, type Session } from '../../engine/session/session.ts'
import { writeLine } from '../../state/guard.ts'
import { messageOf } from '../../state/printable.ts'
import { OPEN } from './store/scripts.ts'
import type { StoreLink } from './store/store-link.ts'

/** What every replica needs to know about an open session. */
interface Entry {
  /** Prefix of everything that the session issues. */
  readonly tag: string
  /** Scenarios that the session was opened with. */
  readonly names: readonly string[]
}

/** The open sessions of all replicas; every replica has the same list. */
export interface SessionList {
  /** Loads the current list from the store. */
  readonly sync: () => Promise<void>
  /**
   * Adds a session that was opened here.
   *
   * @returns the version of the list, and whether the name was new to all replicas
   */
  readonly add: (session: Session) => Promise<{ readonly version: number; readonly isNew: boolean }>
  /** Whether the store knows the session. */
  readonly has: (id: string) => boolean
  readonly ids: () => Iterable<string>
  readonly remove: (id: string) => void
}

export interface ListHost {
  readonly link: StoreLink
  readonly all: ReadonlyMap<string, Session>
  readonly open: (id: string, names: readonly string[], tag: string) => void
  /** Closes a session that was closed on another replica. */
  readonly close: (id: string) => void
  /** The list now has this version. */
  readonly noted: (version: number) => void
}

export function createSessionList({ link, all, open, close, noted }: ListHost): SessionList {
  let known = new Set<string>()
  let syncing: Promise<void> | undefined
  let again = false

  const read = async (): Promise<void> => {
    // In this order, entries newer than their version are read twice, but none is missed.
    const [version] = await link.texts(['version'])
    const entries = Object.entries(await link.entries('sessions'))
    known = new Set(entries.map(([id]) => id))
    for (const [id, text] of entries) {
      if (all.has(id)) continue
      const { names, tag } = JSON.parse(text) as Entry
      try {
        open(id, names, tag)
        failed.delete(id)
      } catch (error) {
        if (!failed.has(id))
          writeLine(`the session "${id}", which another server has opened, cannot be opened here: ${messageOf(error)}`)
        failed.add(id)
      }
    }
    for (const id of all.keys()) if (id !== DEFAULT_SESSION && shared.has(id) && !known.has(id)) close(id)
    for (const id of known) shared.add(id)
    noted(Number(version ?? 0))
  }
  /** Sessions that were ever in the list; a session just opened here is not yet in it. */
  const shared = new Set<string>()

  /** Sessions that could not be opened here, each reported once. */
  const failed = new Set<string>()

  const readAll = async (): Promise<void> => {
    try {
      do {
        again = false
        await read()
      } while (again)
    } finally {
      syncing = undefined
    }
  }
  return {
    sync: () => {
      again = true
      return (syncing ??= readAll())
    },
    add: async (session) => {
      const entry: Entry = { tag: session.tag, names: session.situation.names }
      const [opened, version] = (await link.run(OPEN, session.id, JSON.stringify(entry))) as [number, string]
      known.add(session.id)
      shared.add(session.id)
      return { version: Number(version), isNew: opened === 1 }
    },
    has: (id) => known.has(id),
    ids: () => known,
    remove: (id) => {
      known.delete(id)
      shared.delete(id)
    },
  }
}
