import { type Decode, type Pair, same } from '../codec/pairs.ts'
import { isNestedIn } from '../codec/read-nested.ts'
import { readPairs } from '../codec/read-styled.ts'
import { takesText, typed } from '../codec/read-text.ts'
import { LIST, MAP, type Shape } from '../codec/value-shape.ts'
import { layoutOf } from '../codec/styles.ts'
import { parseJsonText } from '../read/nesting.ts'
import type { Encodings, FieldEncoding } from './body-form.ts'
import { isJson } from './media-type.ts'

/** One form field as received. */
export interface Field extends Pair {
  /** The value, where it is known without a schema: a file, or a JSON part. */
  readonly value?: unknown
}

/**
 * Reads the fields of a form by the schema of the form and its `encoding`: a repeated field is a list, and a text is a
 * number where the schema says so. An undeclared field stays a text.
 *
 * @param decode - decodes values of this kind of form
 *
 * @example
 * readFields(queryPairs('age=5&tag=a&tag=b'), shape, { encodings, decode: decodeQuery })
 * //=> { age: 5, tag: ['a', 'b'] }
 */
export function readFields(
  fields: readonly Field[],
  shape: Shape,
  { encodings, decode = same }: { readonly encodings: Encodings; readonly decode?: Decode },
): Readonly<Record<string, unknown>> {
  const owners = ownersOf(shape, encodings)
  const grouped = Map.groupBy(fields, ({ name }) => fieldOf(name, shape, owners))
  const entries = [...grouped].map(([name, own]): readonly [string, unknown] => {
    const encoding = encodings.named.get(name)
    return [name, readField(own, shape.property(name), { name, decode, encoding })]
  })
  // Defines its properties, so that a name from the wire may be `__proto__`.
  return Object.fromEntries(entries)
}

interface Reading {
  readonly name: string
  /** Decodes values of this kind of form. */
  readonly decode?: Decode
  readonly encoding: FieldEncoding | undefined
}

/** Reads one form field from all its occurrences. */
export function readField(own: readonly Field[], shape: Shape, { name, decode = same, encoding }: Reading): unknown {
  const isNested = own.some((field) => field.name !== name)
  // A part says itself that it is JSON.
  const hasValues = own.some((field) => 'value' in field)
  // A field without brackets is not in style `deepObject`, whatever the document says.
  if (encoding?.style && !hasValues && (isNested || encoding.style.style !== 'deepObject')) {
    const readings = readPairs({ name, ...encoding.style }, shape, { pairs: own, decode })
    if (readings) return fitting(shape, readings)
  }
  if (isNested && !hasValues) {
    const readings = readPairs({ name, style: 'deepObject', explode: true }, shape, { pairs: own, decode })
    if (readings) return fitting(shape, readings)
  }
  const isContentJson = encoding?.contentType !== undefined && isJson(encoding.contentType)
  const values = own.map((field) =>
    'value' in field ? field.value : readOne(decode(field.raw), shape, own.length > 1, isContentJson),
  )
  if (values.length > 1) return values
  const [value] = values
  return shape.takes(LIST) && !takesText(shape) && !Array.isArray(value) ? [value] : value
}

/** Reads one occurrence of a field. For a list it is an entry, unless it is the whole list as JSON. */
function readOne(text: string, shape: Shape, isEntry: boolean, isContentJson: boolean): unknown {
  const isList = shape.takes(LIST) && (isEntry || !takesText(shape)) && !shape.isOpen
  const whole = !isEntry && (isContentJson || !takesText(shape)) ? parsed(text) : undefined
  if (whole !== undefined && fits(whole, shape)) return whole
  const own = isList ? shape.items : shape
  const json = isContentJson || (!takesText(own) && own.takes(MAP | LIST)) ? parsed(text) : undefined
  if (json !== undefined) return json
  return fitting(own, [typed(own, text, 'types'), typed(own, text, 'text')])
}

function fits(value: unknown, shape: Shape): boolean {
  return Array.isArray(value) ? shape.takes(LIST) : typeof value === 'object' && value !== null && shape.takes(MAP)
}

/** The first valid reading, else the first: a text may be a number or a text. */
function fitting(shape: Shape, readings: readonly unknown[]): unknown {
  return readings.length > 1 ? (readings.find((value) => shape.isValid(value)) ?? readings[0]) : readings[0]
}

function parsed(text: string): unknown {
  try {
    return parseJsonText(text)
  } catch {
    return undefined
  }
}

/** The field that a name belongs to: itself, the field before its brackets, or the map that has it as a property. */
function fieldOf(name: string, shape: Shape, owners: ReadonlyMap<string, string>): string {
  if (shape.names.includes(name)) return name
  const at = name.indexOf('[')
  const base = at === -1 ? undefined : name.slice(0, at)
  if (base !== undefined && shape.names.includes(base) && isNestedIn(base, name)) return base
  return owners.get(name) ?? name
}

/** Properties of maps whose properties are separate fields. */
function ownersOf(shape: Shape, encodings: Encodings): ReadonlyMap<string, string> {
  return new Map(
    [...encodings.named].flatMap(([field, { style }]) =>
      style && layoutOf(style).kind === 'spread' && shape.property(field).takes(MAP)
        ? shape.property(field).names.map((name) => [name, field] as const)
        : [],
    ),
  )
}
