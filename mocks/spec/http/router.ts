import { percentDecoded } from '../../state/text.ts'
/**
 * Finds the operation of a request: a radix tree over the segments of raw paths, compiled once. Literal segments win
 * over parameters, as OpenAPI 3.1 section 4.8.8.2 says. HEAD finds what GET does, unless it has an operation of its own (RFC
 * 9110 section 9.3.2).
 */
export interface Router<T> {
  readonly match: (method: string, path: string) => Match<T> | Miss
}

export interface Match<T> {
  readonly found: T
  /** Decoded; a segment with invalid percent-encoding stays as sent. */
  readonly params: Readonly<Record<string, string>>
}

/** No match: the path is unknown (`allowed` is empty), or it has other methods. */
export interface Miss {
  readonly found: undefined
  readonly allowed: readonly string[]
}

export interface Route<T> {
  readonly method: string
  /** A path template: `/v1/jobs/{job_uuid}`. */
  readonly path: string
  readonly target: T
  /**
   * A parameter whose value may contain slashes: `/files/{path}` then matches `/files/a/b`, unless another path does.
   */
  readonly spanning?: string | undefined
}

/**
 * @example
 * createRouter([{ method: 'GET', path: '/jobs/{id}', target: 'getJob' }]).match('GET', '/jobs/7')
 * //=> { found: 'getJob', params: { id: '7' } }
 */
export function createRouter<T>(routes: ReadonlyArray<Route<T>>): Router<T> {
  const root = createNode<T>()
  const fixed = new Map<string, Array<{ readonly method: string; readonly match: Match<T> }>>()
  const spanning = routes.flatMap((route) => (route.spanning === undefined ? [] : [spanningRoute(route)]))
  for (const route of routes) {
    insert(root, route)
    if (/[{%]/.test(route.path)) continue
    const entry = { method: route.method, match: { found: route.target, params: {} } }
    fixed.set(route.path, [entry, ...(fixed.get(route.path) ?? [])])
  }
  const match: Router<T>['match'] = (method, path) => {
    // Paths without parameters are looked up directly: a match of path and method always wins.
    for (const entry of fixed.get(path) ?? NONE) if (entry.method === method) return entry.match
    const segments = path.split('/')
    const values: string[] = []
    const leaf = walk(root, 1, { segments, method, values })
    if (!leaf) {
      const wide = spanning.flatMap((route) => route.read(path) ?? [])
      const found = wide.find((one) => one.method === method)
      if (found) return found.match
      if (method === 'HEAD') return match('GET', path)
      const other = new Set<string>(wide.map((one) => one.method))
      walk(root, 1, { segments, method, values, other })
      return { found: undefined, allowed: [...other] }
    }
    const params: Record<string, string> = {}
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!
      params[leaf.names[index]!] = value.includes('%') ? percentDecoded(value) : value
    }
    return { found: leaf.target, params }
  }
  return { match }
}

/**
 * The value of `Allow` (RFC 9110 section 10.2.1): the methods that have operations, then those that every path has.
 *
 * @example
 * allow(['GET', 'POST']) //=> 'GET, POST, HEAD, OPTIONS'
 */
export function allow(methods: readonly string[]): string {
  return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].join(', ')
}

const NONE: readonly never[] = []

interface SpanningRoute<T> {
  readonly read: (path: string) => { readonly method: string; readonly match: Match<T> } | undefined
}

/**
 * A path with one parameter that may contain slashes. It is tried only after all other paths; that parameter takes the
 * surplus segments.
 */
function spanningRoute<T>({ method, path, target, spanning }: Route<T>): SpanningRoute<T> {
  const segments = path.split('/')
  const wide = segments.findIndex((segment) => segment.includes(`{${spanning}}`))
  const behind = segments.length - wide - 1
  const names = namesIn(path)
  const readers = segments.map((segment) => segmentReader(textOf(segment)))
  return {
    read: (sent) => {
      const parts = sent.split('/')
      const end = parts.length - behind
      if (end <= wide) return undefined
      const joined = [...parts.slice(0, wide), parts.slice(wide, end).join('/'), ...parts.slice(end)]
      const values: string[] = []
      if (!joined.every((part, index) => readers[index]!(part, values))) return undefined
      if (values.some((value, index) => value.includes('/') && names[index] !== spanning)) return undefined
      const params = Object.fromEntries(names.map((name, index) => [name, percentDecoded(values[index]!)]))
      return { method, match: { found: target, params } }
    },
  }
}

/** Returns the parameters of a path template or of one of its segments, in order. */
export function namesIn(template: string): string[] {
  return [...template.matchAll(PARAMETER)].map((match) => match[1]!)
}

/** A segment without its parameter names. */
function textOf(segment: string): string {
  return segment.replaceAll(PARAMETER, '{}')
}

const PARAMETER = /\{([^{}]+)\}/g

interface Leaf<T> {
  readonly names: readonly string[]
  readonly target: T
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>
  /** Segments with a parameter in them, the most specific first. */
  readonly patterns: Array<{ readonly text: string; readonly read: ReadSegment | undefined; readonly node: Node<T> }>
  readonly leaves: Map<string, Leaf<T>>
}

function createNode<T>(): Node<T> {
  return { literals: new Map(), patterns: [], leaves: new Map() }
}

function insert<T>(root: Node<T>, route: Route<T>): void {
  const names: string[] = []
  let node = root
  for (const segment of route.path.split('/').slice(1)) {
    const found = namesIn(segment)
    if (found.length === 0) {
      const key = percentDecoded(segment)
      let next = node.literals.get(key)
      if (!next) node.literals.set(key, (next = createNode()))
      node = next
      continue
    }
    names.push(...found)
    const text = textOf(segment)
    let pattern = node.patterns.find((entry) => entry.text === text)
    if (!pattern) {
      pattern = { text, read: text === '{}' ? undefined : segmentReader(text), node: createNode() }
      node.patterns.push(pattern)
      node.patterns.sort((left, right) => right.text.length - left.text.length)
    }
    node = pattern.node
  }
  node.leaves.set(route.method, { names, target: route.target })
}

/** A path on its way through the tree. */
interface Search {
  readonly segments: readonly string[]
  readonly method: string
  /** Values of parameters so far. */
  readonly values: string[]
  /** Collects the methods that the path has in place of the wanted one. */
  readonly other?: Set<string>
}

function walk<T>(node: Node<T>, index: number, search: Search): Leaf<T> | undefined {
  const { segments, method, values, other } = search
  if (index === segments.length) {
    const leaf = node.leaves.get(method)
    if (!leaf && other) for (const known of node.leaves.keys()) other.add(known)
    return leaf
  }
  const segment = segments[index]!
  const literal = node.literals.get(segment.includes('%') ? percentDecoded(segment) : segment)
  const found = literal && walk(literal, index + 1, search)
  if (found) return found
  if (segment === '') return undefined
  for (const pattern of node.patterns) {
    const kept = values.length
    if (!pattern.read) values.push(segment)
    else if (!pattern.read(segment, values)) continue
    const leaf = walk(pattern.node, index + 1, search)
    if (leaf) return leaf
    values.length = kept
  }
  return undefined
}

/** Adds the values of a segment's parameters, if the segment matches. */
type ReadSegment = (segment: string, values: string[]) => boolean

/**
 * Reads a segment with text around its parameters. Each parameter is as short as possible, so each text is searched
 * once: its first occurrence leaves the most for those that follow.
 */
function segmentReader(text: string): ReadSegment {
  const [head, ...rest] = text.split('{}') as [string, ...string[]]
  const tail = rest.pop()
  if (tail === undefined) return (segment) => segment === head
  return (segment, values) => {
    const end = segment.length - tail.length
    if (!segment.startsWith(head) || !segment.endsWith(tail)) return false
    const found: string[] = []
    let start = head.length
    for (const literal of rest) {
      // A parameter is never empty.
      const at = segment.indexOf(literal, start + 1)
      if (at === -1) return false
      found.push(segment.slice(start, at))
      start = at + literal.length
    }
    if (start >= end) return false
    values.push(...found, segment.slice(start, end))
    return true
  }
}
