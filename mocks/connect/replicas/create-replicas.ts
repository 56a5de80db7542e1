import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { realTime, pauseRealTime } from '../../state/clock.ts'
import { reportFault } from '../../state/guard.ts'
import { DEFAULT_SESSION } from '../../engine/session/session.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import type { Placing, ServedSessions } from '../server/sharing/placing.ts'
import { createControlFace } from './control-face.ts'
import { createForwarding, NOT_MINE, type Owner, PASSED_ON } from './forward-request.ts'
import { shareCoverage } from './met-elsewhere.ts'
import { createRecordedStore } from './recorded-store.ts'
import { createReplicaLife } from './replica-life.ts'
import { CLOSE } from './store/scripts.ts'
import { SessionKeeper } from './session-keeper.ts'
import { createSessionList } from './session-list.ts'
import { createSessionOwners } from './session-owners.ts'
import { StoreError } from '../server/answer/store-error.ts'
import { openStoreLink } from './store/store-link.ts'

/** How replicas share sessions. */
export interface ReplicaOptions {
  /** `redis://127.0.0.1:6379` */
  readonly store: string
  /** Real ms after which other replicas take the sessions of a silent replica. */
  readonly lease?: number
  /** Prefix of all keys in the store. */
  readonly prefix?: string
  /** Real ms after which an unused session is closed. */
  readonly ttl?: number
}

/** How a request has arrived. */
interface Arrival {
  /** Set if another replica has forwarded it: whether that replica meant this one. */
  readonly isMine?: boolean
  /** Address of the client of a forwarded request. */
  readonly client?: string | undefined
  /** Vendor of the port that has received it first. */
  readonly vendor?: string | undefined
}

/** Default lease in real ms. */
export const LEASE_MS = 3000
const PREFIX = 'sparring:'
/** The shortest time to wait for an answer of the store, in real ms. */
const PATIENCE_MS = 1000
/** The event stream of the control API. */
const EVENTS = /^(?:https?:\/\/[^/?#]+)?\/__sparring\/events(?:\?|$)/i
/** Real ms between two attempts to reach the replica of a session. */
const RETRY_MS = 50

/**
 * Makes a server one of several replicas that share their sessions through a store.
 *
 * @throws {@link StoreError} if the store cannot be reached
 * @throws Error if the package `redis` is not installed
 */
export async function createReplicas(options: ReplicaOptions): Promise<Placing> {
  const { store, lease = LEASE_MS, prefix = PREFIX, ttl = Infinity } = options
  const link = await openStoreLink(store, prefix, Math.max(PATIENCE_MS, Math.ceil(lease / 2)))
  const id = randomUUID().slice(0, 8)
  const secret = await link.first('secret', randomUUID())
  const keepers = new Map<string, SessionKeeper>()
  const passing = new Set<IncomingMessage>()
  const arrivals = new WeakMap<IncomingMessage, Arrival>()
  const closings = new Set<Promise<void>>()
  let served: ServedSessions | undefined
  let met: (() => ReturnType<Placing['met']>) | undefined
  let isClosed = false
  const ready = Promise.withResolvers<void>()

  const forwarding = createForwarding((request, owner) => {
    const { client = request.socket.remoteAddress ?? '', vendor = '' } = arrivals.get(request) ?? {}
    return [secret, owner.replica, client, vendor].join(' ')
  })
  const life = createReplicaLife({
    id,
    lease,
    ttl,
    link,
    listed: async () => {
      // A store that has lost its data has lost the secret too, and new replicas would create another one.
      await link.first('secret', secret)
      await list().sync()
    },
    orphaned: (ids) => {
      for (const orphan of ids)
        owners.locate(orphan).catch((error: unknown) => {
          if (!(error instanceof StoreError)) reportFault(`go on with the session "${orphan}"`, error)
        })
    },
    busyWith: forwarding.busyWith,
    gone: (replicas) => {
      for (const replica of replicas) {
        owners.forget(replica)
        forwarding.breakOff(replica)
      }
    },
  })
  const need = (): ServedSessions => {
    if (served) return served
    throw new StoreError('store-unreachable', 'the server is still starting.')
  }
  const list = (): ReturnType<typeof createSessionList> => (made ??= makeList())
  let made: ReturnType<typeof createSessionList> | undefined
  const makeList = (): ReturnType<typeof createSessionList> => {
    const { assembled } = need()
    return createSessionList({
      link,
      all: assembled.sessions.all,
      open: assembled.open,
      close: (gone) => {
        keepers.get(gone)?.end(moved(gone))
        assembled.api(gone)?.close()
      },
      noted: (version) => {
        life.version = version
      },
    })
  }
  const owners = createSessionOwners({ id, link, life, list, keepers, served: need })

  /** Closes a session on all replicas after it was closed here. */
  const closeShared = (keeper: SessionKeeper): void => {
    const { token } = keeper
    if (token === undefined) return
    keeper.end(moved(keeper.id))
    list().remove(keeper.id)
    const closing = link
      .run(CLOSE, keeper.id, token)
      .then((version) => life.seenByAll(Number(version)))
      .catch((error: unknown) => reportFault(`close the session "${keeper.id}" in the store`, error))
      .finally(() => closings.delete(closing))
    closings.add(closing)
  }

  /** @param port - the vendor of the port that has received it */
  const arrivalOf = (request: IncomingMessage, port?: string): Arrival => {
    const known = arrivals.get(request)
    if (known) return known
    const given = request.headers[PASSED_ON]
    delete request.headers[PASSED_ON]
    const [sent, replica, client, vendor] = typeof given === 'string' ? given.split(' ') : []
    const arrival: Arrival =
      sent === secret
        ? { isMine: replica === id, client: client?.replace(/^::ffff:/, '') || undefined, vendor: vendor || undefined }
        : { vendor: port }
    arrivals.set(request, arrival)
    return arrival
  }

  const isHere: Placing['isHere'] = async (sessionId, request, response) => {
    const { isMine } = arrivalOf(request)
    if (!served) await ready.promise
    if (isMine !== undefined) {
      // This replica takes the session again if it has given it up and no other has taken it since.
      if (isMine && (await owners.locate(sessionId)) === undefined) return true
      response.writeHead(421, { [NOT_MINE]: '1', 'content-length': '0' }).end()
      return false
    }
    const until = realTime() + 3 * lease
    for (;;) {
      const owner = await owners.locate(sessionId)
      if (owner === undefined) return true
      if ((await passOn(request, response, owner)) === 'done') return false
      owners.forgetOwner(sessionId)
      if (response.destroyed) return false
      if (realTime() >= until)
        throw new StoreError(
          'store-unreachable',
          `the session "${sessionId}" is executed by the replica at ${owner.address}, which cannot be reached. Nothing was done.`,
        )
      await pauseRealTime(RETRY_MS)
    }
  }
  const passOn = async (
    request: IncomingMessage,
    response: ServerResponse,
    owner: Owner,
  ): Promise<'done' | 'again'> => {
    // A stream of events does not end by itself, and a stop does not wait for it.
    if (!EVENTS.test(request.url!)) passing.add(request)
    try {
      return await forwarding.forward(request, response, owner)
    } finally {
      passing.delete(request)
    }
  }

  const face = createControlFace({ link, life, list, keepers, owners, served: need, isHere, closings })
  return {
    name: id,
    passing,
    createStore: (sessionId) => {
      const keeper = new SessionKeeper(sessionId, {
        link: () => link,
        storeNow: life.storeNow,
        patience: lease,
        lost: (lost, error) => owners.drop(lost, error),
      })
      keepers.set(sessionId, keeper)
      return createRecordedStore(keeper.changes)
    },
    begin: async (server) => {
      served = server
      met = shareCoverage(link, server.assembled.meter)
      const { sessions } = server.assembled
      sessions.follow({
        exchange: (entry) => {
          const exchange = entry.render()
          const keeper = keepers.get(exchange.session)
          if (keeper?.isOurs) keeper.changes.addExchange(JSON.stringify(exchange))
        },
        delivery: () => {},
      })
      sessions.onForget((session) => {
        const keeper = keepers.get(session.id)
        if (!keeper?.isOurs || isClosed) return
        keeper.changes.forgetJournal()
        // After its end, unlike after a reset, the session no longer exists.
        queueMicrotask(() => {
          if (!sessions.all.has(session.id)) closeShared(keeper)
        })
      })
      await life.begin(server.address)
      await list().sync()
      await link.hear('sessions', () => {
        if (!isClosed)
          list()
            .sync()
            .then(life.beat)
            .catch(() => {})
      })
      ready.resolve()
    },
    find: async (ask) => {
      if (!served) await ready.promise
      try {
        const session = await ask()
        // A session just opened for a key: another replica may have issued that key.
        if (session.id === DEFAULT_SESSION || list().has(session.id)) return session
      } catch (error) {
        if (!(error instanceof UnknownNameError)) throw error
      }
      await list().sync()
      return ask()
    },
    isHere,
    isOurs: (sessionId) => keepers.get(sessionId)?.isOurs ?? false,
    kept: (session) => session.kept?.(),
    clientOf: (request) => arrivals.get(request)?.client,
    vendorOf: (request, port) => arrivalOf(request, port).vendor,
    control: face.control,
    settle: face.settle,
    describeAll: face.describeAll,
    met: async () => (met ? met() : need().assembled.meter.read()),
    close: async () => {
      isClosed = true
      life.stop()
      await owners.releaseAll()
      await life.leave()
      forwarding.close()
      link.close()
    },
  }
}

function moved(id: string): StoreError {
  return new StoreError('session-moved', `the session "${id}" was closed meanwhile.`)
}
