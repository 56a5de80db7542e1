import { existsSync, readdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Library } from '../connect/library.ts'
import { findSidecar } from '../connect/sidecar.ts'
import { asRecord } from '../scenario/raw.ts'
import { checkOverlay } from '../spec/overlay/apply.ts'
import type { Problem } from '../spec/problem.ts'
import { checkSpec } from './check-spec.ts'

/** An overlay that is checked, with the document that it belongs to, if there is one. */
export interface OverlayTarget {
  readonly file: string
  readonly document: string | undefined
  /** It is found by itself whenever the document is. */
  readonly isSidecar: boolean
}

/** Finds what an overlay belongs to: the document that it extends, else the one beside it that has its name. */
export function overlayTarget(library: Library, file: string): OverlayTarget {
  const { extends: extended } = asRecord(library.read(file).data)
  const named = typeof extended === 'string' ? resolve(dirname(file), extended) : undefined
  const document = named !== undefined && existsSync(named) ? named : (besides(file) ?? named)
  return { file, document, isSidecar: document !== undefined && existsSync(document) && findSidecar(document) === file }
}

export function isOverlay(library: Library, file: string): boolean {
  const raw = asRecord(library.read(file).data)
  return 'overlay' in raw && !('openapi' in raw)
}

/** What is wrong with an overlay, and with its document once it lies over it. */
export function checkOverlayTarget(library: Library, { file, document, isSidecar }: OverlayTarget): readonly Problem[] {
  const source = library.read(file)
  const own = checkOverlay(source)
  // A sidecar is checked with its document.
  if (isSidecar || own.some(({ severity }) => severity === 'error')) return own
  if (document === undefined) {
    const message =
      'No document is known for this overlay, so its targets are not checked. Name it: extends: ./openapi.yaml'
    return [source.problem({ code: 'overlay-extends', severity: 'warning', pointer: '', message })]
  }
  if (!existsSync(document)) {
    const message = `"${library.shown(document)}" is not there. Write the path of the document, from this file.`
    return [source.problem({ code: 'overlay-extends', pointer: '/extends', message })]
  }
  return checkSpec(library, document, file).problems
}

function besides(file: string): string | undefined {
  const folder = dirname(file)
  return readdirSync(folder)
    .filter((name) => /\.(?:ya?ml|json)$/.test(name) && !/\.overlay\.\w+$/.test(name))
    .map((name) => resolve(folder, name))
    .find((document) => findSidecar(document) === file)
}
