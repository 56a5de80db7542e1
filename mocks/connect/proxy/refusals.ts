import { listNames } from '../../spec/problems/count.ts'
import { messageOf, printable } from '../../state/printable.ts'
import type { Problem } from '../server/answer/send.ts'

/** What a proxy answers in its own name. */

const MOST_SHOWN = 255

export const NO_TUNNEL: Problem = {
  status: 400,
  detail: 'Failed to open a tunnel: CONNECT takes a host and a port, as api.acme.example:443.',
  code: 'no-authority',
}

export const OWN_PORT: Problem = {
  status: 400,
  detail:
    'This is the proxy of sparring exec --intercept, which takes requests for other hosts: by CONNECT, or with an absolute URL. The server itself is at SPARRING_URL.',
  code: 'not-for-a-proxy',
}

export const WEB_SOCKET: Problem = {
  status: 501,
  detail: 'WebSockets are not played: sparring answers HTTP/1.1 requests.',
  code: 'no-web-sockets',
}

/** @param hosts - hosts that the proxy answers for */
export function otherHost(host: string, hosts: readonly string[]): Problem {
  const name = printable(host, MOST_SHOWN)
  const which = name === '' ? 'a request without a host' : name
  return {
    status: 502,
    detail: `${which} is not answered here: the vendors of this run are at ${listNames(hosts)}. Requests to other hosts are refused, so that none leaves by mistake; sparring exec --intercept --pass-through lets them pass.`,
    code: 'other-host',
    host: name,
    hosts,
    option: '--pass-through',
  }
}

/** @param reason - an error, or a sentence */
export function notPassed(host: string, reason: unknown): Problem {
  const name = printable(host, MOST_SHOWN)
  return {
    status: 502,
    detail: `Failed to pass a request on to ${name}: ${printable(messageOf(reason))}.`,
    code: 'not-passed',
    host: name,
  }
}
