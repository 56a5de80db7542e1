import type { JsonSchema } from './json-schema.ts'
import type { Failure, Frame, Step } from '../schema/closures/check.ts'

/** What encloses a schema and has the say in messages about it. */
export interface Around {
  readonly expected: string | undefined
  readonly title: string | undefined
  /** The other forms the value could have had. */
  readonly rivals: readonly JsonSchema[] | undefined
}

/** The form of a value whose faults are told: a branch of `anyOf` or `oneOf`. */
export interface Level {
  readonly union: Failure
  readonly form: JsonSchema
  readonly title: string | undefined
  readonly rivals: readonly JsonSchema[] | undefined
}

/** What has the say about a failure: of all schemas that judge the same value, the outermost one that says something. */
export function aroundOf(failure: Failure, level: Level | undefined): Around {
  const own = level && failure.path.length === level.union.path.length ? level : undefined
  const schemas = schemasOf(failure, own)
  return {
    expected: schemas.find((schema) => schema['x-expected'] !== undefined)?.['x-expected'],
    title: own?.title ?? schemas.find(({ title }) => title !== undefined)?.title,
    rivals: own?.rivals,
  }
}

/** From the outermost to the one that has the keyword. */
function schemasOf(failure: Failure, level: Level | undefined): readonly JsonSchema[] {
  const schemas: JsonSchema[] = [failure.schema]
  for (let frame = failure.frame; frame && !isOf(level?.union, frame); frame = frame.outer)
    schemas.unshift(frame.schema)
  const start = level ? schemas.indexOf(level.form) : 0
  return schemas.slice(Math.max(0, start))
}

function isOf(union: Failure | undefined, frame: Frame): boolean {
  return union !== undefined && frame.schema === union.schema && frame.outer === union.frame
}

/** Failures of one list that come with a value of the wrong type, or with a reserved word, and say nothing more. */
export function withoutEchoes(failures: readonly Failure[]): readonly Failure[] {
  const ends = failures.filter(({ keyword, schema }) => keyword === 'type' || (schema as JsonSchema)['x-not-yet'])
  if (ends.length === 0) return failures
  const isEcho = (failure: Failure): boolean =>
    ends.some((end) => {
      if (failure === end || !isSame(failure.path, end.path)) return false
      if (failure.schema === end.schema && failure.frame === end.frame) return true
      for (let frame = failure.frame; frame; frame = frame.outer)
        if (frame.schema === end.schema && frame.outer === end.frame) return true
      return false
    })
  return failures.filter((failure) => !isEcho(failure))
}

export function isSame(left: readonly Step[], right: readonly Step[]): boolean {
  return left.length === right.length && left.every((step, index) => step === right[index])
}
