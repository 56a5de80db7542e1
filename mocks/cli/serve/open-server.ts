import { SIZE_FORMS, toBytes } from '../../connect/fetch/caps.ts'
import { assemble } from '../../connect/mock/create-mock.ts'
import { DEFAULT_SESSION } from '../../engine/session/session.ts'
import { loadDistinct } from '../../load/distinct.ts'
import { createLibrary } from '../../load/library.ts'
import { type ServedMock, type ServerOptions, serveMock } from '../../connect/server/start-server.ts'
import type { Judged } from '../../connect/mock/session-verdict.ts'
import type { Sessions } from '../../connect/mock/sessions.ts'
import type { Meter } from '../../verdict/coverage/meter.ts'
import { parseDuration } from '../../spec/values/duration.ts'
import { reportFault } from '../../state/guard.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { dialectsOf, optionsFor } from '../vendors/dialects.ts'
import { folders } from '../folders.ts'
import { playableScenarios } from '../vendors/playable.ts'
import { portsOf } from './ports.ts'
import { sessionsByOf, sharingOf } from './sharing.ts'
import type { Served } from './ready.ts'

/** A server with the options of a command. */
export interface OpenedServer {
  readonly server: ServedMock
  readonly sessions: Sessions
  /** What is needed to judge a session. */
  readonly judged: Judged
  /** What clients have met. */
  readonly meter: Meter
  readonly served: Served
}

interface OwnOptions extends Pick<ServerOptions, 'handlers' | 'onOwnAnswer'> {
  readonly defaultPort?: number
}

/**
 * Serves the vendors that a command names, or all vendors of the package.
 *
 * @param own - `defaultPort`, the port without an option, and a project's own handlers
 */
export async function openServer(
  args: Arguments,
  command: string,
  { defaultPort, ...own }: OwnOptions = {},
): Promise<OpenedServer> {
  const library = createLibrary({ scenarios: folders(args), strict: args.on('strict') })
  const names = args.words.length > 0 ? args.words : library.vendorNames().sort()
  const loaded = loadDistinct(
    library,
    names.map((name) => ({ name })),
  ).vendors
  const given = names.map((name, index) => [name, loaded[index]!.name] as const)
  const vendors = new Map(loaded.map((vendor) => [vendor.name, vendor]))
  const scenario = playableScenarios(args, library, vendors.keys(), command)
  const dialects = dialectsOf(args, vendors, command)
  const seed = args.number('seed', { whole: true })
  const pace = args.number('pace', { min: 0.001 })
  const host = args.text('host')
  const deliver = args.text('deliver')
  const include = args.list('coverage-include')
  const maxBody = sizeOf(args, 'max-body', command)
  const maxJson = sizeOf(args, 'max-json', command)
  const keepJobs = args.number('keep-jobs', { whole: true, min: 1 })
  const sessionTtl = ttlOf(args, command)
  const sessionsBy = sessionsByOf(args, command)
  const options = {
    vendors: Object.fromEntries(given.map(([name, vendor]) => [name, optionsFor(dialects.get(vendor))])),
    scenario,
    checkReplies: args.on('check-replies'),
    ...(defaultPort !== undefined && { port: defaultPort }),
    ...portsOf(args, command),
    ...(host !== undefined && { host }),
    ...(deliver !== undefined && { deliver }),
    ...(include.length > 0 && { coverage: { include } }),
    ...(maxBody !== undefined && { maxBody }),
    ...(maxJson !== undefined && { maxJson }),
    ...(keepJobs !== undefined && { keepJobs }),
    ...(sessionTtl !== undefined && { sessionTtl }),
    ...(sessionsBy !== undefined && { sessionsBy }),
    ...(seed !== undefined && { seed }),
    ...(pace !== undefined && { pace }),
    ...own,
    ...(args.on('frozen') && { clock: { frozen: true } }),
  }
  const sharing = await sharingOf(args, options, command)
  const assembled = assemble(options, library, sharing?.placing)
  const { sessions } = assembled
  const { situation } = sessions.all.get(DEFAULT_SESSION)!
  const server = await serveMock(assembled, options, sharing)
  process.on('uncaughtException', (error) => reportFault('keep a mistake behind the guard; the server goes on', error))
  return { server, sessions, judged: assembled.judged, meter: assembled.meter, served: { library, vendors, situation } }
}

/** @throws {@link UsageError} for an invalid size */
function sizeOf(args: Arguments, flag: string, command: string): number | undefined {
  const text = args.text(flag)
  const bytes = text === undefined ? undefined : toBytes(text)
  if (text === undefined || bytes !== undefined) return bytes
  throw new UsageError(`${args.source(flag)} is "${text}" and must be ${SIZE_FORMS}.`, command)
}

/** @throws {@link UsageError} unless it is a duration or `never` */
function ttlOf(args: Arguments, command: string): string | undefined {
  const text = args.text('session-ttl')
  if (text === undefined || text === 'never' || (parseDuration(text) ?? 0) > 0) return text
  throw new UsageError(
    `${args.source('session-ttl')} is "${text}" and must be a duration, as 30m or 2h, or never.`,
    command,
  )
}
