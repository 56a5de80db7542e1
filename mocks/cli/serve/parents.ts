import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Real ms between two looks at the parents. */
const LOOK_EVERY_MS = 300
/** What npm puts between itself and a command. */
const SHELLS = /^(?:-?(?:ba|da|z|k|a)?sh|busybox|cmd(?:\.exe)?)$/

/** Whether `npx` or `npm exec` has started this process: they end without passing the signal on. */
export function isRunByNpm(env: NodeJS.ProcessEnv): boolean {
  return env['npm_command'] === 'exec'
}

/**
 * Calls back once when the process that has started this one is gone: its parent, or that of the shell in between.
 *
 * @returns what ends the watch
 */
export function whenParentEnds(ended: () => void): () => void {
  const parent = process.ppid
  const watched = [parent, ...shellParent(parent)]
  const timer = setInterval(() => {
    // An orphan is given to another parent.
    if (process.ppid === parent && watched.every(isAlive)) return
    clearInterval(timer)
    ended()
  }, LOOK_EVERY_MS).unref()
  return () => clearInterval(timer)
}

function shellParent(pid: number): number[] {
  const found = processOf(pid)
  return found && SHELLS.test(found.name) && found.parent > 1 ? [found.parent] : []
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // In a container without an init, ended processes stay as zombies.
    return process.platform !== 'linux' || processOf(pid)?.state !== 'Z'
  } catch (error) {
    // The process of another user is alive, but may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

interface Found {
  readonly name: string
  readonly state?: string
  readonly parent: number
}

/** Name and parent of a process, and on Linux its state; `undefined` if the system does not provide them. */
function processOf(pid: number): Found | undefined {
  try {
    if (process.platform === 'linux') {
      // `pid (name) state ppid …`; a name may hold spaces and parentheses (proc(5)).
      const [, name, state, parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!
      return { name: name!, state: state!, parent: Number(parent) }
    }
    if (process.platform === 'win32') return undefined
    const [, parent, name] = /^\s*(\d+)\s+(.*)$/.exec(
      execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' }).trimEnd(),
    )!
    return { name: name!.split('/').at(-1)!, parent: Number(parent) }
  } catch {
    return undefined
  }
}
