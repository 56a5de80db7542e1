import { spawn } from 'node:child_process'

/** Ends as soon as its stdin does: after a line if all is well, without a line if the writer was killed. */
const GUARD = `trap '' INT TERM HUP QUIT; read -r _ || { kill -TERM "$0"; [ -z "$1" ] || rm -rf -- "$1"; }`

/**
 * Ends a process when this one is killed without a chance to do so itself (SIGKILL, out of memory). A shell waits at
 * the other end of a pipe; Windows has no such shell, so there the process keeps running.
 *
 * @param folder - removed together with the process
 * @returns the function that ends the guard without ending the process
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
