import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import type { MockOptions } from '../../../mocks/connect/mock/api/mock-options.ts'
import { openProxy, type ProxyOptions } from '../../../mocks/connect/proxy/forward-proxy.ts'
import { createThrowawayCa, type ThrowawayCa } from '../../../mocks/connect/proxy/throwaway-ca.ts'
import { serveMock } from '../../../mocks/connect/server/start-server.ts'

let ca: Promise<ThrowawayCa> | undefined

/** A proxy that answers for Seek, or for other vendors, until the test ends. */
export async function openForwardProxy(
  options: Partial<MockOptions> = {},
  proxyOptions: Partial<Omit<ProxyOptions, 'front'>> = {},
) {
  const settings = { vendors: ['seek'], clock: { frozen: true }, port: 0, ...options }
  const server = await serveMock(assemble(settings as MockOptions), settings)
  const authority = await (ca ??= createThrowawayCa())
  const proxy = await openProxy({
    front: server.front,
    ca: authority,
    passThrough: false,
    findUpstream: () => undefined,
    ...proxyOptions,
  })
  onTestFinished(async () => {
    await proxy.close()
    await server.close()
  })
  return { proxy, server, mock: server.mock, root: authority.certificate, port: proxy.port }
}

/** Asks a proxy for a tunnel; resolves with the connection, which is that of the host then. */
export function tunnel(port: number, authority: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method: 'CONNECT', path: authority, agent: false })
    request.on('connect', (response, socket, head) => {
      socket.on('error', () => {})
      if (head.byteLength > 0) socket.unshift(head)
      onTestFinished(() => void socket.destroy())
      if (response.statusCode === 200) resolve(socket as Socket)
      else reject(new Error(`The proxy has answered ${response.statusCode}.`))
    })
    request.on('error', reject)
    request.end()
  })
}

export interface Trusting {
  /** What the client trusts, in PEM. */
  readonly root: string
  readonly protocols?: readonly string[]
}

/** Begins TLS in a tunnel; rejects when the handshake fails. */
export async function secure(port: number, host: string, { root, protocols }: Trusting): Promise<TLSSocket> {
  const raw = await tunnel(port, `${host}:443`)
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: raw,
      servername: host,
      ca: root,
      ...(protocols && { ALPNProtocols: [...protocols] }),
    })
    socket.on('secureConnect', () => resolve(socket))
    socket.on('error', reject)
  })
}

/** Sends bytes; resolves with all that comes until the other side closes, and the code of an error. */
export function talk(socket: Socket, text: string): Promise<{ readonly text: string; readonly error?: string }> {
  let all = ''
  let error: string | undefined
  socket.on('data', (chunk) => (all += String(chunk)))
  socket.on('error', (failure: NodeJS.ErrnoException) => (error = failure.code))
  socket.write(text)
  return new Promise((resolve) => socket.on('close', () => resolve({ text: all, ...(error && { error }) })))
}

/** A bare connection to a proxy. */
export function plain(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    onTestFinished(() => void socket.destroy())
  })
}

/** A request whose connection the server closes with its answer. */
export function requestFor(target: string, host: string, ...fields: readonly string[]): string {
  const head = [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    'x-api-key: sk_live_harbourline',
    'Connection: close',
    ...fields,
  ]
  return `${head.join('\r\n')}\r\n\r\n`
}

/** Status and JSON of an answer. */
export function answerOf(text: string): { readonly status: number; readonly body: Readonly<Record<string, unknown>> } {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s)
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) as Readonly<Record<string, unknown>> }
}
