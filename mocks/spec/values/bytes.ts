/** Units of a size, the smallest first: powers of 1000, and of 1024 with an `i`. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['kb', 1000],
  ['kib', 1024],
  ['mb', 1000 ** 2],
  ['mib', 1024 ** 2],
  ['gb', 1000 ** 3],
  ['gib', 1024 ** 3],
])

/**
 * The number of bytes in a size; undefined for an invalid text. Without a unit it counts bytes.
 *
 * @example
 * parseBytes('1.5 MiB') //=> 1572864
 */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? []
  const factor = unit === '' ? 1 : UNITS.get(unit.toLowerCase())
  if (number === undefined || factor === undefined) return undefined
  const bytes = Number(number) * factor
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Formats a size: `100 MiB` where it is a whole number of a unit, else in bytes. */
export function formatBytes(bytes: number): string {
  for (const [unit, name] of [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ] as const) {
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} ${name}`
  }
  return `${bytes} bytes`
}

/** Concatenates bytes. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
