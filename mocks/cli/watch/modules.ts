import { registerHooks } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { packageFile } from '../../load/files/package-root.ts'

/** Modules of a project that are loaded again when a file has changed. */
export interface Modules {
  /** Absolute paths of all that was loaded, with what it imports; without installed packages. */
  readonly files: () => readonly string[]
  /** Loads a module and what it imports as they are on disk now. */
  readonly load: (path: string) => Promise<unknown>
}

/** What marks a module that was loaded again, and all that it imports: Node keeps modules by their URLs. */
const MARK = 'sparring-loaded'

/** Notes from now on what is loaded. */
export function followModules(): Modules {
  const files = new Set<string>()
  let count = 0
  registerHooks({
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
  }
}

/** The path of a module, where it is neither of an installed package nor of this one. */
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
