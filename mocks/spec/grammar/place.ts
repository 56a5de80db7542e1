import type { JsonSchema } from './json-schema.ts'
import type { Failure, Frame, Step } from '../schema/closures/check.ts'

/** The enclosing schema that determines the wording of messages. */
export interface Around {
  readonly expected: string | undefined
  readonly title: string | undefined
  /** The other forms the value could have had. */
  readonly rivals: readonly JsonSchema[] | undefined
}

/** The form whose failures are reported: a branch of `anyOf` or `oneOf`. */
export interface Level {
  readonly union: Failure
  readonly form: JsonSchema
  readonly title: string | undefined
  readonly rivals: readonly JsonSchema[] | undefined
}

/**
 * The schema that determines the message for a failure: the outermost one for the same value that has something to say.
 */
export function aroundOf(failure: Failure, level: Level | undefined): Around {
  const own = level && failure.path.length === level.union.path.length ? level : undefined
  const schemas = schemasOf(failure, own)
  return {
    expected: schemas.find((schema) => schema['x-expected'] !== undefined)?.['x-expected'],
    title: own?.title ?? schemas.find(({ title }) => title !== undefined)?.title,
    rivals: own?.rivals,
  }
}

/** From the outermost schema to the one with the keyword. */
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

/** Drops failures that merely follow from a wrong type or a reserved word in the same list. */
export function withoutConsequences(failures: readonly Failure[]): readonly Failure[] {
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
