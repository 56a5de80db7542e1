/** The tarball's data from `npm pack --json`. */
export interface Packed {
  readonly filename: string
  /** Bytes of the tarball. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: ReadonlyArray<{ readonly path: string; readonly size: number }>
}

/** Limits in bytes of the package, downloaded and installed. */
export const BUDGET = { packed: 3_700_000, unpacked: 17_000_000 } as const

/**
 * Reports where a tarball exceeds its budget, and the size of its folders.
 *
 * @example
 * overBudget(packed, { packed: 1_000_000, unpacked: 5_000_000 })
 * //=> ['The tarball has 1,200,000 bytes, and its budget is 1,000,000. …']
 */
export function overBudget(
  { size, unpackedSize, files }: Packed,
  budget: { readonly packed: number; readonly unpacked: number } = BUDGET,
): string[] {
  const folders = new Map<string, number>()
  for (const file of files) {
    const folder = file.path.split('/').slice(0, -1).slice(0, 2).join('/') || file.path
    folders.set(folder, (folders.get(folder) ?? 0) + file.size)
  }
  const largest = [...folders]
    .sort(([, left], [, right]) => right - left)
    .slice(0, 5)
    .map(([folder, bytes]) => `${folder} ${number(bytes)}`)
    .join(', ')
  const remedy = `Largest before packing: ${largest}. Leave out what users do not need ("files" of package.json), or raise the budget in scripts/package/budget.ts and say why in the commit.`
  const over = (what: string, bytes: number, most: number): string[] =>
    bytes <= most ? [] : [`${what} ${number(bytes)} bytes, and its budget is ${number(most)}. ${remedy}`]
  return [
    ...over('The tarball has', size, budget.packed),
    ...over('The installed package has', unpackedSize, budget.unpacked),
  ]
}

function number(bytes: number): string {
  return bytes.toLocaleString('en')
}
