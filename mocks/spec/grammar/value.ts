import type { JsonSchema } from '../grammar.ts'
import { DURATION_PATTERN, parseDuration } from '../duration.ts'
import { nearest } from '../nearest.ts'
import { alone, definition, fits, patternOf, quiet, say } from './check.ts'
import type { Around, Check, Path } from './check.ts'
import { choose } from './choice.ts'
import { checkMap } from './map.ts'
import { expectation, hint, label, mustBe, typeFits } from './words.ts'

/** Checks one value of any kind. */
export function checkValue(
  check: Check,
  value: unknown,
  schema: JsonSchema,
  path: Path | undefined,
  around: Around,
): void {
  if (typeof value !== 'object' || value === null || !isUnquoted(value)) {
    return checkKeywords(check, value, schema, path, around)
  }
  const trial = quiet(check)
  checkKeywords(trial, value, schema, path, around)
  if (trial.count === 0) return
  const text = `{${Object.keys(value)[0]}}`
  say(check, 'unquoted-value', path, () => `${label(check, path)} is ${text} without quotes. Write "${text}".`)
}

function checkKeywords(check: Check, value: unknown, schema: JsonSchema, path: Path | undefined, around: Around): void {
  const later = schema['x-not-yet']
  if (later !== undefined) {
    return say(
      check,
      'not-yet',
      path,
      () => `${label(check, path)} is reserved and not supported yet: ${later}. Leave it out.`,
    )
  }
  const expected = around.expected ?? schema['x-expected']
  const title = around.title ?? schema.title
  const inner =
    expected === around.expected && title === around.title ? around : { expected, title, rivals: around.rivals }
  if (schema.$ref !== undefined) checkValue(check, value, definition(check, schema), path, inner)
  if (schema.type !== undefined && !typeFits(value, schema.type)) {
    return say(check, 'wrong-type', path, () => mustBe(check, path, expected ?? expectation(schema), value))
  }
  if (schema.const !== undefined || schema.enum !== undefined) checkChoice(check, value, schema, path, expected)
  if (Array.isArray(value)) checkList(check, value, schema, path, expected)
  else if (typeof value === 'object' && value !== null) checkMap(check, value, schema, path, inner)
  else if (!inRange(check, value, schema)) {
    say(
      check,
      'bad-format',
      path,
      () => mustBe(check, path, expected ?? expectation(schema), value) + hint([schema], value),
    )
  }
  if (schema.not !== undefined && fits(check, value, schema.not)) {
    const reason = schema['x-refused'] ?? 'it is not allowed'
    say(check, 'refused-value', path, () => `${label(check, path)} is refused: ${reason}.`)
  }
  if (schema.allOf) for (const part of schema.allOf) checkValue(check, value, part, path, inner)
  if (schema.anyOf) choose(check, value, schema.anyOf, path, inner, 'any')
  if (schema.oneOf) choose(check, value, schema.oneOf, path, inner, 'one')
}

function checkChoice(
  check: Check,
  value: unknown,
  schema: JsonSchema,
  path: Path | undefined,
  expected: string | undefined,
): void {
  const choices = schema.enum ?? [schema.const]
  if (choices.includes(value)) return
  say(check, 'unknown-value', path, () => {
    const names = choices.filter((each) => typeof each === 'string')
    const near = typeof value === 'string' ? nearest(value, names) : undefined
    const message = mustBe(check, path, expected ?? expectation(schema), value)
    return near === undefined ? message : `${message} Did you mean "${near}"?`
  })
}

function checkList(
  check: Check,
  value: readonly unknown[],
  schema: JsonSchema,
  path: Path | undefined,
  expected: string | undefined,
): void {
  if (value.length < (schema.minItems ?? 0)) {
    say(check, 'wrong-type', path, () => mustBe(check, path, expected ?? expectation(schema), value))
  }
  const { items } = schema
  if (items) value.forEach((entry, index) => checkValue(check, entry, items, { parent: path, key: index }, alone))
}

function inRange(check: Check, value: unknown, schema: JsonSchema): boolean {
  if (typeof value === 'string') {
    if (schema.pattern === DURATION_PATTERN) return parseDuration(value) !== undefined
    return schema.pattern === undefined || patternOf(check, schema.pattern).test(value)
  }
  if (typeof value !== 'number') return true
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema
  return value >= minimum && value <= maximum && value > exclusiveMinimum
}

// YAML reads {$plan.burst} without quotes as a map with one key and no value.
function isUnquoted(value: object): boolean {
  for (const key in value) {
    return key.startsWith('$') && (value as Record<string, unknown>)[key] === null && Object.keys(value).length === 1
  }
  return false
}
