/* A ZIP archive with uncompressed files (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16). */
import { encodeText } from '../../kit.ts'

/** A file of an archive. */
export interface ZipFile {
  readonly name: string
  readonly bytes: Uint8Array
}

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50]
/** 1980-01-01, the first day of the ZIP format. */
const DAY = 0x21
/** Bit 11: names are UTF-8. */
const UTF_8 = 0x0800
const VERSION = 20

export function zipOf(files: readonly ZipFile[]): Uint8Array {
  const parts: Uint8Array[] = []
  const entries: Uint8Array[] = []
  let at = 0
  for (const { name, bytes } of files) {
    const title = encodeText(name)
    const shared = [VERSION, 2, UTF_8, 2, 0, 2, 0, 2, DAY, 2, crc32(bytes), 4, bytes.length, 4, bytes.length, 4]
    const lengths = [title.length, 2, 0, 2]
    const local = [numbers([LOCAL, 4, ...shared, ...lengths]), title, bytes]
    const central = [LOCAL_MADE, numbers([...shared, ...lengths, 0, 2, 0, 2, 0, 2, 0, 4, at, 4]), title]
    parts.push(...local)
    entries.push(...central)
    at += lengthOf(local)
  }
  const size = lengthOf(entries)
  return joined([...parts, ...entries, numbers([END, 4, 0, 4, files.length, 2, files.length, 2, size, 4, at, 4, 0, 2])])
}

const LOCAL_MADE = numbers([CENTRAL, 4, VERSION, 2])

/** Little-endian numbers, each followed by its number of bytes. */
function numbers(pairs: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (let index = 0; index < pairs.length; index += 2)
    for (let byte = 0; byte < pairs[index + 1]!; byte++) bytes.push((pairs[index]! >>> (8 * byte)) & 0xff)
  return Uint8Array.from(bytes)
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

/** Concatenates bytes. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(lengthOf(parts))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}
