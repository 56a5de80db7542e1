import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { isRecord } from '../spec/values/is-record.ts'
import { InvalidFileError } from '../spec/problems/problem.ts'
import type { Source } from '../spec/read/source.ts'

const OVERLAY = /^(.+)\.overlay\.(?:ya?ml|json)$/

/** The overlays in the dialects folder of a document, by dialect name. */
export function findDialects(document: string, folder: string): ReadonlyMap<string, string> {
  const path = resolve(dirname(document), folder)
  const found = entriesOf(path).flatMap((entry): Array<[string, string]> => {
    const name = OVERLAY.exec(entry)?.[1]
    return name === undefined ? [] : [[name, resolve(path, entry)]]
  })
  return new Map(found.sort(([left], [right]) => (left < right ? -1 : 1)))
}

/**
 * An overlay and those that it builds on, the lowest first: `extends` names the document, or another overlay.
 *
 * @throws {@link InvalidFileError} for overlays that extend each other in a cycle
 */
export function overlayChain(file: string, read: (file: string) => Source): readonly Source[] {
  const chain: Source[] = []
  const seen = new Set<string>()
  for (let path: string | undefined = file; path !== undefined; path = extendedOverlay(path, chain[0]!)) {
    const last = chain[0]
    if (seen.has(path) && last) {
      const message = `"${basename(file)}" extends itself. Let one of these overlays extend the document.`
      throw new InvalidFileError(`the overlay ${last.file}`, [
        last.problem({ code: 'overlay-extends', pointer: '/extends', message }),
      ])
    }
    seen.add(path)
    chain.unshift(read(path))
  }
  return chain
}

/** The overlay that this one builds on; undefined where it extends a document. */
export function extendedOverlay(file: string, { data }: Source): string | undefined {
  const named = isRecord(data) ? data['extends'] : undefined
  const path = typeof named === 'string' && OVERLAY.test(named) ? resolve(dirname(file), named) : undefined
  return path !== undefined && existsSync(path) ? path : undefined
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // The caller that names a missing folder reports it.
    return []
  }
}
