/**
 * Hashes and random numbers that depend only on their input (never on order, time or platform): a generated value is a
 * function of `hash(seed, vendor, kind, identity, field)`.
 */

/** A stream of numbers seeded by its parts. Equal parts give equal streams. */
export interface Random {
  /** The next number, `0 <= x < 1`. */
  readonly next: () => number
  /** An integer, `min <= x <= max`. */
  readonly int: (min: number, max: number) => number
  /** Lower-case hexadecimal digits. */
  readonly hex: (length: number) => string
  /** One of the given values. */
  readonly pick: <T>(values: readonly T[]) => T
}

/**
 * Starts a random stream that depends on its parts alone.
 *
 * @example
 * random('seek', 'job', 1).hex(12) === random('seek', 'job', 1).hex(12)
 * //=> true
 */
export function random(...parts: ReadonlyArray<string | number>): Random {
  return new Stream(hash128(parts))
}

/** 32 hexadecimal digits for the parts, in order. */
export function hash(...parts: ReadonlyArray<string | number>): string {
  const [a, b, c, d] = hash128(parts)
  return hex32(a) + hex32(b) + hex32(c) + hex32(d)
}

/** JSON with sorted keys and no spaces, so that equal values have equal text; of bytes, their number and a digest. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'null'
  if (value instanceof Uint8Array) return `"${value.byteLength} bytes ${digest(value)}"`
  if (value === null || typeof value !== 'object' || isSorted(value)) return JSON.stringify(value)
  let text = ''
  if (Array.isArray(value)) {
    for (const entry of value) text += text === '' ? canonical(entry) : `,${canonical(entry)}`
    return `[${text}]`
  }
  for (const key of Object.keys(value).sort()) {
    const entry = (value as Readonly<Record<string, unknown>>)[key]
    if (entry === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(entry)}`
  }
  return `{${text}}`
}

const digests = new WeakMap<Uint8Array, string>()

/** A fast digest of bytes, because requests wait while it is computed. */
function digest(bytes: Uint8Array): string {
  let known = digests.get(bytes)
  if (known === undefined) digests.set(bytes, (known = digestOf(bytes)))
  return known
}

/**
 * Four lanes of 32 bits, one word each. Blocks are copied, since only aligned words can be read. Above 32 MB it samples
 * blocks across the bytes, including the first and the last.
 */
function digestOf(bytes: Uint8Array): string {
  const block = new Uint8Array(BLOCK)
  const words = new Int32Array(block.buffer)
  let [a, b, c, d] = [1779033703, -1150833019, 1013904242, bytes.byteLength | 0]
  const blocks = Math.ceil(bytes.byteLength / BLOCK)
  const step = Math.max(1, (blocks - 1) / (MOST_BLOCKS - 1))
  for (let nth = 0; nth < blocks; nth += step) {
    const at = Math.round(nth) * BLOCK
    const rest = bytes.subarray(at, at + BLOCK)
    block.set(rest)
    if (rest.byteLength < BLOCK) block.fill(0, rest.byteLength)
    const end = ((rest.byteLength + 15) >> 4) << 2
    for (let index = 0; index < end; index += 4) {
      a = Math.imul(a ^ words[index]!, 597399067)
      b = Math.imul(b ^ words[index + 1]!, -1425107063)
      c = Math.imul(c ^ words[index + 2]!, 951274213)
      d = Math.imul(d ^ words[index + 3]!, -1578923117)
      a ^= d >>> 15
      c ^= b >>> 15
    }
  }
  return hash(a, b, c, d)
}

const BLOCK = 64 * 1024
const MOST_BLOCKS = 512

/** Whether plain data has sorted keys at every depth, as most requests have; then plain JSON is canonical. */
function isSorted(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return value !== undefined
  if (Array.isArray(value)) return value.every(isSorted)
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return false
  let last = ''
  for (const key in value) {
    if (key < last || !isSorted((value as Readonly<Record<string, unknown>>)[key])) return false
    last = key
  }
  return true
}

/** sfc32: small, fast, passes PractRand; the 128-bit hash is its whole state. A class, since every value starts one. */
class Stream implements Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor([a, b, c, d]: readonly [number, number, number, number]) {
    this.#a = a
    this.#b = b
    this.#c = c
    this.#d = d
  }

  next(): number {
    return this.#uint32() / 4294967296
  }

  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length) text += hex32(this.#uint32())
    return text.slice(0, length)
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)]!
  }

  #uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0
    return t >>> 0
  }
}

/** Code units of the digits, so that a word is built as one string, not from seven. */
const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

function hex32(word: number): string {
  return String.fromCharCode(
    DIGITS[word >>> 28]!,
    DIGITS[(word >>> 24) & 15]!,
    DIGITS[(word >>> 20) & 15]!,
    DIGITS[(word >>> 16) & 15]!,
    DIGITS[(word >>> 12) & 15]!,
    DIGITS[(word >>> 8) & 15]!,
    DIGITS[(word >>> 4) & 15]!,
    DIGITS[word & 15]!,
  )
}

/** MurmurHash3-style mixing of four 32-bit lanes over UTF-16 units, with a separator between parts. */
function hash128(parts: ReadonlyArray<string | number>): [number, number, number, number] {
  let a = 1779033703
  let b = 3144134277
  let c = 1013904242
  let d = 2773480762
  for (let part = 0; part < parts.length; part++) {
    const text = String(parts[part])
    // Before the first part there is no separator.
    for (let index = part === 0 ? 0 : -1; index < text.length; index++) {
      const unit = index < 0 ? SEPARATOR : text.charCodeAt(index)
      a = b ^ Math.imul(a ^ unit, 597399067)
      b = c ^ Math.imul(b ^ unit, 2869860233)
      c = d ^ Math.imul(c ^ unit, 951274213)
      d = a ^ Math.imul(d ^ unit, 2716044179)
    }
  }
  a = Math.imul(c ^ (a >>> 18), 597399067)
  b = Math.imul(d ^ (b >>> 22), 2869860233)
  c = Math.imul(a ^ (c >>> 17), 951274213)
  d = Math.imul(b ^ (d >>> 19), 2716044179)
  a ^= b ^ c ^ d
  return [a, a ^ b, a ^ c, a ^ d]
}

const SEPARATOR = 0x1f
