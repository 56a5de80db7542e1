import { checkGrammar } from '../grammar/grammar.ts'
import { formatPointer } from '../references/pointer.ts'
import type { Problem } from '../problems/problem.ts'
import type { Source } from '../read/source.ts'
import { explainMiss } from './explain-miss.ts'
import { OVERLAY_GRAMMAR } from './overlay-grammar.ts'
import { type JsonPath, jsonPath, type Node, SlowPathError } from './json-path.ts'
import { kindOf, merge, NAMES } from './merge.ts'
import { createPatchwork, type Origin, type Patchwork, patchworkSource } from './patchwork.ts'

/**
 * Applies overlays (OpenAPI Overlay 1.0 and 1.1) to a document, in order. The result is a source whose problems and
 * places refer to the file of origin; the document is not mutated. A target that matches nothing is an error here: most
 * likely the vendor has since changed its document.
 *
 * @example
 * applyOverlays(read('acme.json'), [read('acme.mock.overlay.yaml')]).data
 */
export function applyOverlays(document: Source, overlays: readonly Source[]): Source {
  if (overlays.length === 0) return document
  const problems: Problem[] = [...document.problems]
  const patchwork = createPatchwork(document)
  for (const overlay of overlays) {
    const own = checkOverlay(overlay)
    problems.push(...own)
    if (own.some(({ severity }) => severity === 'error') || document.data === undefined) continue
    apply(patchwork, overlay, document.file, problems)
  }
  return patchworkSource(document, patchwork, problems)
}

/** Problems of an overlay itself, independent of the document. */
export function checkOverlay(overlay: Source): Problem[] {
  if (overlay.problems.length > 0) return [...overlay.problems]
  const findings = checkGrammar(overlay.data, OVERLAY_GRAMMAR, { what: 'the overlay' })
  if (findings.length === 0) {
    actionsOf(overlay).forEach((action, index) => {
      const pointer = `/actions/${index}`
      for (const field of ['target', 'copy'] as const) {
        const text = action[field]
        const path = text === undefined ? undefined : read(text)
        if (typeof path === 'string')
          findings.push({ code: 'overlay-path', pointer: `${pointer}/${field}`, message: path })
      }
      const does = ['update', 'copy', ...(action.remove === true ? ['remove'] : [])].filter((key) => key in action)
      if (does.length === 1) return
      const message =
        does.length === 0
          ? `Action ${index + 1} does nothing. Write what it does beside "target": "update", "copy" or "remove: true".`
          : `Action ${index + 1} has ${does.map((key) => `"${key}"`).join(' and ')}. Keep one, and write a separate action for each other.`
      findings.push({ code: 'overlay-action', pointer, message })
    })
  }
  return findings.map((finding) => overlay.problem(finding))
}

interface Action {
  readonly target: string
  readonly update?: unknown
  readonly copy?: string
  readonly remove?: boolean
}

function actionsOf(overlay: Source): readonly Action[] {
  return (overlay.data as { readonly actions: readonly Action[] }).actions
}

function read(text: string): JsonPath | string {
  try {
    return jsonPath(text)
  } catch (error) {
    if (error instanceof SyntaxError) return error.message
    throw error
  }
}

function apply(document: Patchwork, overlay: Source, file: string, problems: Problem[]): void {
  actionsOf(overlay).forEach((action, index) => {
    const at = `/actions/${index}`
    const report = (code: string, pointer: string, message: string): void => {
      problems.push(overlay.problem({ code, pointer, message }))
    }
    const nodes = find(action.target, 'target')
    if (nodes === undefined) return
    if (action.remove === true) {
      for (const { path: place } of backwards(nodes)) {
        if (place.length === 0) return report('overlay-target', `${at}/target`, 'The whole document cannot be removed.')
        document.remove(place)
      }
      return
    }
    const kinds = new Set(nodes.map(({ value }) => kindOf(value)))
    if (kinds.size > 1) {
      const found = [...kinds].map((kind) => NAMES[kind]).join(' and ')
      return report('overlay-merge', `${at}/target`, `"${action.target}" leads to ${found}, and must lead to one kind.`)
    }
    const [value, origin] =
      action.copy === undefined ? [action.update, { source: overlay, pointer: `${at}/update` }] : copied(action.copy)
    if (origin === undefined) return
    const misfit = (message: string, where: Origin): void => {
      const pointer = where.source === overlay ? where.pointer : `${at}/copy`
      report('overlay-merge', pointer, message)
    }
    for (const { path: place } of nodes) merge({ document, misfit }, place, value, origin)

    function copied(text: string): readonly [unknown, Origin | undefined] {
      const [found, ...more] = find(text, 'copy') ?? []
      if (!found) return [undefined, undefined]
      if (more.length > 0) {
        const message = `"${text}" leads to ${more.length + 1} places, and must lead to one.`
        report('overlay-target', `${at}/copy`, message)
        return [undefined, undefined]
      }
      document.share(found.path)
      return [found.value, document.originOf(found.path)]
    }

    /** The nodes that a path selects; undefined, and reported, when there are none. */
    function find(text: string, field: string): readonly Node[] | undefined {
      try {
        const path = jsonPath(text)
        const nodes = distinct(path.select(document.data()))
        if (nodes.length > 0) return nodes
        report('overlay-target', `${at}/${field}`, missText(path, document, file))
      } catch (error) {
        if (!(error instanceof SlowPathError)) throw error
        report('overlay-target', `${at}/${field}`, error.message)
      }
      return undefined
    }
  })
}

function missText(path: JsonPath, document: Patchwork, file: string): string {
  return `"${path.text}" leads nowhere in ${file}: ${explainMiss(path, document.data())}`
}

/** Orders nodes last to first and children before parents, so that changes do not invalidate later paths. */
function backwards(nodes: readonly Node[]): Node[] {
  return [...nodes].sort((left, right) => {
    for (let i = 0; i < Math.min(left.path.length, right.path.length); i++) {
      const [a, b] = [left.path[i]!, right.path[i]!]
      if (a !== b) return a < b ? 1 : -1
    }
    return right.path.length - left.path.length
  })
}

/** A path may select a node twice. */
function distinct(nodes: readonly Node[]): Node[] {
  return [...new Map(nodes.map((node) => [formatPointer(node.path), node])).values()]
}
