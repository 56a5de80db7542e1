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

/** The types that a schema names, as bits: one operation decides whether a value is of one of them. */
export function bitsOf(types: readonly string[]): number {
  return types.reduce((sum, type) => sum | (bits[type] ?? 0), 0)
}

/** The type of a value, as a bit; none for what JSON has not, such as the infinity as which 1e999 is read. */
export function bitOf(value: unknown): number {
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

/** Whether an object that is no list is a map of JSON: integers that JavaScript cannot hold are objects without a prototype. */
export function isMap(value: object): boolean {
  return value instanceof Object || !isExactNumber(value)
}

const plain = new WeakMap<Check, number>()

/** The types, as bits, of a check that has no other keyword. A caller with many values can compare them without calling it. */
export function typesAlone(check: Check): number {
  return plain.get(check) ?? 0
}

/** The check of `type`. */
export function typeCheck(schema: SchemaObject, types: readonly string[]): Check {
  const wanted = bitsOf(types)
  const params = { types }
  const check: Check = (value, run) => (bitOf(value) & wanted) !== 0 || fail(run, schema, 'type', value, { params })
  plain.set(check, wanted)
  return check
}
