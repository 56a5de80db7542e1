import { connect } from 'node:net'

export interface Load {
  readonly port: number
  /** The whole request, byte for byte. */
  readonly request: string
  readonly connections: number
  /** ms. */
  readonly duration: number
  /** Status that every answer must have. */
  readonly status: number
}

/**
 * Sends one request over and over on keep-alive connections, the next when the answer is there, and stops by itself. It
 * does next to nothing itself, so that the server is what is measured: all answers are as long as the first, and of each
 * only the status is looked at.
 *
 * @returns answers a second
 */
export async function load(options: Load): Promise<number> {
  const started = performance.now()
  const until = started + options.duration
  const counts = await Promise.all(Array.from({ length: options.connections }, () => runConnection(options, until)))
  return (counts.reduce((sum, count) => sum + count, 0) / (performance.now() - started)) * 1000
}

/** Where the status code begins in `HTTP/1.1 200 OK`. */
const STATUS_AT = 9

function runConnection(options: Load, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.port, '127.0.0.1')
    const bytes = Buffer.from(options.request)
    const status = Buffer.from(String(options.status))
    let count = 0
    let length = 0
    let got = 0
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      if (got === 0) {
        if (chunk.compare(status, 0, 3, STATUS_AT, STATUS_AT + 3) !== 0) {
          socket.destroy()
          reject(new Error(`Unexpected answer:\n${chunk.toString('latin1', 0, 500)}`))
          return
        }
        if (length === 0) length = lengthOf(chunk)
      }
      got += chunk.length
      if (got < length) return
      count++
      got = 0
      // Asked for every time, the clock would cost more than the rest.
      if (count % 32 !== 0 || performance.now() < until) {
        socket.write(bytes)
      } else {
        socket.end()
        resolve(count)
      }
    })
  })
}

function lengthOf(first: Buffer): number {
  const text = first.toString('latin1')
  return text.indexOf('\r\n\r\n') + 4 + Number(/content-length: (\d+)/i.exec(text)![1])
}
