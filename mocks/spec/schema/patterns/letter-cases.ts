/** A range of code points, both ends included. */
export type Range = readonly [from: number, to: number]

/** A larger range has no other case, or none that is meant. */
const MOST = 5000

/** A letter as a class of both cases; any other character unchanged. */
export function bothCases(sign: string): string {
  const others = otherCases([sign.codePointAt(0)!, sign.codePointAt(0)!])
  return others === '' ? sign : `[${sign}${others}]`
}

/** The other-case counterparts of a range that lie outside it, as class syntax. */
export function otherCases([from, to]: Range): string {
  if (to - from > MOST) throw new SyntaxError('a class that large cannot be read without regard to case')
  const others = new Set<number>()
  for (let code = from; code <= to; code++) {
    const sign = String.fromCodePoint(code)
    for (const other of [sign.toLowerCase(), sign.toUpperCase()]) {
      const found = other.codePointAt(0)!
      if (other.length === String.fromCodePoint(found).length && (found < from || found > to)) others.add(found)
    }
  }
  return rangesOf([...others].sort((one, two) => one - two))
    .map(([low, high]) => (low === high ? written(low) : `${written(low)}-${written(high)}`))
    .join('')
}

function rangesOf(codes: readonly number[]): Range[] {
  const ranges: Range[] = []
  for (const code of codes) {
    const last = ranges.at(-1)
    if (last && last[1] === code - 1) ranges[ranges.length - 1] = [last[0], code]
    else ranges.push([code, code])
  }
  return ranges
}

const written = (code: number): string => String.fromCodePoint(code)
