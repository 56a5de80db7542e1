import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as startRequest,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { afterReading } from '../../state/clock.ts'
import { pairsOf } from '../../state/pairs.ts'
import { proceed } from '../server/read-body.ts'

/** Where a request is passed on to. */
export interface Owner {
  readonly replica: string
  /** `http://10.0.0.7:4010` */
  readonly address: string
}

/** Header between replicas: who passes a request on, for whom, and the address of its client. */
export const PASSED_ON = 'x-sparring-passed-on'
/** Header of an answer of a replica that does not have the session. */
export const NOT_MINE = 'x-sparring-not-mine'

/** Passes requests on to other replicas. */
export interface Forwarding {
  /**
   * Has a replica answer a request.
   *
   * @returns `again` where nothing was done: the replica was not reached, or does not have the session
   */
  readonly forward: (request: IncomingMessage, response: ServerResponse, owner: Owner) => Promise<'done' | 'again'>
  /** Replicas that have not answered yet. */
  readonly busyWith: () => readonly string[]
  /** Ends what waits for a replica: it has gone. */
  readonly breakOff: (replica: string) => void
  readonly close: () => void
}

/** @param mark - value of {@link PASSED_ON} for a request */
export function createForwarding(mark: (request: IncomingMessage, owner: Owner) => string): Forwarding {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 })
  const open = new Map<string, Set<ClientRequest>>()

  const forward: Forwarding['forward'] = (request, response, owner) =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(owner.address)
      const hasBody =
        request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0
      const outgoing = startRequest({
        host: hostname,
        port,
        agent,
        method: request.method!,
        path: request.url!,
        headers: [...passedHeaders(request), PASSED_ON, mark(request, owner), ...(hasBody ? EXPECT : [])],
      })
      let all = open.get(owner.replica)
      if (!all) open.set(owner.replica, (all = new Set()))
      all.add(outgoing)
      let isOver = false
      const end = (outcome: 'done' | 'again'): void => {
        isOver = true
        all.delete(outgoing)
        response.off('close', left)
        resolve(outcome)
      }
      const left = (): void => {
        outgoing.destroy()
        if (!isOver) end('done')
      }
      response.on('close', left)
      // The owner asks for the body, so that one which turns out to be none leaves it for the next.
      outgoing.on('continue', () => {
        proceed(request)
        request.pipe(outgoing)
      })
      outgoing.on('response', (answer) => {
        if (answer.headers[NOT_MINE] !== undefined) {
          answer.resume()
          return end('again')
        }
        answer.on('error', (error) => breakOff(request, error))
        answer.on('end', () => end('done'))
        response.writeHead(answer.statusCode!, answer.statusMessage, passedOn(answer.rawHeaders))
        let hasBegun = false
        answer.once('data', () => (hasBegun = true))
        answer.pipe(response)
        // A head whose body is there goes out with it; one of a stream does not wait for the first event.
        afterReading(() => {
          if (!hasBegun && !isOver) response.flushHeaders()
        })
      })
      outgoing.on('error', (error: NotHttp) => {
        if (isOver) return
        if (NOT_REACHED.has(error.code ?? '')) return end('again')
        // What is no answer of HTTP, or is none from there on, was meant so: a fault that is played.
        if (error.rawPacket) request.socket.end(error.rawPacket.subarray(error.bytesParsed ?? 0))
        else breakOff(request, error)
        end('done')
      })
      if (hasBody) outgoing.flushHeaders()
      else outgoing.end()
    })

  return {
    forward,
    busyWith: () => [...open].flatMap(([replica, requests]) => (requests.size > 0 ? [replica] : [])),
    breakOff: (replica) => {
      for (const outgoing of open.get(replica) ?? []) outgoing.destroy(new Error('the replica has gone'))
      open.delete(replica)
    },
    close: () => agent.destroy(),
  }
}

/** How Node reports bytes that are not HTTP. */
type NotHttp = NodeJS.ErrnoException & { readonly rawPacket?: Buffer; readonly bytesParsed?: number }

const EXPECT = ['expect', '100-continue'] as const

/** Why a connection was not made: nothing was sent. */
const NOT_REACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
])

/** Header fields that are about one connection (RFC 9110 section 7.6.1). */
const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te'])

function passedHeaders({ rawHeaders }: IncomingMessage): string[] {
  return pairsOf(rawHeaders).flatMap(([name, value]) => {
    const lower = name.toLowerCase()
    return OF_CONNECTION.has(lower) || lower === 'expect' || lower === PASSED_ON ? [] : [name, value]
  })
}

function passedOn(rawHeaders: readonly string[]): string[] {
  return pairsOf(rawHeaders).flatMap(([name, value]) => {
    const lower = name.toLowerCase()
    return OF_CONNECTION.has(lower) || lower === 'transfer-encoding' ? [] : [name, value]
  })
}

/** The client's connection breaks as the one to the owner has. */
function breakOff({ socket }: { readonly socket: Socket }, error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET' && error.syscall === 'read') socket.resetAndDestroy()
  else socket.destroy()
}
