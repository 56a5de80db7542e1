import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { type MockOptions, type MockServer, type ServerOptions, startServer } from 'sparring'
import { expect, onTestFinished } from 'vitest'
import { judgeControl } from './control-document.ts'

export { document } from '../data/folder.ts'

export const SEEK_KEY = { 'x-api-key': 'sk_live_harbourline' }
export const SEAL_KEY = { authorization: 'Bearer seal_harbourline' }
export const JSON_TYPE = { 'content-type': 'application/json' }
export const NOW = Date.parse('2026-03-16T10:00:00Z')

/** A server of Seek and Seal at a free port, its clock frozen, until the test ends. */
export async function open(options: Partial<MockOptions & ServerOptions> = {}): Promise<MockServer> {
  const server = await startServer({
    vendors: ['seek', 'seal'],
    port: 0,
    clock: { at: NOW, frozen: true },
    ...options,
  })
  onTestFinished(() => server.close())
  return server
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Names and values in the order of sending. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** One request over a connection of its own; unlike `fetch` it lets a test say any `Host`. */
export function send(
  port: number,
  path: string,
  options: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string | Buffer
    readonly host?: string
  } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body, host = '127.0.0.1' } = options
    const request = httpRequest({ host, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const { statusCode, headers: fields, rawHeaders } = response
        resolve({ status: statusCode!, headers: fields, rawHeaders, body: Buffer.concat(chunks).toString() })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** A bare connection, for what no client library would send. */
export interface Wire {
  readonly write: (text: string | Buffer) => void
  /** Resolves with all that came once that many answers are complete. */
  readonly answers: (count: number) => Promise<string>
  /** Resolves with all that came when the server has closed; `error` is its code when it was no orderly end. */
  readonly closed: Promise<{ readonly text: string; readonly error: string | undefined }>
  readonly destroy: () => void
}

export function dial(port: number): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    let error: string | undefined
    let wake: () => void = () => {}
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      wake()
    })
    socket.on('error', (failure: NodeJS.ErrnoException) => {
      error = failure.code
      reject(failure)
    })
    const closed = new Promise<Awaited<Wire['closed']>>((done) => socket.on('close', () => done({ text, error })))
    onTestFinished(() => void socket.destroy())
    const answers = async (count: number): Promise<string> => {
      while (countAnswers(text) < count) await new Promise<void>((done) => (wake = done))
      return text
    }
    socket.on('connect', () =>
      resolve({ write: (data) => void socket.write(data), answers, closed, destroy: () => void socket.destroy() }),
    )
  })
}

/** Complete answers in a stream of them. */
function countAnswers(text: string): number {
  let rest = text
  for (let count = 0; ; count++) {
    const end = rest.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, end))?.[1] ?? 0)
    if (end === -1 || rest.length < end + 4 + length) return count
    rest = rest.slice(end + 4 + length)
  }
}

/** Looks again, in real time, until it is so. */
export async function eventually(look: () => boolean): Promise<void> {
  for (let times = 0; times < 400; times++) {
    if (look()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`It never came to be: ${look}`)
}

export interface Controlled<Body> {
  readonly status: number
  readonly body: Body
}

/** A call of the control API, with the media type it asks for. */
export async function control<Body>(
  server: MockServer,
  method: string,
  path: string,
  body?: unknown,
): Promise<Controlled<Body>> {
  const response = await fetch(`${server.url}/__sparring${path}`, {
    method,
    ...(method !== 'GET' && { headers: JSON_TYPE }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const answered = text === '' ? undefined : (JSON.parse(text) as unknown)
  // Whatever the control API says, its own document has said before.
  expect(judgeControl(method, path, response, answered)).toEqual([])
  return { status: response.status, body: answered as Body }
}

/** What the control API refuses with (RFC 9457). */
export interface Refusal {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
}
