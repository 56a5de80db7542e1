/**
 * Converts plain data to JSON and back without loss: bytes, numbers that JSON lacks, and integers that JavaScript
 * cannot hold are written as marked maps.
 */

/** Marks for what JSON lacks. If the data has a map that looks like a mark, it is wrapped in a map marked `$map`. */
const BYTES = '$bytes'
const NUMBER = '$number'
const EXACT = '$exact'
const MAP = '$map'
const MARKS = new Set([BYTES, NUMBER, EXACT, MAP])

/**
 * Data that JSON can hold. Undefined members are left out, as by `JSON.stringify`.
 *
 * @example
 * toPlainJson({ file: new Uint8Array([1]), until: Infinity })
 * //=> { file: { $bytes: 'AQ==' }, until: { $number: 'Infinity' } }
 */
export function toPlainJson(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { [NUMBER]: String(value) }
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return { [BYTES]: toBase64(value) }
  if (Array.isArray(value)) return value.map((entry) => (entry === undefined ? null : toPlainJson(entry)))
  if (isRaw(value)) return { [EXACT]: value.rawJSON }
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, toPlainJson(member)] as const],
  )
  const written = Object.fromEntries(members)
  return isMarked(members.map(([name]) => name)) ? { [MAP]: written } : written
}

/** The data that {@link toPlainJson} was given. */
export function fromPlainJson(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(fromPlainJson)
  const members = Object.entries(value)
  if (!isMarked(members.map(([name]) => name))) return readMembers(members)
  const [[mark, inner]] = members as [[string, unknown]]
  if (mark === BYTES) return fromBase64(String(inner))
  if (mark === EXACT) return json.rawJSON?.(String(inner)) ?? Number(inner)
  return mark === NUMBER ? Number(inner) : readMembers(Object.entries(inner as object))
}

/** Functions of newer engines (ES2026), which TypeScript does not know yet. */
const json: {
  readonly stringify: JSON['stringify']
  readonly rawJSON?: (text: string) => object
  readonly isRawJSON?: (value: object) => boolean
} = JSON

/** Whether it is a raw number. Nearly all values have a prototype, and that check is much cheaper. */
function isRaw(value: object): value is { readonly rawJSON: string } {
  return Object.getPrototypeOf(value) === null && json.isRawJSON?.(value) === true
}

function readMembers(members: ReadonlyArray<readonly [name: string, value: unknown]>): unknown {
  return Object.fromEntries(members.map(([name, member]) => [name, fromPlainJson(member)]))
}

function isMarked(names: readonly string[]): boolean {
  return names.length === 1 && MARKS.has(names[0]!)
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}
