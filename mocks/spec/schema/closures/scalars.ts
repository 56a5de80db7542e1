import { fullFormats } from 'ajv-formats/dist/formats.js'
import { toRegExp } from '../regexp.ts'
import { type Check, fail, type Keyword } from './check.ts'

type Keywords = ReadonlyArray<readonly [name: string, keyword: Keyword]>

/** Keywords for numbers, in the order in which they are judged. */
export const numberKeywords: Keywords = [
  bound('maximum', (value, limit) => value <= limit),
  bound('minimum', (value, limit) => value >= limit),
  bound('exclusiveMaximum', (value, limit) => value < limit),
  bound('exclusiveMinimum', (value, limit) => value > limit),
  ['multipleOf', multipleOf],
  ['format', (name: string, at) => format(name, 'number', at)],
]

/** Keywords for texts, in the order in which they are judged. */
export const textKeywords: Keywords = [
  length('maxLength', (count, limit) => count <= limit),
  length('minLength', (count, limit) => count >= limit),
  ['pattern', pattern],
  ['format', (name: string, at) => format(name, 'string', at)],
]

function bound(keyword: string, holds: (value: number, limit: number) => boolean): readonly [string, Keyword] {
  return [
    keyword,
    (limit: number, at): Check =>
      (value, path, run) => {
        if (!holds(value as number, limit)) fail(run, keyword, path, at, { limit })
      },
  ]
}

function multipleOf(divisor: number, at: string): Check {
  return (value, path, run) => {
    const quotient = (value as number) / divisor
    if (divisor === 0 || quotient !== Number.parseInt(String(quotient), 10))
      fail(run, 'multipleOf', path, at, { multipleOf: divisor })
  }
}

function length(keyword: string, holds: (count: number, limit: number) => boolean): readonly [string, Keyword] {
  return [
    keyword,
    (limit: number, at): Check =>
      (value, path, run) => {
        if (!holds(characters(value as string), limit)) fail(run, keyword, path, at, { limit })
      },
  ]
}

/** Characters, and not the halves of which UTF-16 makes some. */
function characters(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length - 1; index++) {
    const high = text.charCodeAt(index)
    if (high < 0xd8_00 || high > 0xdb_ff) continue
    const low = text.charCodeAt(index + 1)
    if (low >= 0xdc_00 && low <= 0xdf_ff) {
      count--
      index++
    }
  }
  return count
}

function pattern(text: string, at: string): Check {
  const expression = toRegExp(text)
  return (value, path, run) => {
    if (!expression.test(value as string)) fail(run, 'pattern', path, at, { pattern: text })
  }
}

type Format = ((text: never) => boolean) | RegExp | true | { readonly type?: string; readonly validate: Format }

function format(name: string, type: 'string' | 'number', at: string): Check | undefined {
  const found = Object.hasOwn(fullFormats, name) ? (fullFormats[name as never] as Format) : undefined
  if (found === undefined || found === true) return undefined
  const isPlain = typeof found === 'function' || found instanceof RegExp
  if ((isPlain ? 'string' : (found.type ?? 'string')) !== type) return undefined
  const judge = isPlain ? found : found.validate
  if (judge === true) return undefined
  return (value, path, run) => {
    const isValid = judge instanceof RegExp ? judge.test(value as string) : (judge as (text: unknown) => boolean)(value)
    if (!isValid) fail(run, 'format', path, at, { format: name })
  }
}
