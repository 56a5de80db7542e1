import type { Call, Reply } from '../../behaviour/call.ts'
import type { Courier } from '../../engine/deliveries/courier.ts'
import { createOutbox } from '../../engine/deliveries/outbox.ts'
import type { Follower } from '../../engine/session/journal.ts'
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

/** The vendors of one mock and the sessions that live in it; every entry point asks it for answers. */
export interface Sessions {
  readonly engine: Engine
  readonly all: ReadonlyMap<string, Session>
  /** @param tag - what everything that it issues begins with, where another process has chosen it */
  readonly openSession: (id: string | undefined, situation: Situation, tag?: string) => Session
  readonly closeSession: (id: string) => void
  /** Hears what ends in any session, also in those opened later; gives what ends the hearing. */
  readonly follow: (follower: Follower) => () => void
  /** Calls the listener before a session forgets what has happened in it, at its reset or its end; returns what removes it. */
  readonly onForget: (listener: (session: Session) => void) => () => void
  /** To be called before a session forgets. */
  readonly forgetting: (session: Session) => void
  /** Answers a call in the session it belongs to. */
  readonly serve: (runtime: Runtime, call: Call, sessionId?: string) => PromiseLike<Reply>
  /**
   * The session a call belongs to: URL prefix, header, baggage, the tag in a credential, the async context, else the
   * default. A promise where only the body of a request for tokens can tell.
   */
  readonly sessionOf: (runtime: Runtime, call: Call, sessionId?: string) => Session | PromiseLike<Session>
  /** From now on a call that nothing chooses a session for belongs to the one that this gives, if it gives any. */
  readonly spreadBy: (choose: Spread) => void
}

/** Chooses a session for a call by itself. */
export type Spread = (runtime: Runtime, call: Call) => Session | undefined

/** What processes need that share their sessions. */
export interface Shared {
  /** Of this process: ids that it chooses begin with it. */
  readonly name: string
  /** Where a session keeps its rows. */
  readonly createStore: (sessionId: string) => Store
}

/** What sessions have in common. */
export interface World {
  readonly engine: Engine
  readonly courier: Courier
  readonly context: SessionContext
  /** Finished jobs of each kind that a session keeps, where the user says so. */
  readonly keepJobs?: number | undefined
  /** Undefined where this process is alone. */
  readonly shared?: Shared | undefined
}

export function createSessions({ engine, courier, context, keepJobs, shared }: World, situation: Situation): Sessions {
  /** Followers of all sessions, with what ends their following of each open one. */
  const followers = new Map<Follower, Map<string, () => void>>()
  const create = (id: string, own: Situation, tag: string): Session => {
    const session = createSession(id, own, tag, shared?.createStore(id))
    session.courier = courier
    if (keepJobs !== undefined) session.keepJobs = keepJobs
    session.outbox = createOutbox(engine, session)
    for (const [follower, stops] of followers) stops.set(id, session.journal.follow(follower))
    return session
  }
  const all = new Map<string, Session>([[DEFAULT_SESSION, create(DEFAULT_SESSION, situation, DEFAULT_TAG)]])
  const byTag = new Map<string, Session>()
  let count = 0
  /** Until a session is opened, there is only the default one to choose. */
  let isAlone = true
  let spread: Spread | undefined
  const forgetting = createListeners<Session>('look at a session before it forgets')

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

  /** For a call that chooses no session itself. */
  const sessionOfClient = (runtime: Runtime, call: Call): Session => spread?.(runtime, call) ?? sessionByContext(call)

  /** By the code that sends the call; the default session is for those that nothing chooses a session for. */
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

  /** By the tag in whatever credential the call carries, in any place that the vendor has for one. */
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

  /** An id that no session was opened with. */
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
    // A body that cannot be read is the engine's to answer.
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
      forgetting.tell(session)
      // The default session ends with the mock, and can be read after that.
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
    onForget: forgetting.add,
    forgetting: forgetting.tell,
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

/** The same sessions, whose first answers wait for what is loaded by then. */
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
