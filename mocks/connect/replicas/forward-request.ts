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
import { bareHost } from '../server/loopback.ts'
import { sendContinue } from '../server/read-body.ts'

/** The replica that a request is forwarded to. */
export interface Owner {
  readonly replica: string
  /** `http://10.0.0.7:4010` */
  readonly address: string
}

/** Request header between replicas: their secret, the target replica, the client's address, and the vendor of the port. */
export const PASSED_ON = 'x-sparring-passed-on'
/** Response header of a replica that does not have the session. */
export const NOT_MINE = 'x-sparring-not-mine'

/** Forwards requests to other replicas. */
export interface Forwarding {
  /**
   * Forwards a request to a replica.
   *
   * @returns `again` if nothing was done: the replica was not reached, or does not have the session
   */
  readonly forward: (request: IncomingMessage, response: ServerResponse, owner: Owner) => Promise<'done' | 'again'>
  /** Replicas with unanswered requests. */
  readonly busyWith: () => readonly string[]
  /** Aborts the requests to a replica that has gone. */
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
        host: bareHost(hostname),
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
      // The owner asks for the body with `100 Continue`; if it is not the owner, the body is left for the next replica.
      outgoing.on('continue', () => {
        sendContinue(request)
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
        // Sends the head together with a body that is already there; the head of a stream does not wait for the first
        // event.
        afterReading(() => {
          if (!hasBegun && !isOver) response.flushHeaders()
        })
      })
      outgoing.on('error', (error: NotHttp) => {
        if (isOver) return
        if (NOT_REACHED.has(error.code ?? '')) return end('again')
        // Bytes that are not HTTP are intended: a fault that is played.
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

/** Node's error for bytes that are not HTTP. */
type NotHttp = NodeJS.ErrnoException & { readonly rawPacket?: Buffer; readonly bytesParsed?: number }

const EXPECT = ['expect', '100-continue'] as const

/** Errors of a connection that was not established: nothing was sent. */
const NOT_REACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
])

/** Header fields that apply to one connection only (RFC 9110 section 7.6.1). */
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

/** Breaks the client's connection in the same way as the owner's connection broke. */
function breakOff({ socket }: { readonly socket: Socket }, error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET' && error.syscall === 'read') socket.resetAndDestroy()
  else socket.destroy()
}
