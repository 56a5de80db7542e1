import { createLibrary } from '../connect/library.ts'
import { assemble } from '../connect/create-mock.ts'
import { type MockServer, serveMock } from '../connect/server/start-server.ts'
import { createSituation } from '../connect/situations.ts'
import type { Vendor } from '../spec/vendor.ts'
import type { Arguments } from './arguments.ts'
import { dialectsOf, optionsFor } from './dialects.ts'
import { folders } from './folders.ts'
import { follow } from './log.ts'
import { checkPlayable } from './playable.ts'
import { portsOf } from './ports.ts'
import type { Print } from './print.ts'
import { printReady, readyLine } from './ready.ts'

/** `sparring serve [VENDOR|FILE …]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const scenarios = folders(args)
  const library = createLibrary({ scenarios })
  const names = args.words.length > 0 ? args.words : library.vendorNames().sort()
  const given: Array<readonly [name: string, vendor: string]> = []
  const vendors = new Map<string, Vendor>()
  for (const name of names) {
    const vendor = library.vendor(name)
    vendors.set(vendor.name, vendor)
    given.push([name, vendor.name])
  }
  const scenario = args.list('scenario')
  checkPlayable(library, scenario, vendors.keys(), 'serve')
  const dialects = dialectsOf(args, vendors, 'serve')
  const situation = createSituation(library, vendors, scenario, { dialects })
  const seed = args.number('seed', { whole: true })
  const pace = args.number('pace', { min: 0.001 })
  const host = args.text('host')
  const deliver = args.text('deliver')
  const options = {
    vendors: Object.fromEntries(given.map(([name, vendor]) => [name, optionsFor(dialects.get(vendor))])),
    scenario,
    scenarios,
    checkReplies: args.on('check-replies'),
    ...portsOf(args),
    ...(host !== undefined && { host }),
    ...(deliver !== undefined && { deliver }),
    ...(seed !== undefined && { seed }),
    ...(pace !== undefined && { pace }),
    ...(args.on('frozen') && {
      clock: { ...(situation.clock?.at !== undefined && { at: situation.clock.at }), frozen: true },
    }),
  }
  const assembled = assemble(options)
  const server = await serveMock(assembled, options)
  const log = follow(assembled.world, print, {
    exchanges: !args.on('json') && !args.on('quiet'),
    breaches: args.on('check-replies'),
  })
  const stopped = untilSignal(server, () => {
    log.look()
    if (!args.on('json'))
      print.err('sparring: stopping when requests in work have ended; the same again stops at once.')
  })
  if (args.on('json')) print.out(readyLine(server))
  else printReady(server, { library, vendors, situation }, print)
  await stopped
  log.stop()
  // Whatever else is still open shall not keep a stopped server alive.
  setTimeout(() => process.exit(), EXIT_AFTER_MS).unref()
  return 0
}

const EXIT_AFTER_MS = 500
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

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
