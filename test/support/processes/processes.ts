import { readFileSync } from 'node:fs'

/** Whether a process lives; one that has ended and was not waited for yet does not. */
export function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0) && !/^\d+ \(.*\) Z /s.test(statOf(pid))
  } catch {
    return false
  }
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // Only Linux has such files.
    return ''
  }
}
