/** Where a parameter stands. `querystring` is the whole query (OpenAPI 3.2 section 4.12.2). */
export type ParameterPlace = 'query' | 'querystring' | 'path' | 'header' | 'cookie'

export type StyleName =
  'matrix' | 'label' | 'simple' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject' | 'cookie'

/** The name, style and layout of a value (OpenAPI 3.1.1 section 4.8.12.2, OpenAPI 3.2.0 section 4.12.2.2). */
export interface Styled {
  readonly name: string
  readonly style: StyleName
  readonly explode: boolean
}

/**
 * How lists and maps are laid out in a style.
 *
 * - `packed`: all values stand in one text, with a separator between them. Where `equals` is set, a map is `k=v`, else `k`
 *   and `v` follow each other as entries of a list do.
 * - `spread`: each entry of a list is a pair `name=value`, each property of a map is a pair of its own name.
 * - `nested`: each property is a pair `name[property]=value`.
 */
export type Layout =
  | { readonly kind: 'packed'; readonly prefix: string; readonly separator: string; readonly equals: boolean }
  | { readonly kind: 'spread' }
  | { readonly kind: 'nested' }

const packed = (separator: string, prefix = '', equals = false): Layout => ({
  kind: 'packed',
  prefix,
  separator,
  equals,
})
const spread: Layout = { kind: 'spread' }
const nested: Layout = { kind: 'nested' }

/** OpenAPI's styles: their places, their default place, and their layouts without and with `explode`. */
const STYLES: Readonly<
  Record<StyleName, { readonly places: readonly ParameterPlace[]; readonly plain: Layout; readonly exploded: Layout }>
> = {
  simple: { places: ['path', 'header'], plain: packed(','), exploded: packed(',', '', true) },
  label: { places: ['path'], plain: packed(',', '.'), exploded: packed('.', '.', true) },
  matrix: { places: ['path'], plain: packed(','), exploded: spread },
  form: { places: ['query', 'cookie'], plain: packed(','), exploded: spread },
  spaceDelimited: { places: ['query'], plain: packed(' '), exploded: spread },
  pipeDelimited: { places: ['query'], plain: packed('|'), exploded: spread },
  deepObject: { places: ['query'], plain: nested, exploded: nested },
  cookie: { places: ['cookie'], plain: packed(','), exploded: spread },
}

const USUAL: Readonly<Record<ParameterPlace, StyleName>> = {
  query: 'form',
  querystring: 'form',
  cookie: 'form',
  path: 'simple',
  header: 'simple',
}

export function isPlace(place: unknown): place is ParameterPlace {
  return typeof place === 'string' && Object.hasOwn(USUAL, place)
}

/** The style of a parameter: the given one where its place allows it, else the default of the place. */
export function styleIn(place: ParameterPlace, style: unknown, explode: unknown): Pick<Styled, 'style' | 'explode'> {
  const known = typeof style === 'string' && Object.hasOwn(STYLES, style) ? (style as StyleName) : undefined
  const chosen = known && STYLES[known].places.includes(place) ? known : USUAL[place]
  return {
    style: chosen,
    explode: typeof explode === 'boolean' ? explode : chosen === 'form' || chosen === 'cookie',
  }
}

export function layoutOf({ style, explode }: Pick<Styled, 'style' | 'explode'>): Layout {
  return explode ? STYLES[style].exploded : STYLES[style].plain
}
