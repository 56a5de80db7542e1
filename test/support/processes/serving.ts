import { onTestFinished } from 'vitest'
import { createPrint } from '../../../mocks/cli/print.ts'
import { run } from '../../../mocks/cli/run.ts'
import type { Ran } from './cli.ts'
import { enter, type RunOptions } from './own-process.ts'

/** A server that runs in this process. */
export interface Serving {
  /** `http://127.0.0.1:<port>`, as it is printed. */
  readonly url: string
  /** What it has printed so far. */
  readonly out: () => string
  readonly err: () => string
  /** Resolves with all that stderr has once the text is among it. */
  readonly said: (text: string | RegExp) => Promise<string>
  /** Sends a signal, and resolves when the command has ended. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ran>
}

/**
 * Runs `sparring serve …` in this process until the test ends; resolves when it is ready. Its folder and its variables are
 * those of the process meanwhile, so that there is one at a time.
 *
 * @throws Error where it ends before it is ready
 */
export async function serving(args: readonly string[], options: RunOptions = {}): Promise<Serving> {
  const [out, err] = [createText(), createText()]
  const { env, signal, leave } = enter(options, err.write)
  const print = createPrint({ stdout: out, stderr: err, env })
  const done = run(['serve', ...args], env, print)
    .then((code): Ran => ({ code, out: out.text(), err: err.text() }))
    .finally(leave)
  const stop = (name: NodeJS.Signals = 'SIGTERM'): Promise<Ran> => {
    signal(name)
    return done
  }
  onTestFinished(async () => void (await stop()))
  const isOver = done.then(({ err: told }) => Promise.reject(new Error(`Failed to serve: ${told}`)))
  // Both forms of the notice end with a line that no other line is like.
  const ready = await Promise.race([out.has(/Ctrl\+C\n|^\{.*\}\n/m), isOver])
  const [url] = /http:\/\/[\w.]+:\d+/.exec(ready)!
  return { url, out: out.text, err: err.text, said: err.has, stop }
}

/** What a stream has been given, and a promise of what it is going to be given. */
function createText() {
  let all = ''
  const looks = new Set<() => void>()
  return {
    write: (text: string): void => {
      all += text
      for (const look of looks) look()
    },
    text: () => all,
    has: (wanted: string | RegExp): Promise<string> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (typeof wanted === 'string' ? !all.includes(wanted) : !wanted.test(all)) return
          looks.delete(look)
          resolve(all)
        }
        looks.add(look)
        look()
      }),
  }
}
