import { isEqual } from './equal.ts'
import type { SchemaObject } from '../schema-object.ts'
import {
  type Check,
  type CompileSub,
  fail,
  fits,
  type Keyword,
  merge,
  type Run,
  type Seen,
  seesNothing,
} from './check.ts'

/** Keywords for values of every type, in the order in which they are judged. */
export const anyKeywords: ReadonlyArray<readonly [name: string, keyword: Keyword]> = [
  ['const', constant],
  ['enum', oneOfValues],
  ['not', not],
  ['allOf', allOf],
  ['if', condition],
  ['anyOf', union('anyOf', (matches) => matches > 0)],
  ['oneOf', union('oneOf', (matches) => matches === 1)],
]

function constant(wanted: unknown, at: string): Check {
  return (value, path, run) => {
    if (!isEqual(value, wanted)) fail(run, 'const', path, at, { allowedValue: wanted })
  }
}

function oneOfValues(values: readonly unknown[], at: string): Check {
  if (values.length === 0) throw new Error('enum must have non-empty array')
  return (value, path, run) => {
    if (!values.some((wanted) => isEqual(value, wanted))) fail(run, 'enum', path, at, { allowedValues: values })
  }
}

function not(schema: unknown, at: string, compile: CompileSub): Check {
  const check = compile(schema, `${at}/not`)
  return (value, path, run) => {
    if (!check || fits(check, value, path, undefined)) fail(run, 'not', path, at)
  }
}

function allOf(schemas: readonly unknown[], at: string, compile: CompileSub): Check {
  const checks = schemas.map((schema, index) => compile(schema, `${at}/allOf/${index}`)).filter((check) => !!check)
  return (value, path, run, seen) => {
    for (const check of checks) check(value, path, run, seen)
  }
}

function condition(schema: unknown, at: string, compile: CompileSub, parent: SchemaObject): Check | undefined {
  const check = compile(schema, `${at}/if`)
  const onTrue = parent['then'] === undefined ? undefined : compile(parent['then'], `${at}/then`)
  const onFalse = parent['else'] === undefined ? undefined : compile(parent['else'], `${at}/else`)
  if (!onTrue && !onFalse) return undefined
  return (value, path, run, seen) => {
    const clause = !check || fits(check, value, path, seen) ? onTrue : onFalse
    if (clause) whenValid(clause, value, path, run, seen)
  }
}

/** Keeps the errors of each branch apart, as the keyword made for Ajv does. */
function union(keyword: 'anyOf' | 'oneOf', isValid: (matches: number) => boolean): Keyword {
  return (schemas: readonly unknown[], at, compile) => {
    const checks = schemas.map((schema, index) => compile(schema, `${at}/${keyword}/${index}`))
    return (value, path, run, seen) => {
      const branches: unknown[] = []
      let matches = 0
      for (const check of checks) {
        if (keyword === 'oneOf' && matches === 2) break
        const inner: Run = { errors: [], property: run.property }
        if (check) whenValid(check, value, path, inner, seen)
        if (inner.errors.length === 0) matches++
        else branches.push(inner.errors)
      }
      if (isValid(matches)) return
      fail(run, keyword, path, at, { branches: matches === 0 ? branches : null, matches, count: checks.length })
    }
  }
}

/** What a schema has looked at counts only when the value fits it. */
export function whenValid(check: Check, value: unknown, path: string, run: Run, seen: Seen | undefined): void {
  const before = run.errors.length
  const own = seen && seesNothing()
  check(value, path, run, own)
  if (run.errors.length === before) merge(seen, own)
}
