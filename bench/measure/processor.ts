import { readFileSync } from 'node:fs'

/** `USER_HZ` of Linux: what `/proc` counts in. */
const TICK_MS = 10

/** ms of the processor's time that a process has used so far; not a number where the system has no `/proc`. */
export function processorTime(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13)
    return (Number(user) + Number(system)) * TICK_MS
  } catch {
    return Number.NaN
  }
}

/** Bytes of memory that a process has now; not a number where the system has no `/proc`. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
  } catch {
    return Number.NaN
  }
}
