import { connect, type Socket } from 'node:net'

/** The answer on a connection. */
export interface Received {
  /** `undefined` if the connection ended without a complete answer. */
  readonly status: number | undefined
  readonly body: string
  /** Neither a complete answer nor the end of the connection in time. */
  readonly isHanging: boolean
}

export interface Shot {
  readonly bytes: Buffer
  /** An answer to HEAD has no body, whatever its headers say. */
  readonly isHead: boolean
  /** The connection is closed after this many ms, whatever has arrived. */
  readonly abortAfter: number | undefined
  /** The bytes are an incomplete request: the client ends its side of the connection. */
  readonly isBroken: boolean
}

/** Sends bytes over a new connection, or a kept one, and reads one answer. */
export interface Wire {
  readonly send: (shot: Shot) => Promise<Received>
  readonly close: () => void
}

/** Characters of a body that are kept for inspection. */
const KEPT = 4000

/** @param patience - ms after which an incomplete answer counts as hanging */
export function createWire(port: number, patience: number): Wire {
  let kept: Socket | undefined
  const send = (shot: Shot): Promise<Received> =>
    new Promise((resolve) => {
      const isFresh = kept === undefined || kept.destroyed
      const socket = isFresh ? connect(port, '127.0.0.1') : kept!
      kept = undefined
      const reader = createReader(shot.isHead)
      let timer: NodeJS.Timeout | undefined
      const end = (received: Received, canKeep: boolean): void => {
        clearTimeout(timer)
        socket.removeAllListeners()
        socket.on('error', () => {})
        if (canKeep && !shot.isBroken) kept = socket
        else socket.destroy()
        resolve(received)
      }
      const ended = (): void => {
        // A kept connection may have been closed before this request arrived.
        if (!isFresh && !reader.hasBegun()) {
          end({ status: undefined, body: '', isHanging: false }, false)
          return
        }
        end({ status: reader.whole() ?? reader.untilClose(), body: reader.body(), isHanging: false }, false)
      }
      socket.on('data', (chunk: Buffer) => {
        reader.add(chunk)
        const status = reader.whole()
        if (status !== undefined) end({ status, body: reader.body(), isHanging: false }, reader.staysOpen())
      })
      socket.on('close', ended)
      socket.on('error', ended)
      timer = setTimeout(
        () => end({ status: undefined, body: reader.body(), isHanging: shot.abortAfter === undefined }, false),
        shot.abortAfter ?? patience,
      )
      socket.write(shot.bytes)
      if (shot.isBroken) socket.end()
    })
  return { send, close: () => kept?.destroy() }
}

interface Reader {
  readonly add: (chunk: Buffer) => void
  readonly hasBegun: () => boolean
  /** The status, once the answer is complete by its own framing. */
  readonly whole: () => number | undefined
  /** The status of an answer that ends with the connection. */
  readonly untilClose: () => number | undefined
  readonly body: () => string
  readonly staysOpen: () => boolean
}

interface Head {
  readonly status: number
  readonly length: number | undefined
  readonly isChunked: boolean
  readonly closes: boolean
}

/** Reads one answer (RFC 9112 section 6.3). */
function createReader(isHead: boolean): Reader {
  let chunks: Buffer[] = []
  let size = 0
  let head: Head | undefined
  let tail = ''
  const parse = (): void => {
    const all = Buffer.concat(chunks)
    const end = all.indexOf('\r\n\r\n')
    if (end < 0) {
      chunks = [all]
      return
    }
    const text = all.toString('latin1', 0, end)
    const status = Number(text.slice(9, 12))
    const rest = all.subarray(end + 4)
    chunks = [rest]
    // An interim answer precedes the final one.
    if (status < 200) return parse()
    const length = /^content-length: *(\d+)/im.exec(text)
    size = rest.length
    tail = rest.toString('latin1')
    head = {
      status,
      length: length ? Number(length[1]) : undefined,
      isChunked: /^transfer-encoding:.*chunked/im.test(text),
      closes: /^connection: *close/im.test(text),
    }
  }
  return {
    add: (chunk) => {
      if (head) {
        size += chunk.length
        chunks.push(chunk)
        tail = (tail + chunk.toString('latin1')).slice(-8)
        return
      }
      chunks.push(chunk)
      parse()
    },
    hasBegun: () => head !== undefined || chunks.some((chunk) => chunk.length > 0),
    whole: () => {
      if (!head) return undefined
      const { status, length, isChunked } = head
      const isEmpty = isHead || status === 204 || status === 304
      const isWhole = isEmpty || (isChunked ? tail.endsWith('0\r\n\r\n') : length !== undefined && size >= length)
      return isWhole ? status : undefined
    },
    untilClose: () => (head && head.length === undefined && !head.isChunked ? head.status : undefined),
    body: () => Buffer.concat(chunks).toString('utf8', 0, KEPT),
    staysOpen: () => head?.closes === false,
  }
}
