import { ROOT, type Root, type Scope, type Value } from './value.ts'

/** Compiles an expression; throws on a syntax error. */
export type Cel = (expression: string) => Value

/** The part of `@marcbachmann/cel-js` that is used; loaded only when a spec has a `cel` value. */
export interface CelModule {
  readonly Environment: new (options: object) => {
    registerOperator(signature: string, run: (left: never, right: never) => unknown): unknown
    parse(expression: string): ((context: object) => unknown) & { readonly ast: unknown }
  }
}

/**
 * CEL for counts and arithmetic: no clock, no chance, no `eval`. Roots are the spec's, their `$` left out; numbers of
 * both of CEL's kinds mix, since JSON knows one kind.
 *
 * @example
 * createCel(module)('size(request.body.ids) * 2')(scope)
 * //=> 6
 */
export function createCel(module: CelModule): Cel {
  const environment = new module.Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
  for (const [sign, run] of Object.entries(ARITHMETIC)) {
    environment.registerOperator(`int ${sign} double`, (left, right) => run(Number(left), Number(right)))
    environment.registerOperator(`double ${sign} int`, (left, right) => run(Number(left), Number(right)))
  }
  return (expression) => {
    const run = environment.parse(expression)
    return (scope) => plain(run(contextOf(scope)))
  }
}

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
}

const CONTEXT: ProxyHandler<Scope> = {
  get: (scope, root) => (typeof root === 'string' ? read(scope, root) : undefined),
  has: (scope, root) => typeof root === 'string' && read(scope, root) !== undefined,
  getOwnPropertyDescriptor: (scope, root) => {
    const value = typeof root === 'string' ? read(scope, root) : undefined
    return value === undefined ? undefined : { configurable: true, enumerable: true, value }
  },
}

/** CEL looks into plain data only. */
function read(scope: Scope, name: string): unknown {
  const value = scope.read(name)
  return value !== null && typeof value === 'object' && ROOT in value ? (value as Root).toJSON() : value
}

function contextOf(scope: Scope): object {
  return new Proxy(scope, CONTEXT)
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  return value
}
