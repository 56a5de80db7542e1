import type { MockServer } from '../../connect/server/start-server.ts'
import type { Arguments } from '../arguments.ts'
import { logEvents } from './log.ts'
import { detailOf } from './log-detail.ts'
import { loadHandlers } from './load-handlers.ts'
import { openServer } from './open-server.ts'
import { findParents, isRunByNpm, whenParentEnds } from './parents.ts'
import type { Print } from '../print.ts'
import { followModules } from '../watch/modules.ts'
import { watchFiles } from '../watch/watch.ts'
import { printReady, readyLine } from './ready.ts'

/** `sparring serve [VENDOR|FILE …]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const follows = args.isSet('stop-with-parent') ?? isRunByNpm(process.env)
  const parents = follows ? findParents(process.env) : undefined
  const detail = detailOf(args)
  const modules = args.on('watch') ? followModules() : undefined
  const opened = await openServer(args, 'serve', { ...(await loadHandlers(args, print)) })
  const { server, sessions, served, judged } = opened
  const log = logEvents(sessions, print, {
    exchanges: args.on('json') || args.on('quiet') ? 'none' : detail,
    breaches: args.on('check-replies'),
  })
  const stopped = untilSignal(server, () => {
    log.look()
    if (!args.on('json'))
      print.err('sparring: stopping when requests in progress have ended; a second signal stops at once.')
  })
  const unwatch =
    modules &&
    watchFiles({
      server,
      library: served.library,
      vendors: judged.vendors,
      modules,
      loadHandlers:
        args.text('handlers') === undefined
          ? undefined
          : async () => (await loadHandlers(args, print, modules.load))?.handlers,
      print,
      isQuiet: args.on('json') || args.on('quiet'),
    })
  const unfollow = parents && whenParentEnds(parents, () => void server.close())
  if (args.on('json')) print.out(readyLine(server, served.vendors))
  else printReady(server, served, print)
  await Promise.race([stopped, server.closed])
  unwatch?.()
  modules?.stop()
  unfollow?.()
  log.stop()
  return 0
}

/** Exit codes by signal; Windows sends SIGBREAK for Ctrl+Break and SIGHUP for a closed window. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGBREAK: 149 } as const

/** The first signal lets requests in work end; the second ends at once. */
function untilSignal(server: MockServer, onStop: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStopping = false
    for (const [signal, exitCode] of Object.entries(SIGNALS)) {
      process.on(signal, () => {
        if (isStopping) process.exit(exitCode)
        isStopping = true
        onStop()
        server.close().then(resolve, reject)
      })
    }
  })
}
