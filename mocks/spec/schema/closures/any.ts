import { all, type Check, type Failure, fail, type Run, type Seen, whenValid } from './check.ts'
import { isEqual } from './equal.ts'
import { isObject } from '../schema-object.ts'
import type { Keyword, Keywords } from './holder.ts'

/** Keywords for values of every type. */
export const anyKeywords: Keywords = [
  ['const', constant],
  ['enum', oneOfValues],
  ['not', not],
  ['allOf', allOf],
  ['if', condition],
  ['anyOf', union('anyOf')],
  ['oneOf', union('oneOf')],
]

function constant(wanted: unknown, { schema }: Parameters<Keyword>[1]): Check {
  const params = { value: wanted }
  return (value, run) => isEqual(value, wanted) || fail(run, value, { schema, keyword: 'const', params })
}

function oneOfValues(values: readonly unknown[], { schema }: Parameters<Keyword>[1]): Check {
  const params = { values }
  const scalars = new Set(values.filter((value) => typeof value !== 'object' || value === null))
  const others = values.filter((value) => typeof value === 'object' && value !== null)
  return (value, run) =>
    scalars.has(value) ||
    others.some((wanted) => isEqual(value, wanted)) ||
    fail(run, value, { schema, keyword: 'enum', params })
}

function not(excluded: unknown, { schema, compile }: Parameters<Keyword>[1]): Check {
  const check = compile(excluded, 'not')
  return (value, run) => (check && !check(value, undefined, undefined)) || fail(run, value, { schema, keyword: 'not' })
}

function allOf(schemas: readonly unknown[], { schema, compile }: Parameters<Keyword>[1]): Check | undefined {
  const checks = schemas.flatMap((part, index) => compile(part, 'allOf', index) ?? [])
  const check = all(checks)
  return check && ((value, run, seen) => (run ? run.within(schema, check, value, seen) : check(value, undefined, seen)))
}

function condition(test: unknown, { schema, compile }: Parameters<Keyword>[1]): Check | undefined {
  const check = compile(test, 'if')
  const onTrue = schema['then'] === undefined ? undefined : compile(schema['then'], 'then')
  const onFalse = schema['else'] === undefined ? undefined : compile(schema['else'], 'else')
  return (value, run, seen) => {
    const clause = !check || whenValid(check, value, undefined, seen) ? onTrue : onFalse
    return !clause || whenValid(clause, value, run, seen)
  }
}

function union(keyword: 'anyOf' | 'oneOf'): Keyword {
  return (schemas: readonly unknown[], { schema, compile, trustsDiscriminators }) => {
    // Schemas of a `oneOf` with a discriminator are often open, so that a value of one fits others too.
    const isAny = keyword === 'anyOf' || (trustsDiscriminators && isObject(schema['discriminator']))
    const isFine = (matches: number): boolean => (isAny ? matches > 0 : matches === 1)
    const checks = schemas.map((part, index) => compile(part, keyword, index) ?? passes)
    const explain = (value: unknown, run: Run, seen: Seen | undefined): boolean => {
      const { failures, frame } = run
      const branches: Failure[][] = []
      let matches = 0
      run.frame = { schema, outer: frame }
      for (const check of checks) {
        run.failures = []
        if (whenValid(check, value, run, seen)) matches++
        branches.push(run.failures)
      }
      run.failures = failures
      run.frame = frame
      const params = { count: checks.length, ...(matches > 0 && { matches }) }
      return isFine(matches) || fail(run, value, { schema, keyword, params, branches })
    }
    return (value, run, seen) => {
      if (run) return explain(value, run, seen)
      let matches = 0
      for (const check of checks) {
        if (!whenValid(check, value, undefined, seen)) continue
        matches++
        if (!isAny && matches > 1) return false
        // Unevaluated keywords need the annotations of every branch.
        if (isAny && !seen) return true
      }
      return isFine(matches)
    }
  }
}

const passes: Check = () => true
