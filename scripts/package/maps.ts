import { posix } from 'node:path'

/**
 * Says which declarations do not lead an editor to their sources: "go to definition" needs a map beside each, and the source that it names.
 *
 * @param files - paths of all packed files
 * @param read - the text of a packed file
 */
export function unmapped(files: ReadonlySet<string>, read: (path: string) => string): string[] {
  return [...files]
    .filter((path) => path.endsWith('.d.ts') && path.startsWith('dist/') && !path.startsWith('dist/browser/'))
    .flatMap((path) => {
      const map = `${path}.map`
      if (!files.has(map)) return [`${path} has no declaration map beside it.`]
      const { sources } = JSON.parse(read(map)) as { readonly sources: readonly string[] }
      return sources
        .map((source) => posix.join(posix.dirname(map), source))
        .filter((source) => !files.has(source))
        .map((source) => `${map} names ${source}, which is not packed.`)
    })
}
