/**
 * Hash and random numbers that depend on nothing but their input (never on order, time or platform): a generated value
 * is a function of `hash(seed, vendor, kind, identity, field)`.
 */

/** A stream of numbers seeded by its parts; equal parts give equal streams. */
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
 * Starts a random stream that is a function of its parts alone.
 *
 * @example
 * random('seek', 'job', 1).hex(12) === random('seek', 'job', 1).hex(12)
 * //=> true
 */
export function random(...parts: ReadonlyArray<string | number>): Random {
  let [a, b, c, d] = hash128(parts.join('\u001f'))
  const uint32 = (): number => {
    // sfc32: small, fast, passes PractRand; the 128-bit hash is its whole state.
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    c |= 0
    return t >>> 0
  }
  const next = (): number => uint32() / 4294967296
  return {
    next,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    hex: (length) => {
      let text = ''
      while (text.length < length) text += uint32().toString(16).padStart(8, '0')
      return text.slice(0, length)
    },
    pick: (values) => values[Math.floor(next() * values.length)]!,
  }
}

/** 32 hexadecimal digits for the parts, in order. */
export function hash(...parts: ReadonlyArray<string | number>): string {
  return hash128(parts.join('\u001f'))
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('')
}

/** JSON with sorted keys and no spaces, so that equal values have equal text. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'null'
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  entries.sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`
}

/** MurmurHash3-style mixing of four 32-bit lanes over UTF-16 units. */
function hash128(text: string): [number, number, number, number] {
  let a = 1779033703
  let b = 3144134277
  let c = 1013904242
  let d = 2773480762
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    a = b ^ Math.imul(a ^ unit, 597399067)
    b = c ^ Math.imul(b ^ unit, 2869860233)
    c = d ^ Math.imul(c ^ unit, 951274213)
    d = a ^ Math.imul(d ^ unit, 2716044179)
  }
  a = Math.imul(c ^ (a >>> 18), 597399067)
  b = Math.imul(d ^ (b >>> 22), 2869860233)
  c = Math.imul(a ^ (c >>> 17), 951274213)
  d = Math.imul(b ^ (d >>> 19), 2716044179)
  a ^= b ^ c ^ d
  return [a, a ^ b, a ^ c, a ^ d]
}
