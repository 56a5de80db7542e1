import { openProxy } from '../../../connect/proxy/forward-proxy.ts'
import type { Met } from '../../../connect/proxy/tally.ts'
import { createThrowawayCa, requireForge } from '../../../connect/proxy/throwaway-ca.ts'
import { createUpstream } from '../../../connect/proxy/upstream.ts'
import type { Front } from '../../../connect/server/start-server.ts'
import { type Arguments, UsageError } from '../../arguments.ts'
import { proxyEnvironment } from './proxy-environment.ts'
import { prepareTrustFiles, removeTrustFiles } from './trust-files.ts'

/** The environment of an intercepted command. */
export interface Begun {
  readonly env: Readonly<Record<string, string>>
  /** The folder of the files that the variables name. */
  readonly folder: string
  /** Removes the files. */
  readonly remove: () => void
}

/** Intercepts a command's requests to the vendors' own hosts. */
export interface Interception {
  /** Writes the files that the command needs, and returns the variables that refer to them. */
  readonly begin: () => Begun
  /** The proxy's counts. */
  readonly met: () => Met
  readonly hosts: readonly string[]
  readonly end: () => Promise<void>
}

/**
 * @throws {@link UsageError} for options that require each other
 * @throws Error that says what to install
 */
export function checkInterception(args: Arguments): void {
  if (args.on('intercept')) requireForge('exec --intercept')
  else if (args.on('pass-through'))
    throw new UsageError(
      `${args.source('pass-through')} needs --intercept: it configures the proxy of --intercept.`,
      'exec',
    )
}

/**
 * Opens the proxy of `--intercept`; undefined without the option.
 *
 * @param env - the user's variables, with additional root certificates and the proxy for other hosts
 * @throws Error when no vendor has a host that a proxy could answer for
 */
export async function openInterception(
  args: Arguments,
  front: Front,
  env: NodeJS.ProcessEnv,
): Promise<Interception | undefined> {
  if (!args.on('intercept')) return undefined
  if (front.hosts.length === 0)
    throw new Error(
      '--intercept answers for the hosts under "servers" of the vendors, and all of these are this machine\'s own.',
    )
  const ca = await createThrowawayCa()
  const write = prepareTrustFiles(ca.certificate, env)
  const proxy = await openProxy({
    front,
    ca,
    passThrough: args.on('pass-through'),
    findUpstream: createUpstream(env),
  })
  return {
    begin: () => {
      const files = write()
      return {
        env: proxyEnvironment(proxy.port, files, env),
        folder: files.folder,
        remove: () => removeTrustFiles(files),
      }
    },
    met: proxy.met,
    hosts: front.hosts,
    end: proxy.close,
  }
}
