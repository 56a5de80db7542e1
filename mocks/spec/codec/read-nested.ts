import type { Decode, Pair } from './pairs.ts'
import { takesText, type Texts } from './read-text.ts'
import { LIST, type Shape } from './value-shape.ts'

/** Deeper brackets are ignored, since later code recurses once for each level. */
const DEEPEST_BRACKETS = 32

/**
 * Reads `name[property]=value` pairs, style `deepObject`. OpenAPI does not define deeper levels and lists; they are
 * read as clients write them: `name[a][b]=1`, `name[]=1&name[]=2`, `name[0]=1`.
 *
 * @returns undefined where no such pair was sent
 *
 * @example
 * readNested('filter', shape, queryPairs('filter[weight]=3'), decodeQuery)
 * //=> Map { 'weight' => '3' }
 */
export function readNested(name: string, shape: Shape, pairs: readonly Pair[], decode: Decode): Texts | undefined {
  const root: Branch = new Map()
  for (const pair of pairs) {
    const keys = keysOf(name, pair.name)
    if (keys) add(root, keys, decode(pair.raw))
  }
  return root.size === 0 ? undefined : textsOf(root, shape)
}

/** Whether a pair of this name belongs to a parameter in style `deepObject`. */
export function isNestedIn(name: string, pair: string): boolean {
  return keysOf(name, pair) !== undefined
}

interface Branch extends Map<string, Branch | string[]> {}

/** `filter[a][b]` of `filter` gives `a`, `b`. */
function keysOf(name: string, pair: string): readonly string[] | undefined {
  if (!pair.startsWith(`${name}[`) || !pair.endsWith(']')) return undefined
  const keys = pair.slice(name.length + 1, -1).split('][')
  return keys.length <= DEEPEST_BRACKETS && keys.every((key) => !/[[\]]/.test(key)) ? keys : undefined
}

function add(root: Branch, keys: readonly string[], text: string): void {
  let branch = root
  for (const key of keys.slice(0, -1)) {
    let below = branch.get(key)
    if (!(below instanceof Map)) {
      below = new Map()
      branch.set(key, below)
    }
    branch = below
  }
  const last = keys.at(-1)!
  const known = branch.get(last)
  if (Array.isArray(known)) known.push(text)
  else branch.set(last, [text])
}

function textsOf(branch: Branch, shape: Shape): Texts {
  const keys = [...branch.keys()]
  const isList = shape.takes(LIST) && keys.every((key) => /^\d*$/.test(key))
  if (isList && (!shape.isOpen || keys.includes(''))) {
    return [...branch]
      .sort(([left], [right]) => Number(left) - Number(right))
      .flatMap(([, entry]): Texts[] => (Array.isArray(entry) ? entry : [textsOf(entry, shape.items)]))
  }
  return new Map(
    keys.map((key): [string, Texts] => {
      const entry = branch.get(key)!
      const below = shape.property(key)
      if (!Array.isArray(entry)) return [key, textsOf(entry, below)]
      return [key, entry.length === 1 && (takesText(below) || !below.takes(LIST)) ? entry[0]! : entry]
    }),
  )
}
