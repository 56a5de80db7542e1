import type { Located } from '../spec/schema/root.ts'
import { isObject } from '../spec/schema/schema-object.ts'
import type { Schemas } from '../spec/schema/validator.ts'
import type { Flat } from './flat.ts'
import { type Choice, flatten } from './flatten.ts'

/** What an object needs to know about the schemas of a property. */
export interface Marks {
  readonly readOnly: boolean
  readonly writeOnly: boolean
  /** An object or an array, which is omitted where the value is nested too deep. */
  readonly nested: boolean
  readonly flat: Flat | undefined
  /** The generated type; undefined where a list of values determines it. */
  readonly type: string | undefined
}

export function marksOf(list: readonly Located[], schemas: Schemas, choice: Choice): Marks {
  const flat = flatten(list, schemas, choice)?.flat
  const marked = (mark: string): boolean =>
    list.some(({ schema }) => isObject(schema) && schemas.normalize(schema)[mark] === true)
  const type = flat && !flat.values ? typeFor(flat) : undefined
  return {
    readOnly: marked('readOnly'),
    writeOnly: marked('writeOnly'),
    nested: type === 'object' || type === 'array',
    flat,
    type,
  }
}

const order = ['object', 'array', 'string', 'integer', 'number', 'boolean']

/** The type to generate: the first named type except null, else the type that the keywords imply. */
export function typeFor(flat: Flat): string {
  if (flat.types) return [...flat.types].find((type) => order.includes(type)) ?? 'null'
  if (flat.parts.length > 0 || flat.required.size > 0 || flat.minProperties > 0 || flat.names.length > 0)
    return 'object'
  if (flat.items.length > 0 || flat.prefix.length > 0 || flat.contains.length > 0 || flat.minItems > 0) return 'array'
  if (flat.unique || flat.maxItems < Infinity) return 'array'
  if (flat.multiples.length > 0 || flat.minimum > -Infinity || flat.maximum < Infinity) return 'number'
  if (flat.exclusiveMinimum > -Infinity || flat.exclusiveMaximum < Infinity) return 'number'
  return 'string'
}
