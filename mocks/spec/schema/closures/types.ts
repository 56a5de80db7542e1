import { isExactNumber } from '../../values/exact-number.ts'
import type { SchemaObject } from '../schema-object.ts'
import { type Check, fail } from './check.ts'

const INTEGER = 1
const NUMBER = 2
const STRING = 4
const BOOLEAN = 8
const OBJECT = 16
const ARRAY = 32
const NULL = 64

/** All types. */
export const ANY = 127

const bits: Readonly<Record<string, number>> = {
  integer: INTEGER,
  number: NUMBER | INTEGER,
  string: STRING,
  boolean: BOOLEAN,
  object: OBJECT,
  array: ARRAY,
  null: NULL,
}

/** Type names as bits, so that one operation tests a value against several types. */
export function bitsOf(types: readonly string[]): number {
  return types.reduce((sum, type) => sum | (bits[type] ?? 0), 0)
}

/** The type of a value as a bit; 0 for values outside JSON, such as the Infinity that 1e999 parses to. */
export function typeBit(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return STRING
    case 'number':
      return Number.isInteger(value) ? INTEGER : Number.isFinite(value) ? NUMBER : 0
    case 'boolean':
      return BOOLEAN
    case 'object':
      return value === null ? NULL : Array.isArray(value) ? ARRAY : isMap(value) ? OBJECT : INTEGER
    default:
      return 0
  }
}

/** Whether a non-list object is a JSON object: integers that JavaScript cannot hold are objects without a prototype. */
export function isMap(value: object): boolean {
  return value instanceof Object || !isExactNumber(value)
}

const plain = new WeakMap<Check, number>()

/**
 * The types, as bits, of a check without other keywords. Callers with many values compare these without calling the
 * check.
 */
export function typesAlone(check: Check): number {
  return plain.get(check) ?? 0
}

/** The check of `type`. */
export function typeCheck(schema: SchemaObject, types: readonly string[]): Check {
  const wanted = bitsOf(types)
  const params = { types }
  const check: Check = (value, run) =>
    (typeBit(value) & wanted) !== 0 || fail(run, value, { schema, keyword: 'type', params })
  plain.set(check, wanted)
  return check
}

/** Whether a value is of a type of JSON Schema. */
export function isOfType(type: string, value: unknown): boolean {
  return (typeBit(value) & bitsOf([type])) !== 0
}
