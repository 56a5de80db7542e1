import { isExactNumber, readNumber } from './exact-number.ts'
import { type Matcher, patternFault, toMatcher } from '../schema/patterns/matcher.ts'
import { UnknownRoot } from './expression.ts'
import { type Cel, ROOT, type Root, type Scope, type Value } from './value.ts'

/** The part of `@marcbachmann/cel-js` that is used; loaded only for specs with a `cel` value. */
export interface CelModule {
  readonly Environment: new (options: object) => CelEnvironment
}

interface CelEnvironment {
  registerOperator(signature: string, run: (left: never, right: never) => unknown): unknown
  registerFunction(signature: string, run: (...given: never[]) => unknown): unknown
  registerVariable(name: string, type: string): unknown
  parse(expression: string): ((context: object) => unknown) & { readonly check: () => CelCheck; readonly ast: unknown }
}

type CelCheck = { readonly valid: true } | { readonly valid: false; readonly error: CelError }

interface CelError extends Error {
  readonly code: string
  readonly node?: { readonly args: unknown }
}

/**
 * CEL for counts and arithmetic: no clock, no randomness, no `eval`. Roots are the spec's, without `$`. CEL's two
 * number types mix, since JSON has only one.
 *
 * @example
 * createCel(module)('size(request.body.ids) * 2')(scope)
 * //=> 6
 */
export function createCel(module: CelModule): Cel {
  const open = createEnvironment(module, undefined)
  const closed = new WeakMap<ReadonlySet<string>, CelEnvironment>()
  return (expression, roots) => {
    let environment = roots ? closed.get(roots) : open
    if (!environment) closed.set(roots!, (environment = createEnvironment(module, roots)))
    const run = environment.parse(expression)
    judgeInTime(run.ast)
    // The type checks here are those that every evaluation would repeat.
    const checked = run.check()
    if (!checked.valid) throw reasonOf(checked.error)
    return evaluator(run)
  }
}

/** Expressions known to be valid, each compiled on first use. */
export function lateCel(cel: () => Cel): Cel {
  return (expression) => {
    let run: Value | undefined
    return (scope) => (run ??= cel()(expression))(scope)
  }
}

function createEnvironment(module: CelModule, roots: ReadonlySet<string> | undefined): CelEnvironment {
  const environment = new module.Environment({
    unlistedVariablesAreDyn: roots === undefined,
    homogeneousAggregateLiterals: false,
  })
  for (const [sign, run] of Object.entries(ARITHMETIC)) {
    environment.registerOperator(`int ${sign} double`, (left, right) => run(Number(left), Number(right)))
    environment.registerOperator(`double ${sign} int`, (left, right) => run(Number(left), Number(right)))
  }
  environment.registerFunction(`string.${IN_TIME}(string): bool`, (text: string, pattern: string) =>
    matcherOf(pattern).test(text),
  )
  // A root whose name is not a CEL identifier cannot be used in expressions.
  for (const root of roots ?? []) if (/^[A-Za-z_]\w*$/.test(root)) environment.registerVariable(root, 'dyn')
  return environment
}

function reasonOf(error: CelError): Error {
  const name = error.node?.args
  if (error.code === 'unknown_variable' && typeof name === 'string') return new UnknownRoot(name)
  return renamed(error)
}

/** Uses the names of the expression in the error. */
function renamed(error: unknown): Error {
  const { message } = error as Error
  return message.includes(IN_TIME) ? new Error(message.replace(IN_TIME, 'matches'), { cause: error }) : (error as Error)
}

/** Replaces `matches`, whose built-in version cannot be overridden and has no time limit. */
const IN_TIME = 'matchesInTime'

/** @throws SyntaxError for an invalid pattern, or one that nothing can match in time */
function matcherOf(pattern: string): Matcher {
  const fault = patternFault(pattern)
  if (fault !== undefined) throw new SyntaxError(fault)
  return toMatcher(pattern)
}

/**
 * Makes `matches` use the pattern engine of schemas. A literal pattern is compiled immediately.
 *
 * @throws SyntaxError for an invalid pattern, or one that nothing can match in time
 */
function judgeInTime(ast: unknown): void {
  if (Array.isArray(ast)) return ast.forEach(judgeInTime)
  const { op, args } = (ast ?? {}) as { readonly op?: unknown; readonly args?: unknown }
  if (op === 'rcall' && Array.isArray(args) && args[0] === 'matches') {
    args[0] = IN_TIME
    const [pattern] = args[2] as ReadonlyArray<{ readonly op: string; readonly args: unknown }>
    if (pattern?.op === 'value' && typeof pattern.args === 'string') matcherOf(pattern.args)
  }
  if (typeof args === 'object') judgeInTime(args)
}

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
}

/** The context of one evaluation. */
interface Reading {
  scope: Scope | undefined
  /** The last root that was read, raw and converted: the library asks several times for each. */
  name: string | undefined
  root: unknown
  value: unknown
  /** How often the root changed between reads. */
  turns: number
}

const CONTEXT: ProxyHandler<Reading> = {
  get: (reading, root) => (typeof root === 'string' ? read(reading, root) : undefined),
  has: (reading, root) => typeof root === 'string' && read(reading, root) !== undefined,
  getOwnPropertyDescriptor: (reading, root) => {
    const value = typeof root === 'string' ? read(reading, root) : undefined
    return value === undefined ? undefined : { configurable: true, enumerable: true, value }
  },
}

function read(reading: Reading, name: string): unknown {
  if (reading.name !== name) turnTo(reading, name, reading.scope?.read(name))
  return reading.value
}

function turnTo(reading: Reading, name: string, root: unknown): void {
  reading.name = name
  reading.root = root
  // CEL reads plain data only.
  reading.value = isRoot(root) ? readRoot(root) : handed(root, handedOnce)
  reading.turns++
}

function isRoot(root: unknown): root is Root {
  return root !== null && typeof root === 'object' && ROOT in root
}

function isItem(root: unknown): root is object {
  return root !== null && typeof root === 'object' && !(ROOT in root)
}

const steady = new WeakMap<Root, unknown>()

/** A job's item has many expressions that read the same job. */
function readRoot(root: Root): unknown {
  if (!root.isSteady) return handed(root.toJSON(), handedOnce)
  let made = steady.get(root)
  if (!made) steady.set(root, (made = handed(root.toJSON(), handedOnce)))
  return made
}

/**
 * Evaluates an expression. It caches the result per item where the item is all it reads: items are immutable, and
 * expressions have no clock and no randomness.
 *
 * The library's macros retain their last context, so ours drops its references to the request and its session.
 */
function evaluator(run: (context: object) => unknown): Value {
  const results = new WeakMap<object, unknown>()
  /** The only root that it reads, at least sometimes: each evaluation begins with the same root. */
  let only: string | undefined
  return (scope) => {
    const root = only === undefined ? undefined : scope.read(only)
    if (isItem(root) && results.has(root)) return results.get(root)
    const reading: Reading = { scope, name: undefined, root: undefined, value: undefined, turns: 0 }
    if (only !== undefined) turnTo(reading, only, root)
    try {
      const result = plain(run(new Proxy(reading, CONTEXT)))
      if (reading.turns === 1) only = reading.name
      if (reading.turns === 1 && isItem(reading.root)) results.set(reading.root, result)
      return result
    } catch (error) {
      throw renamed(error)
    } finally {
      reading.scope = undefined
      reading.name = undefined
      reading.root = undefined
      reading.value = undefined
    }
  }
}

/**
 * CEL recognizes maps by their `constructor`, which a property of that name hides: a map with one is converted to a
 * `Map`.
 */
function handed(value: unknown, ofMember: (member: unknown) => unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  // CEL has 64-bit integers.
  if (isExactNumber(value)) return BigInt(value.rawJSON)
  if (Array.isArray(value)) {
    const entries = value.map(ofMember)
    return entries.some((entry, index) => entry !== value[index]) ? noted(entries, value) : value
  }
  const members = Object.entries(value)
  let isChanged = Object.hasOwn(value, 'constructor')
  for (const entry of members) {
    const member = ofMember(entry[1])
    isChanged ||= member !== entry[1]
    entry[1] = member
  }
  return isChanged ? noted(new Map(members), value) : value
}

function handedDeep(value: unknown): unknown {
  return handed(value, handedDeep)
}

const known = new WeakMap<object, unknown>()

/** Cached, since many expressions read bodies and settings, which never change. */
function handedOnce(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  const found = known.get(value)
  if (found !== undefined) return found
  // Checked first, since almost no data has such a property and the check copies nothing.
  const made = hidesConstructor(value) ? handedDeep(value) : value
  known.set(value, made)
  return made
}

function hidesConstructor(value: unknown): boolean {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return false
  if (Array.isArray(value)) return value.some(hidesConstructor)
  if (isExactNumber(value)) return true
  if (Object.hasOwn(value, 'constructor')) return true
  for (const name in value) if (hidesConstructor((value as Readonly<Record<string, unknown>>)[name])) return true
  return false
}

const originals = new WeakMap<object, object>()

function noted<T extends object>(made: T, original: object): T {
  originals.set(made, original)
  return made
}

/** Converts a CEL result to JSON values. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return readNumber(String(value))
  if (value === null || typeof value !== 'object') return value
  const original = originals.get(value)
  if (original) return original
  // Data that was read unchanged contains no CEL types.
  if (known.has(value)) return value
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [String(key), plain(entry)]))
  if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]))
  return value instanceof Uint8Array ? value : scalarOf(value)
}

/** CEL's own types: instants, unsigned numbers, durations, types. */
function scalarOf(value: object): unknown {
  if (value instanceof Date) return value.toJSON()
  const inner: unknown = value.valueOf()
  return typeof inner === 'bigint' ? Number(inner) : String(value)
}
