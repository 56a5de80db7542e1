import { existsSync, readdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { extendedOverlay, overlayChain } from '../../load/dialect-files.ts'
import type { Library } from '../../load/library.ts'
import { findSidecar } from '../../load/sidecar.ts'
import { asRecord } from '../../scenario/raw.ts'
import { checkOverlay } from '../../spec/overlay/apply.ts'
import { InvalidFileError, type Problem } from '../../spec/problems/problem.ts'
import { checkSpec } from './check-spec.ts'

/** An overlay to check, with its document, if there is one. */
export interface OverlayTarget {
  readonly file: string
  readonly document: string | undefined
  /** Whether it is a sidecar or a dialect, which is loaded automatically with the document. */
  readonly isFound: boolean
}

/** Finds the document of an overlay: the one that it extends, else the one beside it with its name. */
export function overlayTarget(library: Library, file: string, above: readonly string[] = []): OverlayTarget {
  const below = extendedOverlay(file, library.read(file))
  if (below !== undefined) {
    if ([...above, file].includes(below)) return { file, document: undefined, isFound: false }
    const { document } = overlayTarget(library, below, [...above, file])
    return { file, document, isFound: document !== undefined && isDialect(library, document, file) }
  }
  const { extends: extended } = asRecord(library.read(file).data)
  const named = typeof extended === 'string' ? resolve(dirname(file), extended) : undefined
  const document =
    named !== undefined && existsSync(named) ? named : (besides(file) ?? documentAbove(library, file) ?? named)
  const isThere = document !== undefined && existsSync(document)
  const isFound = isThere && (findSidecar(document) === file || isDialect(library, document, file))
  return { file, document, isFound }
}

export function isOverlay(library: Library, file: string): boolean {
  const raw = asRecord(library.read(file).data)
  return 'overlay' in raw && !('openapi' in raw)
}

/** Problems of an overlay, and of its document with the overlay applied. */
export function checkOverlayTarget(library: Library, { file, document, isFound }: OverlayTarget): readonly Problem[] {
  const source = library.read(file)
  const own = checkOverlay(source)
  // Such an overlay is checked with its document.
  if (isFound || own.some(({ severity }) => severity === 'error')) return own
  const circle = problemsOfChain(library, file)
  if (circle.length > 0) return circle
  if (document === undefined) {
    const message =
      'No document is known for this overlay, so its targets are not checked. Name it: extends: ./openapi.yaml'
    return [source.problem({ code: 'overlay-extends', severity: 'warning', pointer: '', message })]
  }
  if (!existsSync(document)) {
    const message = `"${library.displayPath(document)}" does not exist. Write the path of the document, relative to this file.`
    return [source.problem({ code: 'overlay-extends', pointer: '/extends', message })]
  }
  return checkSpec(library, document, file).problems
}

/** Reports overlays that extend each other in a circle, and so have no document. */
function problemsOfChain(library: Library, file: string): readonly Problem[] {
  try {
    overlayChain(file, library.read)
    return []
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems
    throw error
  }
}

/** Whether the overlay is a dialect of the document. */
function isDialect(library: Library, document: string, file: string): boolean {
  const { data } = library.read(document)
  if (!('openapi' in asRecord(data))) return false
  try {
    return [...library.specOf(library.vendor(document)).dialects.values()].includes(file)
  } catch (error) {
    // Problems of the document are reported when the document is checked.
    if (error instanceof InvalidFileError) return false
    throw error
  }
}

/** The document whose folder of dialects contains the overlay. */
function documentAbove(library: Library, file: string): string | undefined {
  return documentsIn(dirname(dirname(file))).find((document) => isDialect(library, document, file))
}

function besides(file: string): string | undefined {
  return documentsIn(dirname(file)).find((document) => findSidecar(document) === file)
}

function documentsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(?:ya?ml|json)$/.test(name) && !/\.overlay\.\w+$/.test(name))
    .map((name) => resolve(folder, name))
}
