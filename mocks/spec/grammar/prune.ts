import type { Finding } from '../problems/problem.ts'
import { parsePointer } from '../references/pointer.ts'

/** A copy of data without what violates a grammar, so that the rest can be checked. */
export function prune(data: unknown, findings: readonly Finding[]): unknown {
  // If only a keyword is missing, nothing has to go.
  const broken = findings.filter(({ code }) => code !== 'missing-keyword').map(({ pointer }) => parsePointer(pointer))
  return broken.reduce(without, data)
}

/** A removed list entry leaves a gap, since the others are identified by their index. */
function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || value === null || typeof value !== 'object') return undefined
  if (Array.isArray(value))
    return value.map((entry: unknown, index) => (String(index) === key ? without(entry, rest) : entry))
  const entries = Object.entries(value).map(([name, entry]) => [name, name === key ? without(entry, rest) : entry])
  return Object.fromEntries(entries.filter(([name, entry]) => name !== key || entry !== undefined))
}
