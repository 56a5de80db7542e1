/* Vendor code because the checksum of an upload (CRC-32C) is not available on any platform. */
/** Bytes per step, each with its own table. */
const SLICES = 16
const BLOCK = 64 * 1024

/** Row `n` has the value of a byte that `n` more bytes follow. */
const TABLE = createTable()

/** CRC-32C (Castagnoli, RFC 3720 appendix B.4), as an unsigned number. */
export function crc32c(bytes: Uint8Array): number {
  // Words can only be read at aligned offsets, so bytes are copied to an aligned block.
  const block = new Uint8Array(BLOCK)
  const words = new Int32Array(block.buffer)
  const whole = bytes.length - (bytes.length % SLICES)
  let sum = -1
  let at = 0
  while (at < whole) {
    const size = Math.min(BLOCK, whole - at)
    block.set(bytes.subarray(at, at + size))
    for (let word = 0; word < size / 4; word += 4)
      sum =
        four(words[word]! ^ sum, 12) ^ four(words[word + 1]!, 8) ^ four(words[word + 2]!, 4) ^ four(words[word + 3]!, 0)
    at += size
  }
  for (; at < bytes.length; at++) sum = TABLE[(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8)
  return (sum ^ -1) >>> 0
}

/** @param more - the number of bytes after these four */
function four(word: number, more: number): number {
  const row = more << 8
  return (
    TABLE[row + 768 + (word & 0xff)]! ^
    TABLE[row + 512 + ((word >>> 8) & 0xff)]! ^
    TABLE[row + 256 + ((word >>> 16) & 0xff)]! ^
    TABLE[row + (word >>> 24)]!
  )
}

function createTable(): Int32Array {
  const table = new Int32Array(SLICES << 8)
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1
    table[byte] = rest
  }
  for (let index = 256; index < table.length; index++) {
    const before = table[index - 256]!
    table[index] = table[before & 0xff]! ^ (before >>> 8)
  }
  return table
}
