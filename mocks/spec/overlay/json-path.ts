import type { JSONPathEnvironment, JSONPathQuery } from 'json-p3'
import { createContext, Script } from 'node:vm'
import { DEEPEST } from '../read/nesting.ts'
import { lazyRequire } from '../read/node-require.ts'
import { explainSyntax, refuseHyphens } from './explain-syntax.ts'
import { judgeInTime } from './path-patterns.ts'

/** One place of a document with its value. */
export interface Node {
  readonly path: ReadonlyArray<string | number>
  readonly value: unknown
}

/** Selects all nodes of a path, in document order. */
type Select = (document: unknown) => readonly Node[]

/** A parsed JSONPath (RFC 9535). */
export interface JsonPath {
  readonly text: string
  /** @throws {@link SlowPathError} */
  readonly select: Select
  readonly segments: readonly Segment[]
}

export interface Segment {
  /** Its position in the text. */
  readonly start: number
  readonly end: number
  /** The name, where the segment selects exactly one. */
  readonly name: string | undefined
  /** Follows the path up to this segment. */
  readonly select: Select
}

/** Thrown when a path takes too long: nested filters can take any time. */
export class SlowPathError extends Error {
  override name = 'SlowPathError' as const

  constructor(text: string, patience: number) {
    super(
      `"${text}" takes longer than ${patience / 1000} s to evaluate. Write it with fewer "..", filters and patterns.`,
    )
  }
}

// Lazy, since most starts have no overlay.
const library = lazyRequire<typeof import('json-p3')>('json-p3')

/** Maximum ms for evaluating a path. */
const PATIENCE = 5000

/**
 * Parses a JSONPath (RFC 9535): names, wildcards, indices, slices, descendants, filters with the standard functions. No
 * part of it is evaluated as code.
 *
 * @param patience - maximum ms for evaluating it
 * @throws {SyntaxError} that says at which character it stops being one, and what to write
 * @example
 * jsonPath("$.paths['/jobs'].post").select(document) //=> [{ path: ['paths', '/jobs', 'post'], value: {…} }]
 */
export function jsonPath(text: string, patience: number = PATIENCE): JsonPath {
  refuseHyphens(text)
  const query = compile(text)
  const { segments } = query
  const starts = segments.map(({ token }) => (text[token.index - 1] === '.' ? token.index - 1 : token.index))
  const upTo =
    (depth: number): Select =>
    (document) =>
      follow(new (library().JSONPathQuery)(query.environment, segments.slice(0, depth)), document, text, patience)
  return {
    text,
    select: upTo(segments.length),
    segments: segments.map(({ selectors }, index) => {
      const [selector, ...others] = selectors
      const isName = selector !== undefined && 'name' in selector && others.length === 0
      const isChild = text.slice(starts[index]!, starts[index]! + 2) !== '..'
      return {
        start: starts[index]!,
        end: text.slice(0, starts[index + 1]).trimEnd().length,
        name: isName && isChild ? String(selector.name) : undefined,
        select: upTo(index + 1),
      }
    }),
  }
}

let environment: JSONPathEnvironment | undefined

function compile(text: string): JSONPathQuery {
  if (!environment) {
    environment = new (library().JSONPathEnvironment)({ maxRecursionDepth: DEEPEST + 2 })
    judgeInTime(environment, library().jsonpath.functions)
  }
  try {
    return environment.compile(text)
  } catch (error) {
    throw explainSyntax(text, error)
  }
}

function follow(query: JSONPathQuery, document: unknown, text: string, patience: number): Node[] {
  const run = (): Node[] =>
    query.query(document as Parameters<JSONPathQuery['query']>[0]).nodes.map(({ location, value }) => ({
      path: location,
      value,
    }))
  if (query.singularQuery()) return run()
  try {
    return isQuick(text) ? run() : within(patience, run)
  } catch (error) {
    // More nodes than the library can put into one list, or a timeout.
    if ((error as Error).name === 'RangeError' || isTimeout(error)) throw new SlowPathError(text, patience)
    throw error
  }
}

/**
 * Whether a path looks at each part of a document a few times at most. Without `..`, functions, and `$` in a filter it
 * does, but for lists of selectors, each of which may select the same again.
 */
function isQuick(text: string): boolean {
  const plain = text.replaceAll(QUOTED, '').slice(1)
  return !/\.\.|[($]|(?:,[^,]*){5}/.test(plain)
}

const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g

let sandbox: { readonly script: Script; readonly context: { run?: () => unknown } } | undefined

/** Runs synchronous code with a timeout in ms, even inside a regular expression. */
function within<T>(ms: number, run: () => T): T {
  sandbox ??= { script: new Script('run()'), context: createContext({}) }
  const { script, context } = sandbox
  context.run = run
  try {
    return script.runInContext(context, { timeout: ms }) as T
  } finally {
    delete context.run
  }
}

function isTimeout(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
