import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Real ms between two looks at the parents. */
const LOOK_EVERY_MS = 300
/** What npm puts between itself and a command. */
const SHELLS = /^(?:-?(?:ba|da|z|k|a)?sh|busybox|cmd(?:\.exe)?)$/

/** What may be the first process of a container and have started a command: `npm exec` by its title, or a Node. */
const RUNNERS = /^(?:npm|npx|node|pnpm|yarn|bun)/

/** Whether `npx` or `npm exec` has started this process: they end without passing the signal on. */
export function isRunByNpm(env: NodeJS.ProcessEnv): boolean {
  return env['npm_command'] === 'exec'
}

/** The processes above this one whose end is to be its own. */
export interface Parents {
  readonly parent: number
  readonly watched: readonly number[]
  /** What `npx` had started is an orphan by now: it was ended while this process was starting. */
  readonly areGone: boolean
}

/**
 * Finds the process that has started this one: its parent, and that of the shell in between. To be called first of all,
 * since a parent that ends before is not known any more.
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
 * @returns what ends the watch
 */
export function whenParentEnds({ parent, watched, areGone }: Parents, ended: () => void): () => void {
  const timer = setInterval(() => {
    // An orphan is given to another parent.
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
