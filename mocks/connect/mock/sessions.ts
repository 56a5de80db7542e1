import type { Call, Reply } from '../../behaviour/call.ts'
import type { Courier } from '../../engine/deliveries/courier.ts'
import { createOutbox } from '../../engine/deliveries/outbox.ts'
import type { Follower } from '../../engine/session/journal/journal.ts'
import { JournalPool } from '../../engine/session/journal/journal-pool.ts'
import type { Engine } from '../../engine/exchange/work.ts'
import { serve } from '../../engine/exchange/serve.ts'
import type { Runtime } from '../../engine/exchange/runtime.ts'
import { closeSession, createSession, DEFAULT_SESSION, endSession, type Session } from '../../engine/session/session.ts'
import type { Situation } from '../../scenario/situation.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { SessionContext } from '../context/session-context.ts'
import { DEFAULT_TAG, TAG_LENGTH, tagOf } from '../../spec/model/issued.ts'
import { carrierOf, freePart, readCredential } from '../../spec/model/read-credential.ts'
import type { Issuer } from '../../spec/model/tokens.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import { tagsInBody, tagsInHead, tokenOperation } from './token-session.ts'
import { createListeners } from '../../state/listeners.ts'
import { isPromise } from '../../state/promise.ts'
import type { Store } from '../../state/store.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'

/** The vendors and sessions of one mock; every entry point gets its answers here. */
export interface Sessions {
  readonly engine: Engine
  readonly all: ReadonlyMap<string, Session>
  /** @param tag - prefix of everything that the session issues, if another process has chosen it */
  readonly openSession: (id: string | undefined, situation: Situation, tag?: string) => Session
  readonly closeSession: (id: string) => void
  /** Adds a follower for events of all sessions, including later ones; returns the function that removes it. */
  readonly follow: (follower: Follower) => () => void
  /**
   * Calls the listener before a session's history is cleared, at its reset or end; returns the function that removes
   * it.
   */
  readonly onForget: (listener: (session: Session) => void) => () => void
  /** Calls the listeners of `onForget`. */
  readonly notifyForget: (session: Session) => void
  /** Answers a call in the session it belongs to. */
  readonly serve: (runtime: Runtime, call: Call, sessionId?: string) => PromiseLike<Reply>
  /**
   * The session of a call, chosen by URL prefix, header, baggage, the tag in a credential, the async context, else the
   * default. A promise if the body of a token request must be read first.
   */
  readonly sessionOf: (runtime: Runtime, call: Call, sessionId?: string) => Session | PromiseLike<Session>
  /** From now on, `choose` selects the session of a call that names none, unless it returns undefined. */
  readonly spreadBy: (choose: Spread) => void
}

/** Chooses a session for a call that names none. */
export type Spread = (runtime: Runtime, call: Call) => Session | undefined

/** What processes need to share their sessions. */
export interface Shared {
  /** Name of this process; prefix of the ids that it chooses. */
  readonly name: string
  /** Creates the store of a session's rows. */
  readonly createStore: (sessionId: string) => Store
}

/** What all sessions share. */
export interface World {
  readonly engine: Engine
  readonly courier: Courier
  readonly context: SessionContext
  /** Finished jobs of each kind that a session keeps, if set by the user. */
  readonly keepJobs?: number | undefined
  /** Undefined if this process shares no sessions. */
  readonly shared?: Shared | undefined
}

export function createSessions({ engine, courier, context, keepJobs, shared }: World, situation: Situation): Sessions {
  /** Followers of all sessions, each with the functions that remove it from the open sessions. */
  const followers = new Map<Follower, Map<string, () => void>>()
  const journals = new JournalPool()
  const create = (id: string, own: Situation, tag: string): Session => {
    const session = createSession(id, own, tag, { store: shared?.createStore(id), journals })
    session.courier = courier
    if (keepJobs !== undefined) session.keepJobs = keepJobs
    session.outbox = createOutbox(engine, session)
    for (const [follower, stops] of followers) stops.set(id, session.journal.follow(follower))
    return session
  }
  const all = new Map<string, Session>([[DEFAULT_SESSION, create(DEFAULT_SESSION, situation, DEFAULT_TAG)]])
  const byTag = new Map<string, Session>()
  let count = 0
  /** Until a session is opened, there is only the default one. */
  let isAlone = true
  let spread: Spread | undefined
  const forgetListeners = createListeners<Session>('look at a session before it forgets')

  const named = (id: string): Session => {
    const session = all.get(id)
    if (session) return session
    throw new UnknownNameError(
      `Failed to answer: there is no session "${id}".${didYouMean(id, all.keys())}`,
      id,
      all.keys(),
    )
  }

  const sessionOf: Sessions['sessionOf'] = (runtime, call, sessionId) => {
    const chosen = sessionId ?? call.headers['x-sparring-session'] ?? baggage(call.headers['baggage'])
    if (chosen !== undefined) return named(chosen)
    if (isAlone) return all.get(DEFAULT_SESSION)!
    if (byTag.size > 0) {
      const session = sessionByCredential(runtime, call)
      if (session) return session
      const operation = tokenOperation(runtime.vendor, call)
      if (operation?.tokens) return sessionByToken(runtime, operation.tokens.issuer, operation, call)
    }
    return sessionOfClient(runtime, call)
  }

  /** The session of a call that names none. */
  const sessionOfClient = (runtime: Runtime, call: Call): Session => spread?.(runtime, call) ?? sessionByContext(call)

  /** The session of the code that sends the call, else the default session. */
  const sessionByContext = (call: Call): Session => {
    const current = context.current()
    if (!current) {
      if (byTag.size > 0) call.isUnclaimed = true
      return all.get(DEFAULT_SESSION)!
    }
    if (all.get(current.id) === current) return current
    throw new UnknownNameError(
      `Failed to answer: the code runs in the session "${current.id}", which is closed. Await in run() all that sends requests.`,
    )
  }

  /** The session whose tag is in the call's credential, in any place that the vendor accepts one. */
  const sessionByCredential = ({ vendor }: Runtime, call: Call): Session | undefined => {
    const carrier = carrierOf(call)
    for (const scheme of vendor.schemes.values()) {
      const credential = readCredential(scheme, carrier)
      const free = credential === undefined ? undefined : freePart(scheme, credential)
      const session = free === undefined ? undefined : byTag.get(free.slice(0, TAG_LENGTH))
      if (session) return session
    }
    return undefined
  }

  /** A tag that no other open session has. */
  const freeTag = (id: string): string => {
    for (let attempt = 0; ; attempt++) {
      const tag = tagOf(id, attempt)
      if (!byTag.has(tag)) return tag
    }
  }

  /** An id that no session has had. */
  const freeId = (): string => {
    for (;;) {
      const id = `session-${shared ? `${shared.name}-` : ''}${++count}`
      if (!all.has(id)) return id
    }
  }

  const sessionByToken = (
    runtime: Runtime,
    issuer: Issuer,
    operation: Operation,
    call: Call,
  ): Session | PromiseLike<Session> => {
    const find = (tags: readonly string[]) => tags.map((tag) => byTag.get(tag)).find((session) => session)
    const inHead = find(tagsInHead(issuer, call))
    const other = (): Session => sessionOfClient(runtime, call)
    if (inHead || !operation.body) return inHead ?? other()
    const byBody = (body: Uint8Array | undefined) => (body && find(tagsInBody(issuer, call, body))) ?? other()
    const body = call.body(engine.maxJson)
    // The engine answers a body that cannot be read.
    return isPromise(body) ? body.then(byBody, other) : byBody(body)
  }

  return {
    engine,
    all,
    sessionOf,
    openSession: (id = freeId(), own, tag = freeTag(id)) => {
      if (all.has(id))
        throw new Error(
          `Failed to open the session "${id}": it is already open. Close it first, or leave the name out.`,
        )
      const session = create(id, own, tag)
      isAlone = false
      all.set(id, session)
      byTag.set(session.tag, session)
      return session
    },
    closeSession: (id) => {
      const session = all.get(id)
      if (!session) return
      forgetListeners.notify(session)
      // The default session ends with the mock, and stays readable after that.
      if (id === DEFAULT_SESSION) return closeSession(session)
      endSession(session)
      all.delete(id)
      byTag.delete(session.tag)
      for (const stops of followers.values()) stops.delete(id)
    },
    follow: (follower) => {
      const stops = new Map([...all].map(([id, session]) => [id, session.journal.follow(follower)]))
      followers.set(follower, stops)
      return () => {
        followers.delete(follower)
        for (const stop of stops.values()) stop()
      }
    },
    onForget: forgetListeners.add,
    notifyForget: forgetListeners.notify,
    spreadBy: (choose) => {
      spread = choose
      isAlone = false
    },
    serve: (runtime, call, sessionId) => {
      const session = sessionOf(runtime, call, sessionId)
      return isPromise(session)
        ? session.then((found) => serve(engine, found, runtime, call))
        : serve(engine, session, runtime, call)
    },
  }
}

/** The same sessions; their first answers wait until `prepare` has loaded its modules. */
export function whenReady(sessions: Sessions, prepare: () => Promise<unknown>): Sessions {
  let isReady = false
  const getReady = async (): Promise<void> => {
    await prepare()
    isReady = true
  }
  let preparing: Promise<void> | undefined
  return {
    ...sessions,
    serve: async (runtime, call, sessionId) => {
      if (!isReady) await (preparing ??= getReady())
      return sessions.serve(runtime, call, sessionId)
    },
  }
}

function baggage(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /(?:^|,)\s*sparring-session=([^;,\s]+)/.exec(header)?.[1]
}
