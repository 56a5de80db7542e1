import { setTimeout as sleep } from 'node:timers/promises'
import type { Arguments } from '../arguments.ts'
import type { Print } from '../print.ts'
import { connectControl } from './control-client.ts'

const LOOK_AGAIN_MS = 50
/** Requests in work end first. */
const PATIENCE_MS = 10_000

/** `sparring stop` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const control = connectControl(args, 'stop')
  await control.call('POST', '/shutdown')
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until) {
    try {
      await control.call('GET', '/health')
    } catch {
      print.out(`stopped ${control.origin}`)
      return 0
    }
    await sleep(LOOK_AGAIN_MS)
  }
  print.err(`sparring: ${control.origin} stops when the requests in progress have ended.`)
  return 1
}
