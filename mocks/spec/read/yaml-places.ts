import type { Event } from 'js-yaml'
import { nodeRequire } from './node-require.ts'
import { parseYaml } from './read-yaml.ts'

/** A key with its value, or an entry of a list. */
interface Node {
  readonly offset: number
  readonly entries?: ReadonlyMap<string, Node>
}

/**
 * Finds places in YAML or JSON text: the offset of the key or list entry at the segments, else of its nearest ancestor.
 * The text is parsed on first use.
 */
export function createPlaces(text: string): (segments: readonly string[]) => number {
  let root: Node | undefined
  return (segments) => {
    let node = (root ??= readTree(text))
    for (const segment of segments) {
      const next = node.entries?.get(segment)
      if (!next) break
      node = next
    }
    return node.offset
  }
}

function readTree(text: string): Node {
  let events: Event[]
  try {
    events = parseYaml(text)
  } catch {
    return { offset: 0 }
  }
  const { EVENT_ID, SCALAR_STYLE, getScalarValue } = nodeRequire('js-yaml') as typeof import('js-yaml')
  const anchors = new Map<string, Node>()
  let at = 0

  /** Reads the value that begins here; an empty value has the place of its holder. */
  function read(holder: number): Node {
    const event = events[at++]
    if (event === undefined || event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP)
      return { offset: holder }
    const anchor = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd)
    if (event.type === EVENT_ID.ALIAS) return { ...anchors.get(anchor!), offset: event.anchorStart - 1 }
    let node: Node
    if (event.type === EVENT_ID.SCALAR) {
      const { valueStart, style } = event
      const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED
      node = { offset: valueStart < 0 ? holder : valueStart - (isQuoted ? 1 : 0) }
    } else {
      node = {
        offset: event.start,
        entries: event.type === EVENT_ID.MAPPING ? readMap(event.start) : readList(event.start),
      }
    }
    if (anchor !== undefined) anchors.set(anchor, node)
    return node
  }

  function readList(holder: number): Map<string, Node> {
    const entries = new Map<string, Node>()
    while (!closes()) entries.set(String(entries.size), read(holder))
    return entries
  }

  function readMap(holder: number): Map<string, Node> {
    const entries = new Map<string, Node>()
    const merged: Node[] = []
    while (!closes()) {
      const key = events[at]!
      const name = key.type === EVENT_ID.SCALAR && key.valueStart >= 0 ? getScalarValue(text, key) : ''
      const isMerge = name === '<<' && key.type === EVENT_ID.SCALAR && key.style === SCALAR_STYLE.PLAIN
      const { offset } = read(holder)
      const value = read(offset)
      if (isMerge) merged.push(value)
      else entries.set(name, { ...value, offset })
    }
    // A list of maps, or one map; the map's own keys win.
    const sources = merged.flatMap((node) => (node.entries?.has('0') ? [...node.entries.values()] : [node]))
    for (const source of sources)
      for (const [name, node] of source.entries ?? []) if (!entries.has(name)) entries.set(name, node)
    return entries
  }

  /** Whether the list or map ends here. */
  function closes(): boolean {
    if (at < events.length && events[at]!.type !== EVENT_ID.POP) return false
    at++
    return true
  }

  at = 1
  return read(0)
}
