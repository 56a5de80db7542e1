import { connect } from 'node:net'

export interface Load {
  readonly port: number
  /** The whole request, byte for byte. */
  readonly request: string
  readonly connections: number
  /** ms. */
  readonly duration: number
  /** First bytes that every answer must have. */
  readonly expect: string
}

/**
 * Sends one request over and over on keep-alive connections, the next when the answer is there, and stops by itself.
 *
 * @returns answers a second
 */
export async function load(options: Load): Promise<number> {
  const started = performance.now()
  const until = started + options.duration
  const counts = await Promise.all(Array.from({ length: options.connections }, () => runConnection(options, until)))
  return (counts.reduce((sum, count) => sum + count, 0) / (performance.now() - started)) * 1000
}

function runConnection(options: Load, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.port, '127.0.0.1')
    const bytes = Buffer.from(options.request)
    let count = 0
    let got = ''
    let wanted = -1
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1')
      if (wanted < 0) {
        const end = got.indexOf('\r\n\r\n')
        if (end < 0) return
        const length = /content-length: (\d+)/i.exec(got)
        if (!got.startsWith(options.expect) || !length) {
          reject(new Error(`Unexpected answer:\n${got.slice(0, 500)}`))
          socket.destroy()
          return
        }
        wanted = end + 4 + Number(length[1])
      }
      if (got.length < wanted) return
      count++
      got = ''
      wanted = -1
      if (performance.now() < until) {
        socket.write(bytes)
      } else {
        socket.end()
        resolve(count)
      }
    })
  })
}
