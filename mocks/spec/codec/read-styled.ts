import { splitUnquoted } from '../media/media-type.ts'
import type { Decode, Pair } from './pairs.ts'
import { readNested } from './read-nested.ts'
import { takesText, takesTextAlone, type Texts, typed } from './read-text.ts'
import { LIST, MAP, type Shape } from './value-shape.ts'
import { layoutOf, type Styled } from './styles.ts'

/**
 * The possible values of a parameter, the likeliest first: text has no types, and a schema may allow several. An empty
 * list means that the value cannot be judged.
 */
export type Readings = readonly unknown[]

/**
 * Reads a value from `name=value` pairs: a query, a form, a cookie, a segment in style `matrix`.
 *
 * @param isOthers - whether a pair belongs to another parameter, where each property of a map is a separate pair
 * @returns undefined where nothing of it was sent
 *
 * @example
 * readPairs({ name: 'box', style: 'form', explode: false }, shape, queryPairs('box=w,1,h,2'))
 * //=> [{ w: 1, h: 2 }]
 */
export function readPairs(
  styled: Styled,
  shape: Shape,
  { pairs, decode, isOthers = NOBODY, isNamed = NOBODY }: Source,
): Readings | undefined {
  const layout = layoutOf(styled)
  const isTaken = layout.kind === 'nested' && isOthers(styled.name)
  const own = isTaken ? [] : pairs.filter(({ name }) => name === styled.name).map(({ raw }) => raw)
  const found: Texts[] = []
  if (own.length > 0) {
    const texts = own.map(decode)
    // A repeated parameter is always read as a list, so that the schema can refuse it.
    if (takesText(shape) || layout.kind !== 'packed') found.push(texts.length === 1 ? texts[0]! : texts)
    if (layout.kind === 'packed') found.push(...readPacked(own, shape, layout, decode))
    else if (shape.takes(LIST)) found.push(texts, ...(texts.length === 1 && texts[0] === '' ? [[]] : []))
  }
  if (layout.kind === 'nested') {
    const nested = readNested(styled.name, shape, pairs, decode)
    if (nested !== undefined) found.unshift(nested)
  }
  if (layout.kind === 'spread' && shape.takes(MAP) && !shape.isOpen) {
    const free = pairs.filter(({ name }) => !isNamed(name))
    const map = readSpread(shape, free, decode, (name) => name === styled.name || isOthers(name))
    if (map.size > 0) found.unshift(map)
  }
  return found.length === 0 ? undefined : readingsOf(shape, found)
}

interface Source {
  readonly pairs: readonly Pair[]
  readonly decode: Decode
  readonly isOthers?: (name: string) => boolean
  /** Whether another parameter has this name and reads the pair. */
  readonly isNamed?: (name: string) => boolean
}

const NOBODY = (): boolean => false

/** Reads a value that is written as one text: a path segment in style `simple` or `label`, a header. */
export function readPackedText(styled: Styled, shape: Shape, text: string): Readings {
  const layout = layoutOf(styled)
  if (layout.kind !== 'packed') return readingsOf(shape, [text])
  const { prefix } = layout
  const plain = text.slice(prefix.length)
  const isPrefixed = text.startsWith(prefix)
  // A text without the prefix does not follow the style, so it is not split.
  if (!isPrefixed) return [text]
  return readingsOf(shape, [
    ...(takesText(shape) ? [plain] : []),
    ...readPacked([plain], shape, layout, (raw) => raw.trim()),
  ])
}

/**
 * Reads a header. A list may have quoted entries, and empty entries, which are ignored (RFC 9110 section 5.6.1.2).
 *
 * @example
 * readHeaderText(styled, shape, '"a, b", c')
 * //=> [['a, b', 'c'], …]
 */
export function readHeaderText(styled: Styled, shape: Shape, text: string): Readings {
  const readings = readPackedText(styled, shape, text)
  if (!shape.takes(LIST) || !/"|,\s*(?:,|$)|^\s*,/.test(text)) return readings
  const entries = splitUnquoted(text, ',').map((entry) => entry.trim())
  const list = entries.filter((entry) => entry !== '').map(unquoted)
  return [typed(shape, list, 'types'), ...readings]
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : text
}

/** The readings by type and as text, where they differ. */
export function readingsOf(shape: Shape, found: readonly Texts[]): Readings {
  const readings: unknown[] = []
  for (const texts of found) {
    readings.push(typed(shape, texts, 'types'))
    if (typeof texts !== 'string' || !takesTextAlone(shape) || takesText(shape))
      readings.push(typed(shape, texts, 'text'))
  }
  return readings
}

type Packed = Extract<ReturnType<typeof layoutOf>, { readonly kind: 'packed' }>

function readPacked(own: readonly string[], shape: Shape, layout: Packed, decode: Decode): Texts[] {
  if (takesTextAlone(shape)) return []
  if (own.length > 1) return [own.map(decode)]
  const raw = own[0]!
  const found: Texts[] = []
  // Some clients encode the separators too. Where a client does not, a value may contain encoded separators.
  const decoded = decode(raw)
  const whole = split(decoded, layout.separator).map((entry) => entry.trim())
  const entries = SEPARATORS[layout.separator]!.test(raw)
    ? raw.split(SEPARATORS[layout.separator]!).map(decode)
    : [decoded]
  const ways = entries.length === whole.length ? [entries] : [entries, whole]
  if (shape.takes(LIST)) found.push(...ways, ...(decoded === '' ? [[]] : []))
  // Older versions of OpenAPI show a list in style `label` with dots.
  if (layout.prefix === '.' && !layout.equals && shape.takes(LIST)) found.push(decoded.split('.'))
  if (shape.takes(MAP)) for (const way of ways) found.push(mapOf(way, layout.equals))
  return found
}

/** The separators of a value that is still encoded. */
const SEPARATORS: Readonly<Record<string, RegExp>> = {
  ',': /,/,
  '.': /\./,
  ' ': /%20|\+| /,
  '|': /%7C|\|/i,
}

function split(text: string, separator: string): string[] {
  return text === '' ? [] : text.split(separator)
}

function mapOf(entries: readonly string[], equals: boolean): ReadonlyMap<string, Texts> {
  if (equals) {
    return new Map(
      entries.map((entry): [string, string] => {
        const at = entry.indexOf('=')
        return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
      }),
    )
  }
  return new Map(
    entries.flatMap((name, index): Array<[string, string]> =>
      index % 2 === 0 ? [[name, entries[index + 1] ?? '']] : [],
    ),
  )
}

/** Reads properties that came as separate pairs: declared ones, and others where the schema allows them. */
function readSpread(
  shape: Shape,
  pairs: readonly Pair[],
  decode: Decode,
  isOthers: (name: string) => boolean,
): ReadonlyMap<string, Texts> {
  const { names } = shape
  const takesAny = names.length === 0 || shape.takesOthers
  const map = new Map<string, Texts[]>()
  for (const { name, raw } of pairs) {
    if (!names.includes(name) && (!takesAny || isOthers(name))) continue
    const list = map.get(name)
    if (list) list.push(decode(raw))
    else map.set(name, [decode(raw)])
  }
  return new Map(
    [...map].map(([name, texts]) => [
      name,
      texts.length === 1 && !isListAlone(shape.property(name)) ? texts[0]! : texts,
    ]),
  )
}

function isListAlone(shape: Shape): boolean {
  return shape.takes(LIST) && !takesText(shape)
}
