/** A ZIP archive of texts, nothing compressed. */
export function zipOf(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const parts: number[] = []
  const directory: number[] = []
  for (const [name, text] of Object.entries(files)) {
    const [label, data] = [encoder.encode(name), encoder.encode(text)]
    const shared = [...u16(20), ...u16(0), ...u16(0), ...u32(0), ...u32(0), ...u32(data.length), ...u32(data.length)]
    directory.push(
      ...u32(0x02014b50),
      ...u16(20),
      ...shared,
      ...u16(label.length),
      // Extra field, comment, disk, internal and external attributes: none.
      ...Array.from({ length: 12 }, () => 0),
      ...u32(parts.length),
      ...label,
    )
    parts.push(...u32(0x04034b50), ...shared, ...u16(label.length), ...u16(0), ...label, ...data)
  }
  const count = Object.keys(files).length
  const end = [...u32(0x06054b50), ...u16(0), ...u16(0), ...u16(count), ...u16(count)]
  const sizes = [...u32(directory.length), ...u32(parts.length), ...u16(0)]
  return Uint8Array.from([...parts, ...directory, ...end, ...sizes])
}

function u16(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff]
}

function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(value >>> 16)]
}
