import { connect } from 'node:net'

export interface Load {
  readonly port: number
  /** Whole requests, byte for byte, sent in turn. */
  readonly requests: ReadonlyArray<string | Buffer>
  readonly connections: number
  /** ms. */
  readonly duration: number
  /** Status that every answer must have. */
  readonly status: number
}

/** How a load went. */
export interface Loaded {
  /** Answers a second. */
  readonly rate: number
  readonly requests: number
  /** Part of the time, from 0 to 1, in which the generator had nothing to do; not a number where nobody knows. */
  readonly idle: number
}

/**
 * Sends requests in turn on keep-alive connections, the next when the answer is there, and stops by itself. It does next to
 * nothing itself, so that the server is what is measured: of an answer only its status and its end are looked for.
 */
export async function load(options: Load): Promise<Loaded> {
  const started = performance.now()
  const used = process.cpuUsage()
  const until = started + options.duration
  let next = 0
  const take = (): string | Buffer => options.requests[next++ % options.requests.length]!
  const counts = await Promise.all(
    Array.from({ length: options.connections }, () => runConnection(options, take, until)),
  )
  const took = performance.now() - started
  const { user, system } = process.cpuUsage(used)
  const requests = counts.reduce((sum, count) => sum + count, 0)
  return { rate: (requests / took) * 1000, requests, idle: Math.max(0, 1 - (user + system) / 1000 / took) }
}

/** Where the status code begins in `HTTP/1.1 200 OK`. */
const STATUS_AT = 9
/** The end of a body in chunks. */
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

function runConnection(options: Load, take: () => string | Buffer, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.port, '127.0.0.1')
    const status = Buffer.from(String(options.status))
    let count = 0
    /** Bytes of the answer that comes; 0 before its head, `Infinity` where it comes in chunks. */
    let length = 0
    let got = 0
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The server has closed a connection.')))
    socket.on('connect', () => socket.write(take()))
    socket.on('data', (chunk) => {
      if (got === 0) {
        if (chunk.compare(status, 0, 3, STATUS_AT, STATUS_AT + 3) !== 0) {
          socket.destroy()
          reject(new Error(`Unexpected answer:\n${chunk.toString('latin1', 0, 500)}`))
          return
        }
        length = lengthOf(chunk)
      }
      got += chunk.length
      const isWhole = length === Number.POSITIVE_INFINITY ? chunk.subarray(-5).equals(LAST_CHUNK) : got >= length
      if (!isWhole) return
      count++
      got = 0
      // Asked for every time, the clock would cost more than the rest.
      if (count % 32 !== 0 || performance.now() < until) {
        socket.write(take())
      } else {
        resolve(count)
        socket.end()
      }
    })
  })
}

function lengthOf(first: Buffer): number {
  const text = first.toString('latin1')
  const given = /content-length: (\d+)/i.exec(text)
  return given ? text.indexOf('\r\n\r\n') + 4 + Number(given[1]) : Number.POSITIVE_INFINITY
}
