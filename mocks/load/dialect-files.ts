import { readdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const OVERLAY = /^(.+)\.overlay\.(?:ya?ml|json)$/

/** The overlays of a folder beside a document, by the name of the dialect that each makes of it. */
export function findDialects(document: string, folder: string): ReadonlyMap<string, string> {
  const path = resolve(dirname(document), folder)
  const found = entriesOf(path).flatMap((entry): Array<[string, string]> => {
    const name = OVERLAY.exec(entry)?.[1]
    return name === undefined ? [] : [[name, resolve(path, entry)]]
  })
  return new Map(found.sort(([left], [right]) => (left < right ? -1 : 1)))
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // A missing folder is reported where it is named.
    return []
  }
}
