import type { Call, Comparable, Filter, FilterQuery, Node, Operator } from './path-types.ts'

/** The nodes of a path that stands in a filter. */
type Ask = (query: FilterQuery, from: Node) => readonly Node[]

/** Whether a node passes a filter. */
export function passes(filter: Filter, node: Node, ask: Ask): boolean {
  switch (filter.kind) {
    case 'or':
      return filter.parts.some((part) => passes(part, node, ask))
    case 'and':
      return filter.parts.every((part) => passes(part, node, ask))
    case 'not':
      return !passes(filter.part, node, ask)
    case 'exists':
      return ask(filter.query, node).length > 0
    case 'call':
      return call(filter.call, node, ask) === true
    case 'compare':
      return compare(filter.operator, valueOf(filter.left, node, ask), valueOf(filter.right, node, ask))
  }
}

/** `undefined` where there is nothing. */
function valueOf(side: Comparable, node: Node, ask: Ask): unknown {
  if (side.kind === 'literal') return side.value
  if (side.kind === 'call') return call(side.call, node, ask)
  return ask(side.query, node)[0]?.value
}

function call({ name, arguments: given }: Call, node: Node, ask: Ask): unknown {
  const [first, second] = given as [Comparable, Comparable | undefined]
  const nodes = first.kind === 'query' ? ask(first.query, node) : []
  switch (name) {
    case 'count':
      return nodes.length
    case 'value':
      return nodes.length === 1 ? nodes[0]!.value : undefined
    case 'length':
      return lengthOf(valueOf(first, node, ask))
    case 'match':
    case 'search': {
      const text = valueOf(first, node, ask)
      const pattern = second && valueOf(second, node, ask)
      if (typeof text !== 'string' || typeof pattern !== 'string') return false
      return toRegExp(pattern, name === 'match')?.test(text) ?? false
    }
  }
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return [...value].length
  if (value === null || typeof value !== 'object') return undefined
  return Array.isArray(value) ? value.length : Object.keys(value).length
}

function toRegExp(pattern: string, isWhole: boolean): RegExp | undefined {
  try {
    return new RegExp(isWhole ? `^(?:${pattern})$` : pattern, 'u')
  } catch {
    return undefined
  }
}

function compare(operator: Operator, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right)
    case '!=':
      return !isEqual(left, right)
    case '<':
      return isLess(left, right)
    case '>':
      return isLess(right, left)
    case '<=':
      return isLess(left, right) || isEqual(left, right)
    case '>=':
      return isLess(right, left) || isEqual(left, right)
  }
}

function isLess(left: unknown, right: unknown): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right
  return typeof left === 'string' && typeof right === 'string' && left < right
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const [names, others] = [Object.keys(left), Object.keys(right)]
  return (
    names.length === others.length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) &&
        isEqual((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
    )
  )
}
