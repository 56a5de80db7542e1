import { spawn } from 'node:child_process'

/** Ends as soon as its stdin does: by a line when all is well, without one when the writer was killed. */
const GUARD = `trap '' INT TERM HUP QUIT; read -r _ || { kill -TERM "$0"; [ -z "$1" ] || rm -rf -- "$1"; }`

/**
 * Ends a process when this one is killed in a way that leaves it no chance to do so itself (SIGKILL, out of memory). A shell
 * waits at the other end of a pipe; Windows has none, and such a process runs on there.
 *
 * @param folder - removed with it
 * @returns what ends the guard, and leaves the process alone
 */
export function guardCommand(pid: number, folder = ''): () => void {
  if (process.platform === 'win32') return () => {}
  const guard = spawn('sh', ['-c', GUARD, String(pid), folder], { stdio: ['pipe', 'ignore', 'ignore'] })
  // Without a shell the command runs unguarded.
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  return () => void guard.stdin.end('\n')
}
