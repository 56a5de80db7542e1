import { parseJsonText } from '../read/nesting.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import type { Schemas } from '../schema/validator.ts'
import {
  cookiePairs,
  type Decode,
  decodeCookie,
  decodeQuery,
  joinedCookiePairs,
  matrixPairs,
  type Pair,
  queryPairs,
  same,
} from './pairs.ts'
import { isNestedIn } from './read-nested.ts'
import { type Readings, readHeaderText, readingsOf, readPackedText, readPairs } from './read-styled.ts'
import { takesTextAlone } from './read-text.ts'
import { MAP, type Shape, valueShape } from './value-shape.ts'
import { layoutOf, type ParameterPlace, type Styled } from './styles.ts'

/** How a parameter is written. */
export interface ParameterCodec extends Styled {
  readonly in: ParameterPlace
  readonly schema: SchemaObject | undefined
  /** The syntax of the value where the parameter has `content` (OpenAPI 3.1.1 section 4.8.12.3) instead of a style. */
  readonly content: 'json' | 'form' | 'text' | undefined
  /** Whether an empty value counts as absent and is not validated. */
  readonly allowEmptyValue: boolean
  /** Whether the document's path has the parameter in its own query string: clients that add it send it twice. */
  readonly standsInPath?: boolean
  /** Whether the parameter is a path segment that can only be a text. */
  readonly isText: boolean
  /** All parameters of the operation: several may match the name of a query pair, and then only one of them gets it. */
  readonly siblings: readonly ParameterCodec[]
}

/** Query, headers and path segments of a request. The query is split once, when first needed. */
export class Wire {
  readonly #query: string
  readonly #headers: Readonly<Record<string, string | undefined>>
  /** Decoded path segments by parameter. */
  readonly #params: Readonly<Record<string, string>>
  #queryPairs: readonly Pair[] | undefined

  constructor(
    query: string,
    headers: Readonly<Record<string, string | undefined>>,
    params: Readonly<Record<string, string>>,
  ) {
    this.#query = query
    this.#headers = headers
    this.#params = params
  }

  get query(): string {
    return this.#query
  }

  get pairs(): readonly Pair[] {
    return (this.#queryPairs ??= queryPairs(this.#query))
  }

  /** A quick test whether the request has anything in the parameter's place: most optional parameters are absent. */
  mayHave({ in: place, name }: ParameterCodec): boolean {
    if (place === 'path') return true
    if (place === 'header') return this.header(name) !== undefined
    return place === 'cookie' ? this.#headers['cookie'] !== undefined : this.#query !== ''
  }

  segment(name: string): string | undefined {
    return Object.hasOwn(this.#params, name) ? this.#params[name] : undefined
  }

  header(name: string): string | undefined {
    const lower = name.toLowerCase()
    return Object.hasOwn(this.#headers, lower) ? this.#headers[lower] : undefined
  }
}

/**
 * Reads a parameter by its place, style and schema.
 *
 * @returns undefined where it was not sent
 * @throws SyntaxError where its content is not what its media type says
 */
export function readParameter(parameter: ParameterCodec, schemas: Schemas, wire: Wire): Readings | undefined {
  if (!wire.mayHave(parameter)) return undefined
  const shape = valueShape(schemas, parameter.schema)
  if (parameter.in === 'querystring') {
    return readContent(parameter, shape, wire.query, decodeQuery)
  }
  const source = sourceOf(parameter, shape, wire)
  if (source === undefined) return undefined
  if (typeof source === 'string') {
    if (parameter.content) return readContent(parameter, shape, source, same)
    return (parameter.in === 'header' ? readHeaderText : readPackedText)(parameter, shape, source)
  }
  const named = source.pairs.filter(({ name }) => name === parameter.name)
  const own = parameter.standsInPath ? named.slice(-1) : named
  const pairs = own === named ? source.pairs : own
  if (own.length === 1 && own[0]!.raw === '' && parameter.allowEmptyValue) return []
  if (!parameter.content) {
    const isOthers = othersOf(parameter, schemas)
    return readPairs(parameter, shape, { ...source, pairs, isOthers, isNamed: (name) => isNamed(parameter, name) })
  }
  return own.length === 0 ? undefined : readContent(parameter, shape, own[0]!.raw, source.decode)
}

/**
 * Reads one text as the whole value of a parameter or of a response header, which has the same syntax.
 *
 * @throws SyntaxError where its content is not what its media type says
 */
export function readValue(parameter: ParameterCodec, schemas: Schemas, text: string): Readings {
  const shape = valueShape(schemas, parameter.schema)
  if (parameter.content) return readContent(parameter, shape, text, same)
  if (parameter.in === 'header') return readHeaderText(parameter, shape, text)
  if (parameter.in === 'path') return readingsOf(shape, [text])
  const pairs = [{ name: parameter.name, raw: text }]
  return readPairs(parameter, shape, { pairs, decode: same }) ?? [text]
}

/** Whether a query pair belongs to this parameter. */
export function ownsPair(parameter: ParameterCodec, schemas: Schemas, name: string): boolean {
  if (parameter.in === 'querystring' || declaresPair(parameter, schemas, name)) return true
  const shape = spreadShape(parameter, schemas)
  return shape !== undefined && (shape.names.length === 0 || shape.takesOthers)
}

/** Like {@link ownsPair}, only for pairs whose names the parameter declares. */
function declaresPair(parameter: ParameterCodec, schemas: Schemas, name: string): boolean {
  if (parameter.in !== 'query') return false
  if (parameter.name === name) return true
  if (!parameter.content && layoutOf(parameter).kind === 'nested') return isNestedIn(parameter.name, name)
  return spreadShape(parameter, schemas)?.names.includes(name) === true
}

/** The shape of a map whose properties are separate pairs. */
function spreadShape(parameter: ParameterCodec, schemas: Schemas): Shape | undefined {
  if (parameter.in !== 'query' || parameter.content || layoutOf(parameter).kind !== 'spread') return undefined
  const shape = valueShape(schemas, parameter.schema)
  return shape.takes(MAP) && !shape.isOpen ? shape : undefined
}

/** Whether another parameter has this name. It then owns the pair, unless its style uses brackets. */
function isNamed(parameter: ParameterCodec, name: string): boolean {
  return parameter.siblings.some(
    (other) =>
      other !== parameter &&
      other.in === parameter.in &&
      other.name === name &&
      (other.content !== undefined || layoutOf(other).kind !== 'nested'),
  )
}

function othersOf(parameter: ParameterCodec, schemas: Schemas): (name: string) => boolean {
  return (name) => parameter.siblings.some((other) => other !== parameter && declaresPair(other, schemas, name))
}

type Source = string | { readonly pairs: readonly Pair[]; readonly decode: Decode }

function sourceOf(parameter: ParameterCodec, shape: Shape, wire: Wire): Source | undefined {
  switch (parameter.in) {
    case 'path': {
      const segment = wire.segment(parameter.name)
      if (parameter.style !== 'matrix' || parameter.content || segment === undefined) return segment
      const pairs = matrixPairs(segment)
      const source = { pairs, decode: same }
      // The segment does not follow its style, so its schema judges the raw text.
      return readPairs(parameter, shape, source) === undefined ? segment : source
    }
    case 'header':
      return wire.header(parameter.name)
    case 'cookie': {
      const header = wire.header('cookie')
      if (header === undefined) return undefined
      const isJoined = layoutOf(parameter).kind === 'spread' && !takesTextAlone(shape) && !shape.isOpen
      const decode = parameter.style === 'cookie' ? same : decodeCookie
      return { pairs: isJoined ? joinedCookiePairs(header) : cookiePairs(header), decode }
    }
    default:
      return { pairs: wire.pairs, decode: decodeQuery }
  }
}

function readContent({ content }: ParameterCodec, shape: Shape, raw: string, decode: Decode): Readings {
  if (content === 'json') return [parseJsonText(decode(raw))]
  if (content !== 'form') return readingsOf(shape, [decode(raw)])
  const pairs = queryPairs(raw)
  const names = new Set(pairs.map(({ name }) => name))
  const fields = [...names].flatMap((name): Array<[string, unknown]> => {
    const styled = { name, style: 'form', explode: true } as const
    const readings = readPairs(styled, shape.property(name), { pairs, decode: decodeQuery })
    return readings ? [[name, readings[0]]] : []
  })
  return [Object.fromEntries(fields)]
}
