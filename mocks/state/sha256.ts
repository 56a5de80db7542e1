/** SHA-256 (FIPS 180-4), synchronous: hashing inside a step of the store cannot wait for Web Crypto. */

/**
 * The digest of bytes: 32 of them.
 *
 * @example
 * sha256(encodeText('abc'))[0]
 * //=> 0xba
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n)
  const state = INITIAL.slice()
  for (let start = 0; start < padded.length; start += BLOCK) compress(state, view, start)
  const digest = new DataView(new ArrayBuffer(32))
  state.forEach((word, index) => digest.setUint32(index * 4, word))
  return new Uint8Array(digest.buffer)
}

const BLOCK = 64

const schedule = new Uint32Array(64)

function compress(state: Uint32Array, view: DataView, start: number): void {
  const w = schedule
  for (let index = 0; index < 16; index++) w[index] = view.getUint32(start + index * 4)
  for (let index = 16; index < 64; index++) {
    const early = w[index - 15]!
    const late = w[index - 2]!
    const s0 = turnRight(early, 7) ^ turnRight(early, 18) ^ (early >>> 3)
    const s1 = turnRight(late, 17) ^ turnRight(late, 19) ^ (late >>> 10)
    w[index] = w[index - 16]! + s0 + w[index - 7]! + s1
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let index = 0; index < 64; index++) {
    const s1 = turnRight(e, 6) ^ turnRight(e, 11) ^ turnRight(e, 25)
    const first = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[index]! + w[index]!) | 0
    const s0 = turnRight(a, 2) ^ turnRight(a, 13) ^ turnRight(a, 22)
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  const words = [a, b, c, d, e, f, g, h]
  for (let index = 0; index < 8; index++) state[index] = state[index]! + words[index]!
}

function turnRight(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** Fractional parts of the roots of the first primes: the standard's constants are computed, not copied. */
function constants(count: number, root: (prime: number) => number): Uint32Array {
  const words = new Uint32Array(count)
  for (let prime = 2, found = 0; found < count; prime++) {
    let divisor = 2
    while (divisor * divisor <= prime && prime % divisor !== 0) divisor++
    if (divisor * divisor <= prime) continue
    words[found++] = Math.floor((root(prime) % 1) * 2 ** 32)
  }
  return words
}

const INITIAL = constants(8, Math.sqrt)
const ROUND = constants(64, Math.cbrt)
