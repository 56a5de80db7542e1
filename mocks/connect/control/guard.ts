import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { mediaTypeOf } from '../../spec/media/media-type.ts'
import { hostName, isLoopback } from '../server/loopback.ts'
import { ControlError } from './problem.ts'

/**
 * Keeps web pages and other machines from driving the mock. A page can make a browser send simple requests anywhere,
 * and can point a domain name at this machine (DNS rebinding); neither works with a loopback `Host` and a JSON media
 * type.
 *
 * @param token - required when other machines can reach the server; undefined when only this machine can
 * @throws {@link ControlError}
 */
export function checkCaller(request: IncomingMessage, token: string | undefined): void {
  if (token === undefined) guardHost(request.headers.host ?? '')
  else guardToken(request.headers.authorization, token)
  if (!SAFE.has(request.method!)) guardType(request.headers['content-type'])
}

/** Methods that change nothing. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

function guardHost(host: string): void {
  if (isLoopback(hostName(host))) return
  throw new ControlError(
    403,
    'forbidden',
    `The control API answers to this machine's own names (localhost, 127.0.0.1, [::1]); the Host header is "${host}".`,
  )
}

function guardToken(sent: string | undefined, token: string): void {
  const given = /^bearer +(.+)$/i.exec(sent ?? '')?.[1]
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return
  const what = given === undefined ? 'and none was sent' : 'and the one sent does not match'
  throw new ControlError(
    403,
    'forbidden',
    `Other machines can reach this server, so its control API needs the server's token, ${what}. Send authorization: Bearer <SPARRING_TOKEN>.`,
  )
}

function guardType(type: string | undefined): void {
  if (mediaTypeOf(type) === 'application/json') return
  const seen = type === undefined ? 'none was sent' : `it is "${type}"`
  throw new ControlError(
    415,
    'content-type',
    `A call that changes something needs content-type: application/json, also without a body; ${seen}.`,
  )
}

/** Hashes both sides, so that they have the same length and the comparison's time does not reveal the token's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
