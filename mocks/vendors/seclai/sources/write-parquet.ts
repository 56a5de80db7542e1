/* A Parquet file of texts: one row group, one plain page per column (parquet.apache.org/docs/file-format). */
import { encodeText } from '../../kit.ts'
import { joined } from './write-zip.ts'

/** A value in Thrift's compact protocol: its type there, and its bytes. */
type Value = readonly [type: number, bytes: readonly number[]]

/** PAR1. */
const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31)
const [PLAIN, RLE, BYTE_ARRAY] = [0, 3, 6]

/** @param rows - one text per column, in column order */
export function parquetOf(columns: readonly string[], rows: ReadonlyArray<readonly string[]>): Uint8Array {
  let at = MAGIC.length
  const chunks = columns.map((name, column) => {
    const data = joined(rows.map((row) => plain(encodeText(row[column]!))))
    const levels = { 1: int(rows.length), 2: int(PLAIN), 3: int(RLE), 4: int(RLE) }
    const header = bytesOf(struct({ 1: int(0), 2: int(data.length), 3: int(data.length), 5: struct(levels) }))
    const chunk = { name, at, bytes: joined([header, data]) }
    at += chunk.bytes.length
    return chunk
  })
  const schema = [
    struct({ 4: text('rows'), 5: int(columns.length) }),
    ...columns.map((name) => struct({ 1: int(BYTE_ARRAY), 3: int(0), 4: text(name), 6: int(0) })),
  ]
  const group = struct({
    1: list(chunks.map((chunk) => struct({ 2: long(chunk.at), 3: metaOf(chunk, rows.length) }))),
    2: long(at - MAGIC.length),
    3: long(rows.length),
  })
  const footer = bytesOf(struct({ 1: int(1), 2: list(schema), 3: long(rows.length), 4: list([group]) }))
  return joined([MAGIC, ...chunks.map(({ bytes }) => bytes), footer, length(footer), MAGIC])
}

interface Chunk {
  readonly name: string
  /** Offset of its page in the file. */
  readonly at: number
  readonly bytes: Uint8Array
}

function metaOf({ name, at, bytes }: Chunk, count: number): Value {
  const size = long(bytes.length)
  const kind = { 1: int(BYTE_ARRAY), 2: list([int(PLAIN)]), 3: list([text(name)]), 4: int(0) }
  return struct({ ...kind, 5: long(count), 6: size, 7: size, 9: long(at) })
}

/** A text with a length prefix. */
function plain(bytes: Uint8Array): Uint8Array {
  return joined([length(bytes), bytes])
}

function length({ length: size }: Uint8Array): Uint8Array {
  return Uint8Array.of(size & 0xff, (size >>> 8) & 0xff, (size >>> 16) & 0xff, size >>> 24)
}

function bytesOf([, bytes]: Value): Uint8Array {
  return Uint8Array.from(bytes)
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))]
}

/** Zigzag encoding: no number here is negative. */
function int(value: number): Value {
  return [5, varint(value * 2)]
}

function long(value: number): Value {
  return [6, varint(value * 2)]
}

function text(value: string): Value {
  const bytes = encodeText(value)
  return [8, [...varint(bytes.length), ...bytes]]
}

function list(values: readonly Value[]): Value {
  const type = values[0]![0]
  const head = values.length < 15 ? [(values.length << 4) | type] : [0xf0 | type, ...varint(values.length)]
  return [9, [...head, ...values.flatMap(([, bytes]) => bytes)]]
}

/** @param fields - by field number, in steps of at most 15 */
function struct(fields: Readonly<Record<number, Value>>): Value {
  let last = 0
  const bytes = Object.entries(fields).flatMap(([number, [type, own]]) => {
    const delta = Number(number) - last
    last += delta
    return [(delta << 4) | type, ...own]
  })
  return [12, [...bytes, 0]]
}
