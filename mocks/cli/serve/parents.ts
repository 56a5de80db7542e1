import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Real ms between two checks of the parents. */
const LOOK_EVERY_MS = 300
/** Shells that npm starts between itself and a command. */
const SHELLS = /^(?:-?(?:ba|da|z|k|a)?sh|busybox|cmd(?:\.exe)?)$/

/** The first process of a container that may have started a command: `npm exec`, by its title, or Node. */
const RUNNERS = /^(?:npm|npx|node|pnpm|yarn|bun)/

/** Whether `npx` or `npm exec` has started this process: they end without forwarding the signal. */
export function isRunByNpm(env: NodeJS.ProcessEnv): boolean {
  return env['npm_command'] === 'exec'
}

/** The ancestor processes whose end must end this process. */
export interface Parents {
  readonly parent: number
  readonly watched: readonly number[]
  /** `npx` was ended while this process was starting, so that this process is an orphan. */
  readonly areGone: boolean
}

/**
 * Finds the process that has started this one: its parent, and the parent of the shell in between. Must be called
 * first, since the identity of a parent that has ended is lost.
 */
export function findParents(env: NodeJS.ProcessEnv): Parents {
  const parent = process.ppid
  const found = processOf(parent)
  const above = found && SHELLS.test(found.name) ? found.parent : parent
  const isOrphan = above === 1 && !RUNNERS.test(processOf(1)?.name ?? '')
  return {
    parent,
    watched: above > 1 && above !== parent ? [parent, above] : [parent],
    areGone: isOrphan && isRunByNpm(env) && process.platform !== 'win32',
  }
}

/**
 * Calls back once when one of the parents is gone.
 *
 * @returns the function that stops the watch
 */
export function whenParentEnds({ parent, watched, areGone }: Parents, ended: () => void): () => void {
  const timer = setInterval(() => {
    // An orphan gets another parent.
    if (!areGone && process.ppid === parent && watched.every(isAlive)) return
    clearInterval(timer)
    ended()
  }, LOOK_EVERY_MS).unref()
  return () => clearInterval(timer)
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

/** Name and parent of a process, on Linux also its state; `undefined` if the system does not provide them. */
function processOf(pid: number): Found | undefined {
  try {
    if (process.platform === 'linux') {
      // `pid (name) state ppid …`; a name may contain spaces and parentheses (proc(5)).
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
