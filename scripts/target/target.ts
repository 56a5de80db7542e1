import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'

/** Bytes of heap in use. */
export interface Heap {
  readonly heap: number
  /** The part that contains code, which grows as more code is compiled. */
  readonly code: number
}

/** `sparring serve` in a separate process, which is observed during the test. */
export interface Target {
  readonly port: number
  readonly pid: number
  /** How the process ended; `undefined` while it runs. */
  readonly ended: () => string | undefined
  /** The last part of its stderr. */
  readonly log: () => string
  /** The heap in use after two forced collections. */
  readonly heap: () => Promise<Heap>
  readonly stop: () => Promise<void>
}

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Characters of stderr that are kept. */
const LOG_TAIL = 20_000
/** ms. */
const READY_WITHIN = 30_000

/**
 * Starts `sparring serve` at a free port of loopback, with replies checked and every exchange logged.
 *
 * @param args - what follows `serve`
 * @throws Error when the server is not ready within 30 s
 */
export async function startTarget(args: readonly string[]): Promise<Target> {
  const port = await freePort()
  const child = fork('mocks/cli/main.ts', ['serve', ...args, '--port', String(port), '--check-replies'], {
    cwd: root,
    execArgv: ['--expose-gc', '--import', './scripts/target/gc.ts'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let log = ''
  let ended: string | undefined
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_TAIL)
  })
  child.on('exit', (code, signal) => {
    ended = `exit ${code ?? signal}`
  })
  const target: Target = {
    port,
    pid: child.pid!,
    ended: () => ended,
    log: () => log,
    heap: () => askHeap(child),
    stop: async () => {
      if (ended !== undefined) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await exit
      clearTimeout(timer)
    },
  }
  try {
    await untilReady(target)
  } catch (error) {
    await target.stop()
    throw error
  }
  return target
}

async function untilReady(target: Target): Promise<void> {
  const until = performance.now() + READY_WITHIN
  for (;;) {
    if (target.ended() !== undefined) throw new Error(`Failed to start the server: ${target.ended()}\n${target.log()}`)
    const isReady = await fetch(`http://127.0.0.1:${target.port}/__sparring/health`).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return
    if (performance.now() > until) throw new Error(`Failed to start the server within ${READY_WITHIN} ms.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function askHeap(child: ChildProcess): Promise<Heap> {
  const answer = once(child, 'message') as Promise<[Heap]>
  child.send('heap')
  return (await answer)[0]
}
