import { setTimeout as sleep } from 'node:timers/promises'
import { parseDuration } from '../../spec/values/duration.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import type { Print } from '../print.ts'

const LOOK_AGAIN_MS = 50
const DEFAULT_TIMEOUT = '30s'

/** `sparring wait URL` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const health = healthOf(args.words[0]!)
  const text = args.text('timeout') ?? DEFAULT_TIMEOUT
  const timeout = parseDuration(text)
  if (timeout === undefined)
    throw new UsageError(`${args.source('timeout')} is "${text}" and must be a duration: 30s, 500ms.`, 'wait')
  const until = performance.now() + timeout
  for (;;) {
    const reason = await lookAt(health)
    if (reason === undefined) return 0
    if (performance.now() >= until) {
      print.err(`sparring: ${health.origin} was not ready within ${text}: ${reason}`)
      return 1
    }
    await sleep(LOOK_AGAIN_MS)
  }
}

/** @returns why it is not ready; `undefined` when it is */
async function lookAt(health: URL): Promise<string | undefined> {
  try {
    const response = await fetch(health, { signal: AbortSignal.timeout(2000) })
    const body = await response.text()
    if (response.ok && body.includes('"status":"ok"')) return undefined
    return `it answers ${response.status} to GET ${health.pathname}, and is not a server of sparring`
  } catch (error) {
    const { message, cause } = error as Error
    return cause instanceof Error && cause.message !== '' ? cause.message : message
  }
}

function healthOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:') {
    throw new UsageError(`"${text}" is not the address of a server: write it as http://127.0.0.1:4010.`, 'wait')
  }
  return new URL('/__sparring/health', url)
}
