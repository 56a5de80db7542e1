import { neededRefs, walkObjects } from '../references/ref-walk.ts'
import { formatPointer, getPointer } from '../references/pointer.ts'
import type { Finding } from './problem.ts'
import { whyUnusable } from '../schema/usable.ts'
import { percentDecode } from '../../state/text.ts'

/** Set on an operation or a path item by `sparring build`: why it is left out of the mock. */
export const LEFT_OUT = 'x-mock-left-out'

/** Explains why a part of a document cannot be mocked; undefined where it can. */
export type FindReason = (part: unknown) => string | undefined

/**
 * Searches a part of a document and its references for a broken one.
 *
 * @param broken - why a reference is broken, by its text
 */
export function reasonFinder(document: unknown, broken: ReadonlyMap<string, string>, hasMisfits: boolean): FindReason {
  if (broken.size === 0 && !hasMisfits) return () => undefined
  const known = new Map<string, ReturnType<typeof neededRefs>>()
  const neededAt = (pointer: string): ReturnType<typeof neededRefs> => {
    let needed = known.get(pointer)
    if (!needed) known.set(pointer, (needed = neededRefs(getPointer(document, pointer))))
    return needed
  }
  return (part) => {
    const seen = new Set<string>()
    const open = [neededRefs(part)]
    for (let next = open.pop(); next; next = open.pop()) {
      if (next.misfit) return NO_TEXT
      for (const ref of next.refs) {
        if (seen.has(ref)) continue
        seen.add(ref)
        const reason = broken.get(ref)
        if (reason !== undefined) return reason
        const pointer = ref.startsWith('#/') ? percentDecode(ref.slice(1)) : undefined
        if (pointer !== undefined) open.push(neededAt(pointer))
      }
    }
    return undefined
  }
}

/** The start of the message about such a `$ref`. */
export const NO_TEXT = '"$ref" must be a text'

/** Unusable schema keywords, each at its place: the mock ignores them. */
export function findUnusable(document: unknown): Finding[] {
  const findings: Finding[] = []
  walkObjects(document, (node, path) => {
    const holder = path.at(-2)
    // Both have keywords of these names but are not schemas.
    if (holder === 'securitySchemes' || holder === 'variables') return
    for (const keyword of Object.keys(node)) {
      const reason = whyUnusable(keyword, node[keyword])
      if (reason === undefined) continue
      const place = keyword === 'type' || keyword === 'enum' ? path : [...path, keyword]
      const message = `The schema cannot be used: ${reason}`
      findings.push({ code: 'unusable-schema', pointer: formatPointer(place), message })
    }
  })
  return findings
}
