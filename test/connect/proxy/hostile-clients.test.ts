import { expect, test } from 'vitest'
import type { Met } from '../../../mocks/connect/proxy/tally.ts'
import { answerOf, openForwardProxy, plain, requestFor, secure, talk, tunnel } from '../../support/server/proxy.ts'
import { eventually } from '../../support/server/server.ts'

const HOST = 'api.seek-api.com'
const ME = requestFor('/v1/me', HOST)

/** Node breaks off before or after the last message of its handshake, as it happens. */
const unmet = ({ unused, handshakes }: Met): number => (unused.get(HOST) ?? 0) + (handshakes.get(HOST)?.times ?? 0)

test('connections that a client breaks off for want of trust, as Node does without an alert, are counted', async () => {
  const { port, root, proxy } = await openForwardProxy()
  for (let count = 0; count < 2; count++) await expect(secure(port, HOST, { root: '' })).rejects.toThrow(/certificate/)
  await eventually(() => unmet(proxy.met()) === 2)
  expect(proxy.met().requests).toBe(0)
  expect(answerOf((await talk(await secure(port, HOST, { root }), ME)).text).status).toBe(200)
})

test('a client with HTTP/2 only gets no connection, and the reason is kept', async () => {
  const { port, root, proxy } = await openForwardProxy()
  await expect(secure(port, HOST, { root, protocols: ['h2'] })).rejects.toThrow(/no application protocol/)
  expect(proxy.met().handshakes).toEqual(new Map([[HOST, { times: 1, reason: 'no application protocol' }]]))
})

test.each([
  'CONNECT HTTP/1.1',
  'CONNECT / HTTP/1.1',
  'CONNECT :443 HTTP/1.1',
  `CONNECT ${HOST} HTTP/1.1`,
  `CONNECT ${HOST}:0 HTTP/1.1`,
  `CONNECT ${HOST}:99999 HTTP/1.1`,
  `CONNECT ${HOST}:443:443 HTTP/1.1`,
  `CONNECT ${'a'.repeat(300)}:443 HTTP/1.1`,
  'CONNECT [::g]:443 HTTP/1.1',
  'CONNECT x\'y"z:443 HTTP/1.1',
  'GET http:// HTTP/1.1',
  'GET http://[::1/ HTTP/1.1',
  'GET ftp://a/ HTTP/1.1',
  'garbage',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
])('%j is answered or closed, and the next client is served', async (line) => {
  const { port, root } = await openForwardProxy()
  const { text } = await talk(await plain(port), `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`)
  expect(text).toMatch(/^HTTP\/1\.1 (?:400|502) /)
  expect(answerOf((await talk(await secure(port, HOST, { root }), ME)).text).status).toBe(200)
})

test.each([
  ['no TLS and no HTTP', '\x00\x01\x02'],
  ['a broken record of TLS', '\x16\x03\x01\xff\xffgarbage that is no handshake at all'],
  ['no method', 'HELO there\r\n\r\n'],
  ['nothing, and the end', ''],
])('%s in a tunnel ends that tunnel alone', async (_, bytes) => {
  const { port, root } = await openForwardProxy()
  const socket = await tunnel(port, `${HOST}:443`)
  const talked = talk(socket, bytes)
  socket.end()
  const { text } = await talked
  expect(text).not.toContain('HTTP/1.1 200')
  expect(answerOf((await talk(await secure(port, HOST, { root }), ME)).text).status).toBe(200)
})

test('half-open tunnels do not affect other clients or the shutdown', async () => {
  const { port, root, proxy } = await openForwardProxy()
  const idle = await Promise.all(Array.from({ length: 20 }, () => tunnel(port, `${HOST}:443`)))
  const half = await Promise.all(Array.from({ length: 5 }, () => tunnel(port, `${HOST}:443`)))
  // The beginning of a handshake.
  for (const socket of half) socket.write('\x16\x03\x01')
  for (const socket of idle.slice(0, 5)) socket.resetAndDestroy()
  expect(answerOf((await talk(await secure(port, HOST, { root }), ME)).text).status).toBe(200)
  await proxy.close()
  await eventually(() => [...idle, ...half].every(({ destroyed }) => destroyed))
})

test('a client that names many hosts is refused by each, what is counted stays bounded, and vendors are answered', async () => {
  const { port, root, proxy } = await openForwardProxy()
  for (let count = 0; count < 60; count++) {
    const host = `host-${count}.example`
    const { text } = await talk(await secure(port, host, { root }), requestFor('/', host))
    expect(answerOf(text).body).toMatchObject({ code: 'other-host', host })
  }
  const { refused } = proxy.met()
  expect([refused.size, refused.get('other hosts')]).toEqual([51, 10])
  expect(answerOf((await talk(await secure(port, HOST, { root }), ME)).text).status).toBe(200)
})
