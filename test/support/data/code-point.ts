import fc from 'fast-check'

const SURROGATES = { from: 0xd8_00, count: 0x8_00 }
const LAST = 0x10_ff_ff

/** Any code point of Unicode but surrogates: the unit `binary` of fast-check, which takes a second to list them all. */
export const codePoint = fc
  .integer({ min: 0, max: LAST - SURROGATES.count })
  .map((number) => String.fromCodePoint(number < SURROGATES.from ? number : number + SURROGATES.count))
