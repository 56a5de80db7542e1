import type { IncomingMessage, ServerResponse } from 'node:http'
import { DEFAULT_SESSION, instantOf } from '../../engine/session/session.ts'
import { headerList } from '../../engine/session/journal/header-list.ts'
import type { Exchange } from '../../engine/session/journal/journal.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import { messageOf } from '../../state/printable.ts'
import { sendProblem } from '../server/answer/send.ts'
import type { Placing, ServedSessions } from '../server/sharing/placing.ts'
import { ControlError } from '../control/problem.ts'
import { headOf } from './load-session.ts'
import type { ReplicaLife } from './replica-life.ts'
import type { Beat, SessionKeeper } from './session-keeper.ts'
import type { SessionList } from './session-list.ts'
import type { SessionOwners } from './session-owners.ts'
import { StoreError } from '../server/answer/store-error.ts'
import type { StoreLink } from './store/store-link.ts'
import { percentDecoded } from '../../state/text.ts'

/** What the control API needs from its replica. */
export interface FaceHost {
  readonly link: StoreLink
  readonly life: ReplicaLife
  readonly list: () => SessionList
  readonly keepers: ReadonlyMap<string, SessionKeeper>
  readonly owners: SessionOwners
  readonly served: () => ServedSessions
  readonly isHere: Placing['isHere']
  /** Sessions that are being closed in the store. */
  readonly closings: ReadonlySet<Promise<void>>
}

const PREFIX = '/__sparring'
/** Calls that concern the server, not a session. */
const OF_SERVER = new Set([
  '',
  '/',
  '/health',
  '/shutdown',
  '/vendors',
  '/scenarios',
  '/sessions',
  '/openapi.yaml',
  '/coverage',
])

/**
 * Routes each call of the control API to the replica that executes its session, so that clients may call any replica.
 */
export function createControlFace(host: FaceHost): Pick<Placing, 'control' | 'settle' | 'describeAll'> {
  const { link, life, list, keepers, owners, served, isHere, closings } = host

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    listener: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<void> => {
    const id = sessionOf(request)
    if (id === undefined) {
      // A new session must not have the name of a session on another replica.
      if (request.method === 'POST' && pathOf(request) === '/sessions') await list().sync()
      return listener(request, response)
    }
    try {
      if (!(await isHere(id, request, response).catch(mayEmpty(request, id)))) return
      await recall(id, pathOf(request) === '/journal')
    } catch (error) {
      // The control API reports an unknown session itself.
      if (!(error instanceof UnknownNameError)) throw error
    }
    listener(request, response)
  }

  /** A session that cannot be read here can still be emptied or closed. */
  const mayEmpty =
    (request: IncomingMessage, id: string) =>
    async (error: unknown): Promise<boolean> => {
      const isUnreadable = error instanceof StoreError && error.code === 'session-unreadable'
      const path = pathOf(request)
      const isEmptied =
        request.method === 'POST' ? path === '/reset' : request.method === 'DELETE' && path !== '/journal'
      if (!isUnreadable || !isEmptied || (await owners.locateEmpty(id)) !== undefined) throw error
      return true
    }

  /** Loads exchanges from before the session came here, only when a call reads the journal. */
  const recall = async (id: string, isAsked: boolean): Promise<void> => {
    const { journal } = served().assembled.sessions.all.get(id)!
    const last = journal.before()
    if (last === 0) return
    if (!isAsked) return journal.recall([])
    const texts = await link.list(`s:${id}:journal`)
    const exchanges = texts.map((text) => readExchange(JSON.parse(text) as Exchange))
    // Stored in order of their end, but listed in order of their start.
    journal.recall(exchanges.filter(({ number }) => number <= last).sort((left, right) => left.number - right.number))
  }

  /** Opens a session on all replicas before the call that created it is answered. */
  const announce = async (id: string): Promise<void> => {
    const { version, isNew } = await list().add(served().assembled.sessions.all.get(id)!)
    if (!isNew) throw new ControlError(409, 'conflict', `The session "${id}" is already open, at another replica.`)
    await owners.locate(id)
    await keepers.get(id)?.kept()
    await life.seenByAll(version)
  }

  return {
    control: (listener) => (request, response) => {
      answer(request, response, listener).catch((error: unknown) => {
        if (response.headersSent) return request.socket.destroy()
        const { status, code } = error instanceof StoreError ? error : { status: 500, code: 'mock-failed' }
        const home = served().assembled.sessions.all.get(DEFAULT_SESSION)!
        sendProblem(response, { status, code, detail: messageOf(error) }, instantOf(home))
      })
    },
    settle: async (request, body) => {
      if (request.method === 'GET' || request.method === 'HEAD') return
      const id = sessionOf(request)
      if (id === undefined) return pathOf(request) === '/sessions' ? announce((body as { id: string }).id) : undefined
      const keeper = keepers.get(id)
      const api = served().assembled.api(id)
      if (keeper?.isOurs && api) {
        if (request.method === 'DELETE' && pathOf(request) === '/journal') keeper.changes.forgetJournal()
        const { session } = keeper
        keeper.keepHead(() => headOf(api, session!))
        await keeper.kept()
      }
      await Promise.all(closings)
    },
    describeAll: async (own) => {
      const known = new Map(own.map((session) => [session.id, session as object]))
      const ids = [...list().ids()]
      const others = ids.filter((id) => !keepers.get(id)?.isOurs)
      const beats = await link.texts(others.map((id) => `s:${id}:beat`))
      others.forEach((id, index) => {
        const text = beats[index]
        if (typeof text === 'string') known.set(id, describe(id, JSON.parse(text) as Beat, life.storeNow()))
      })
      return [...known.values()]
    },
  }
}

function describe(id: string, { scenario, frozen, clock, count, held, working }: Beat, now: number): object {
  const clockNow = frozen ? clock : Math.round(now + clock)
  return { id, scenario, clock: { now: clockNow, frozen }, exchanges: count, held, working }
}

/** In JSON, header fields are plain lists. */
function readExchange(exchange: Exchange): Exchange {
  const { request, response } = exchange
  return {
    ...exchange,
    request: { ...request, headers: headerList([...request.headers]) },
    response: response && { ...response, headers: headerList([...response.headers]) },
  }
}

/** The session that a call concerns; undefined for a call that concerns the server. */
function sessionOf(request: IncomingMessage): string | undefined {
  const path = pathOf(request)
  if (path.startsWith('/sessions/')) return percentDecoded(path.slice('/sessions/'.length))
  if (OF_SERVER.has(path)) return undefined
  const query = request.url!.split(/\?(.*)/s)[1] ?? ''
  return new URLSearchParams(query).get('session') ?? DEFAULT_SESSION
}

function pathOf(request: IncomingMessage): string {
  const url = request.url!.replace(/^https?:\/\/[^/?#]+/i, '')
  return url.slice(PREFIX.length).split('?')[0]!
}
