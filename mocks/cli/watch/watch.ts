import { existsSync } from 'node:fs'
import type { Reloaded } from '../../connect/world/reload.ts'
import type { Library } from '../../load/library.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { messageOf } from '../../state/printable.ts'
import { guarded } from '../../state/guard.ts'
import { count } from '../../spec/problems/count.ts'
import { someOf } from '../../load/flaw-notice.ts'
import type { ServedMock } from '../../connect/server/start-server.ts'
import type { Print } from '../print.ts'
import { changesBetween, readVersions } from './file-versions.ts'
import type { Modules } from './modules.ts'
import { codeOf, isScenario, watchedOf } from './watched.ts'

/** What is watched, and who is notified. */
export interface Watching {
  readonly server: Pick<ServedMock, 'reload'>
  readonly library: Library
  /** The served vendors; replaced on reload. */
  readonly vendors: ReadonlyMap<string, Vendor>
  readonly modules: Modules
  /** Reloads the project's own handlers, if any. */
  readonly loadHandlers: (() => Promise<readonly unknown[] | undefined>) | undefined
  readonly print: Print
  /** Whether to report successful reloads; mistakes are always reported. */
  readonly isQuiet: boolean
}

/** Real ms between two checks. */
const LOOK_EVERY_MS = 100
/** Checks take at most a tenth of the time, even in a folder with very many files. */
const REST = 10
/** Real ms without a change before files are read. */
const QUIET_MS = 300
/** Real ms after which files are read even if they keep changing. */
const LATEST_MS = 2000

/**
 * Reloads a server's files when they change. Changes in quick succession count as one.
 *
 * @returns the function that stops the watch
 */
export function watchFiles(watching: Watching): () => void {
  const { library, vendors, modules } = watching
  const watchedNow = () => watchedOf(library, vendors.values(), modules.files())
  let watched = watchedNow()
  let before = readVersions(watched)
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const changed = new Set<string>()
  /** Changed files that are not served yet, since they or other files have mistakes. */
  let owed: readonly string[] = []
  let firstAt = 0
  let lastAt = 0

  const see = async (): Promise<void> => {
    const begun = performance.now()
    const after = readVersions(watched)
    const found = changesBetween(before, after, watched.folders)
    before = after
    const now = performance.now()
    if (found.length > 0) {
      if (changed.size === 0) firstAt = now
      lastAt = now
      for (const path of found) changed.add(path)
    }
    const isDue = changed.size > 0 && (now - lastAt >= QUIET_MS || now - firstAt >= LATEST_MS)
    if (isDue) {
      const paths = [...changed]
      changed.clear()
      const isServed = await readAgain(watching, paths, owed)
      owed = isServed ? [] : [...new Set([...owed, ...paths])]
      watched = watchedNow()
      // Changes of files watched before are found by the next check; other files are new.
      before = new Map([...readVersions(watched), ...before])
    }
    if (!isStopped) timer = setTimeout(next, Math.max(LOOK_EVERY_MS, (now - begun) * REST)).unref()
  }
  // A failed check does not stop the watch.
  const next = guarded('look for changed files', () => {
    see().catch(() => {
      if (!isStopped) timer = setTimeout(next, LOOK_EVERY_MS * REST).unref()
    })
  })
  timer = setTimeout(next, LOOK_EVERY_MS).unref()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}

/**
 * @param paths - the files that have changed
 * @param owed - files that have changed earlier and could not be used
 * @returns whether all of them are served now
 */
async function readAgain(watching: Watching, paths: readonly string[], owed: readonly string[]): Promise<boolean> {
  const { server, library, vendors, modules, print } = watching
  const names = paths.map((path) => `${library.displayPath(path)}${existsSync(path) ? '' : ' (gone)'}`).sort()
  const what = `${someOf(names)} ${names.length === 1 ? 'has' : 'have'} changed`
  const all = [...owed, ...paths]
  try {
    const isAll = !all.every((path) => isScenario(library, vendors.values(), path))
    const isCode = all.some((path) => modules.files().includes(path))
    const code = isAll ? await loadCode(watching, all) : undefined
    const handlers = isCode ? await watching.loadHandlers?.() : undefined
    const reloaded = server.reload({
      what: isAll ? 'all' : 'scenarios',
      ...(code && { code }),
      ...(handlers && { handlers }),
    })
    if (!watching.isQuiet || reloaded.reset.size > 0) print.err(`sparring: ${what} and ${outcomeOf(reloaded, names)}`)
    return true
  } catch (error) {
    print.err(
      `${print.paintErr('red', 'sparring:')} ${what} and cannot be used; the last good version is served.\n${messageOf(error)}`,
    )
    return false
  }
}

/** Reloads vendors' code when a module has changed, since the code may import that module. */
async function loadCode(
  { library, vendors, modules }: Watching,
  paths: readonly string[],
): Promise<ReadonlyMap<string, unknown> | undefined> {
  const files = codeOf(library, vendors.values())
  if (!paths.some((path) => files.includes(path) || modules.files().includes(path))) return undefined
  const loaded = new Map<string, unknown>()
  for (const path of files) loaded.set(path, await modules.load(path))
  return loaded
}

function outcomeOf({ reset, dropped }: Reloaded, names: readonly string[]): string {
  const read = `${names.length === 1 ? 'was' : 'were'} read again`
  const lost =
    dropped.length === 0 ? '' : ` ${count(dropped.length, 'answer')} prepared by next() dropped: ${someOf(dropped)}.`
  if (reset.size === 0) return `${read}; sessions, jobs, items, clock and journal are kept.${lost}`
  const reasons = [...reset].map(([vendor, why]) => `${vendor}, since ${why}`)
  return `${read}; state was reset of ${reasons.join('; of ')}. Clock and journal are kept.${lost}`
}
