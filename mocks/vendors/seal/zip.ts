/* Vendor code because a deployed archive has to hold a file of a given name. */
import { decodeText } from '../kit.ts'

const END = 0x06054b50
const ENTRY = 0x02014b50
const END_LENGTH = 22
const ENTRY_LENGTH = 46
/** Maximum bytes of the comment after the end record. */
const MAX_COMMENT = 0xffff

/** Names of the files in a ZIP archive, from its central directory; undefined for other bytes. */
export function zipNames(bytes: Uint8Array): string[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  if (end === undefined) return undefined
  const names: string[] = []
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + ENTRY_LENGTH > end || view.getUint32(at, true) !== ENTRY) return undefined
    const name = at + ENTRY_LENGTH
    const length = view.getUint16(at + 28, true)
    names.push(decodeText(bytes.subarray(name, name + length)))
    at = name + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return names
}

function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_LENGTH
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) if (view.getUint32(at, true) === END) return at
  return undefined
}
