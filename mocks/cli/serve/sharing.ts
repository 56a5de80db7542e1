import { createReplicas, LEASE_MS } from '../../connect/replicas/create-replicas.ts'
import { SESSION_TTL, toTtl } from '../../connect/server/idle-sessions.ts'
import { isSessionsBy, SESSIONS_BY_FORMS, type SessionsBy } from '../../connect/server/sharing/spread.ts'
import type { Sharing } from '../../connect/server/start-server.ts'
import { printable } from '../../state/printable.ts'
import { parseDuration } from '../../spec/values/duration.ts'
import { type Arguments, UsageError } from '../arguments.ts'

/** The shortest lease in ms: a busy process must have time to renew it. */
const SHORTEST_MS = 500

/**
 * How a server shares its sessions with `--store`.
 *
 * @throws {@link UsageError} for invalid values
 * @throws {@link StoreError} if the store cannot be reached
 */
export async function sharingOf(
  args: Arguments,
  { sessionTtl = SESSION_TTL }: { readonly sessionTtl?: string },
  command: string,
): Promise<Sharing | undefined> {
  const text = args.text('store')
  if (text === undefined) {
    const idle = ['lease', 'replica-url'].find((flag) => args.text(flag) !== undefined)
    if (idle === undefined) return undefined
    throw new UsageError(`${args.source(idle)} is about servers that share their sessions; give --store too.`, command)
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  const flaw = url ? flawOf(url) : ', no URL of a store'
  if (!url || flaw !== undefined)
    throw new UsageError(
      `${args.source('store')} is ${shown(text)}${flaw}; write it as redis://127.0.0.1:6379, or rediss:// for TLS.`,
      command,
    )
  const lease = leaseOf(args, command)
  const address = addressOf(args, command)
  const prefix = url.searchParams.get('prefix')
  url.search = ''
  const placing = await createReplicas({
    store: url.href,
    lease,
    ttl: toTtl(sessionTtl),
    ...(prefix !== null && { prefix: `${prefix}:` }),
  })
  return { placing, address }
}

/** What is wrong with the URL of a store. */
function flawOf({ protocol, pathname, searchParams }: URL): string | undefined {
  if (!['redis:', 'rediss:'].includes(protocol)) return ', no URL of a store'
  // A password that is not encoded may have a / too.
  if (!/^\/?\d*$/.test(pathname)) return ', whose path is not the number of a database (/ in a password is %2F)'
  const other = [...searchParams.keys()].find((name) => name !== 'prefix')
  return other === undefined ? undefined : `, and has "${printable(other, 200)}" where only "prefix" can be`
}

/** A password may precede an @. */
function shown(text: string): string {
  return `"${printable(text.replace(/^([^/]*\/\/[^:/@]*:)?.*@/, '$1…@'), 200)}"`
}

function leaseOf(args: Arguments, command: string): number {
  const text = args.text('lease')
  if (text === undefined) return LEASE_MS
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= SHORTEST_MS) return ms
  throw new UsageError(
    `${args.source('lease')} is "${text}" and must be a duration of ${SHORTEST_MS}ms or more, as 3s.`,
    command,
  )
}

function addressOf(args: Arguments, command: string): string | undefined {
  const text = args.text('replica-url')
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' && url.href === `${url.origin}/`) return url.origin
  throw new UsageError(
    `${args.source('replica-url')} is "${text}" and must be where other servers reach this one, as http://10.0.0.7:4010.`,
    command,
  )
}

/** @throws {@link UsageError} for anything except `key` and `header:NAME` */
export function sessionsByOf(args: Arguments, command: string): SessionsBy | undefined {
  const text = args.text('sessions-by')
  if (text === undefined || isSessionsBy(text)) return text
  throw new UsageError(`${args.source('sessions-by')} is "${text}" and must be ${SESSIONS_BY_FORMS}.`, command)
}
