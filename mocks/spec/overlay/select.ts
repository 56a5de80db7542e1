import { passes } from './judge.ts'
import type { FilterQuery, Node, Query, Segment, Selector } from './path-types.ts'

/** All nodes that a query leads to, beginning at a node; the document is what `$` means in filters. */
export function selectNodes(query: Query, document: unknown, from: Node = { path: [], value: document }): Node[] {
  let nodes = [from]
  for (const segment of query.segments) {
    nodes = nodes.flatMap((node) => (segment.kind === 'child' ? [node] : descendants(node)).flatMap(step(segment)))
  }
  return nodes

  function step(segment: Segment): (node: Node) => Node[] {
    return (node) => segment.selectors.flatMap((selector) => pick(selector, node, document))
  }
}

function pick(selector: Selector, node: Node, document: unknown): Node[] {
  const { value } = node
  switch (selector.kind) {
    case 'name':
      return isMap(value) && Object.hasOwn(value, selector.name) ? [childOf(node, selector.name)] : []
    case 'wildcard':
      return children(node)
    case 'filter': {
      const ask = (query: FilterQuery, from: Node): Node[] =>
        selectNodes(query, document, query.from === '@' ? from : undefined)
      return children(node).filter((child) => passes(selector.test, child, ask))
    }
    case 'index': {
      if (!Array.isArray(value)) return []
      const index = selector.index < 0 ? value.length + selector.index : selector.index
      return index >= 0 && index < value.length ? [childOf(node, index)] : []
    }
    case 'slice':
      return Array.isArray(value) ? indicesOf(selector, value.length).map((index) => childOf(node, index)) : []
  }
}

function indicesOf({ from, to, step }: Extract<Selector, { kind: 'slice' }>, length: number): number[] {
  const indices: number[] = []
  const at = (index: number, low: number, high: number): number =>
    Math.min(Math.max(index < 0 ? length + index : index, low), high)
  if (step > 0) for (let i = at(from ?? 0, 0, length); i < at(to ?? length, 0, length); i += step) indices.push(i)
  if (step < 0) {
    const end = to === undefined ? -1 : at(to, -1, length - 1)
    for (let i = at(from ?? length - 1, -1, length - 1); i > end; i += step) indices.push(i)
  }
  return indices
}

function children(node: Node): Node[] {
  if (Array.isArray(node.value)) return node.value.map((_, index) => childOf(node, index))
  return isMap(node.value) ? Object.keys(node.value).map((name) => childOf(node, name)) : []
}

function descendants(node: Node): Node[] {
  return [node, ...children(node).flatMap(descendants)]
}

function childOf({ path, value }: Node, key: string | number): Node {
  return { path: [...path, key], value: (value as Readonly<Record<string | number, unknown>>)[key] }
}

function isMap(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
