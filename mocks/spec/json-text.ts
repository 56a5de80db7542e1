import { tooDeep, tooDeepAt } from './nesting.ts'
import type { Mistake, Reading } from './source.ts'
import { findJsonMistakes } from './json-mistakes.ts'

/**
 * Reads JSON at the speed of `JSON.parse`. Positions are found later, by reading only those maps and lists again that
 * lie on the way.
 */
export function readJson(text: string): Reading {
  const deep = tooDeepAt(text)
  if (deep !== undefined) return { data: undefined, mistakes: [tooDeep(deep)], offsetOf: () => 0 }
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return { data: undefined, mistakes: findJsonMistakes(text), offsetOf: () => 0 }
  }
  const root: Node = { offset: skipSpace(text, 0), at: skipSpace(text, 0) }
  // `JSON.parse` forgets repeated keys; counting them is far cheaper than remembering where each stood.
  const mistakes = countKeysIn(text) === countKeys(data) ? [] : findRepeatedKeys(text, root)
  return { data, mistakes, offsetOf: (segments) => offsetOf(text, root, segments) }
}

interface Node {
  /** Where to point: at the key of a map's value, else at the value. */
  readonly offset: number
  /** Where the value begins. */
  readonly at: number
  children?: Map<string, Node>
}

function offsetOf(text: string, root: Node, segments: readonly string[]): number {
  let node = root
  for (const segment of segments) {
    const next = childrenOf(text, node).get(segment)
    if (!next) break
    node = next
  }
  return node.offset
}

function childrenOf(text: string, node: Node, repeated?: (key: string, offset: number, first: number) => void) {
  if (node.children) return node.children
  const children = new Map<string, Node>()
  const opening = text[node.at]
  let at = skipSpace(text, node.at + 1)
  for (let index = 0; (opening === '{' || opening === '[') && !isClosing(text, at); index++) {
    const offset = at
    let key = String(index)
    if (opening === '{') {
      const end = skipString(text, at)
      key = JSON.parse(text.slice(at, end)) as string
      at = skipSpace(text, skipSpace(text, end) + 1)
      const before = children.get(key)
      if (before) repeated?.(key, offset, before.offset)
    }
    children.set(key, { offset, at })
    at = skipSpace(text, skipValue(text, at))
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  node.children = children
  return children
}

function findRepeatedKeys(text: string, root: Node): Mistake[] {
  const mistakes: Mistake[] = []
  const open = [root]
  for (let node = open.pop(); node; node = open.pop()) {
    const children = childrenOf(text, node, (key, offset, first) => {
      const message = `"${key}" stands twice in this map, first on line ${lineOf(text, first)}. Keep one.`
      mistakes.push({ code: 'duplicate-key', message, offset })
    })
    open.push(...children.values())
  }
  return mistakes.sort((a, b) => a.offset - b.offset)
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const entry of value) count += countKeys(entry)
    return count
  }
  for (const entry of Object.values(value)) count += 1 + countKeys(entry)
  return count
}

function countKeysIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at = skipString(text, at)
    if (text.charCodeAt(skipSpace(text, at)) === 58) count++
  }
  return count
}

function isClosing(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 125 || code === 93 || at >= text.length
}

function skipSpace(text: string, at: number): number {
  let code = text.charCodeAt(at)
  while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at)
  return at
}

function skipString(text: string, at: number): number {
  for (;;) {
    at = text.indexOf('"', at + 1)
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes++
    if (slashes % 2 === 0) return at + 1
  }
}

function skipValue(text: string, at: number): number {
  for (let depth = 0; at < text.length;) {
    const code = text.charCodeAt(at)
    if (code === 34) at = skipString(text, at)
    else if (code === 123 || code === 91) {
      depth++
      at++
    } else if (code === 125 || code === 93) {
      // The end of a number or literal that stands last in what encloses it.
      if (depth === 0) return at
      depth--
      at++
    } else if (code === 44 && depth === 0) return at
    else at++
    if (depth === 0 && (code === 34 || code === 125 || code === 93)) return at
  }
  return at
}
