import { crc32, deflateRawSync } from 'node:zlib'

/** Version 2.0: deflated. */
const VERSION = 20
const DEFLATED = 8
/** Names are UTF-8. */
const UTF8 = 0x08_00
/** 1 January 1980, where the dates of the format begin. */
const NO_DATE = 0x00_21

/**
 * A ZIP archive with one file.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16
 */
export function zip(name: string, text: string): Buffer {
  const path = Buffer.from(name)
  const data = Buffer.from(text)
  const packed = deflateRawSync(data)
  const about = Buffer.concat([
    u16(VERSION, UTF8, DEFLATED, 0, NO_DATE),
    u32(crc32(data), packed.length, data.length),
    u16(path.length, 0),
  ])
  const local = Buffer.concat([u32(0x04_03_4b_50), about, path, packed])
  const central = Buffer.concat([u32(0x02_01_4b_50), u16(VERSION), about, u16(0, 0, 0), u32(0, 0), path])
  const end = Buffer.concat([u32(0x06_05_4b_50), u16(0, 0, 1, 1), u32(central.length, local.length), u16(0)])
  return Buffer.concat([local, central, end])
}

function u16(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 2)
  for (const [index, number] of numbers.entries()) bytes.writeUInt16LE(number, index * 2)
  return bytes
}

function u32(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4)
  for (const [index, number] of numbers.entries()) bytes.writeUInt32LE(number, index * 4)
  return bytes
}
