import { registerHooks } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { packageFile } from '../../load/files/package-root.ts'

/** Modules of a project that are reloaded when a file has changed. */
export interface Modules {
  /** Absolute paths of all loaded modules with their imports, without installed packages. */
  readonly files: () => readonly string[]
  /** Reloads a module and its imports from disk. */
  readonly load: (path: string) => Promise<unknown>
  /** Stops recording. */
  readonly stop: () => void
}

/** URL query that marks reloaded modules and their imports, since Node caches modules by URL. */
const MARK = 'sparring-loaded'

/** Records the modules that are loaded from now on. */
export function followModules(): Modules {
  const files = new Set<string>()
  let count = 0
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      const path = projectFile(found.url)
      if (path === undefined) return found
      files.add(path)
      const mark = context.parentURL === undefined ? null : markOf(context.parentURL)
      return mark === null || markOf(found.url) !== null ? found : { ...found, url: marked(found.url, mark) }
    },
  })
  return {
    files: () => [...files],
    load: (path) => import(marked(pathToFileURL(path).href, String(++count))) as Promise<unknown>,
    stop: () => hooks.deregister(),
  }
}

/** The path of a module, unless it belongs to an installed package or to this one. */
function projectFile(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined
  const path = fileURLToPath(new URL(url))
  const isInstalled = path.includes(`${sep}node_modules${sep}`)
  const isOwn = ['mocks', 'dist'].some((folder) => path.startsWith(packageFile(folder) + sep))
  return isInstalled || isOwn ? undefined : path
}

function markOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).searchParams.get(MARK) : null
}

function marked(url: string, mark: string): string {
  const next = new URL(url)
  next.searchParams.set(MARK, mark)
  return next.href
}
