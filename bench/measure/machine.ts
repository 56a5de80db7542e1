import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { resolve } from 'node:path'

const bench = resolve(import.meta.dirname, '..')

/** Where figures were measured, and of what. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  /** GiB. */
  readonly memory: number
  readonly system: string
  readonly node: string
  readonly commit: string
  /** Processes that wanted to run when the bench began, over a minute: much more than 0 is a shared machine. */
  readonly load: number
  readonly at: string
}

export function describeMachine(): Machine {
  const all = cpus()
  return {
    processor: all[0]?.model ?? 'unknown',
    cores: all.length,
    memory: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    node: process.version,
    commit:
      said('git', 'rev-parse', '--short', 'HEAD') + (said('git', 'status', '--porcelain', 'mocks') === '' ? '' : '+'),
    load: Math.round(loadavg()[0]! * 10) / 10,
    at: new Date().toISOString().slice(0, 16),
  }
}

/** Versions of the peers, as they are pinned: here, and MSW, which is the one that the project is tested with. */
export function pinnedVersions(): Readonly<Record<string, string>> {
  const read = (file: string): Manifest => JSON.parse(readFileSync(resolve(bench, file), 'utf8')) as Manifest
  return { ...read('../package.json').devDependencies, ...read('package.json').dependencies }
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** What a command prints; empty where it fails. */
function said(command: string, ...args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}
