import { isPlace, styleIn } from '../../codec/styles.ts'
import { languageOf } from '../../media/media-type.ts'
import type { MediaNode, ParameterNode } from '../../model/document.ts'
import type { Collection } from '../../model/collection.ts'
import type { Parameter } from '../../model/operation/operation.ts'
import { type SchemaObject, ANNOTATIONS } from '../../schema/schema-object.ts'
import { namesIn } from '../../http/router.ts'
import { queryIn, routeOf } from '../../http/variants.ts'
import { type Context, type Data, entries, followRef, record, schemaOf, type SpecCursor } from '../context.ts'

/**
 * Compiles `parameters`: those of the path, then those of the operation. Header parameters that OpenAPI describes
 * elsewhere are ignored (OpenAPI 3.1.1 section 4.8.12.2), and so are path parameters that the path does not contain.
 */
export function compileParameters(parameters: readonly SpecCursor[], path: string): Parameter[] {
  const inPath = namesIn(routeOf(path))
  const query = queryIn(path)
  const compiled = new Map<string, Parameter>()
  const siblings: Parameter[] = []
  for (const parameter of parameters) {
    const node: ParameterNode = followRef(parameter).record()
    const place: unknown = node.in
    if (!isPlace(place) || node.name === undefined) {
      const message = `A parameter needs a "name", and "in" with ${PLACES}. This one is ignored.`
      parameter.context.flaw({ code: 'unusable-parameter', pointer: parameter.pointer, message })
      continue
    }
    const name = String(node.name)
    if (place === 'path' && !inPath.includes(name)) {
      const names = inPath.map((known) => `{${known}}`).join(', ') || 'no parameters'
      const message = `The path ${path} has no {${name}}, it has ${names}. This parameter is ignored.`
      parameter.context.flaw({ code: 'unusable-parameter', pointer: parameter.pointer, message })
      continue
    }
    if (place === 'header' && DESCRIBED_ELSEWHERE.has(name.toLowerCase())) continue
    const [type] = entries(node.content)[0] ?? []
    const schema = schemaIn(node)
    const style = styleIn(place, node.style, node.explode)
    const isText = place === 'path' && style.style === 'simple' && type === undefined && isOfText(schema)
    // An operation's parameter overrides the path's of the same name and place.
    compiled.set(`${place} ${name}`, {
      name,
      in: place,
      required: place === 'path' || (node.required === true && !isCredential(parameter.context, place, name)),
      schema,
      ...style,
      content: type === undefined ? undefined : contentSyntax(type),
      allowEmptyValue: node.allowEmptyValue === true,
      allowReserved: node.allowReserved === true,
      standsInPath: place === 'query' && query.has(name),
      isText,
      takesAny: isText && Object.keys(schema!).every((keyword) => keyword === 'type' || ANNOTATIONS.has(keyword)),
      siblings,
    })
  }
  siblings.push(...compiled.values())
  return siblings
}

function schemaIn({ content, schema }: ParameterNode): SchemaObject | undefined {
  const [, media] = entries(content)[0] ?? []
  return schemaOf(media === undefined ? schema : record(media as MediaNode)['schema'])
}

/** Finds the parameter of a path whose values have slashes, before parameters are compiled: the router needs no more. */
export function spanningParameter(parameters: readonly SpecCursor[], path: string): string | undefined {
  const inPath = namesIn(routeOf(path))
  if (inPath.length === 0) return undefined
  const found = new Map<string, boolean>()
  for (const parameter of parameters) {
    const node = followRef(parameter).record()
    const name = String(node['name'])
    if (node['in'] === 'path' && inPath.includes(name)) found.set(name, isSpanning(node, schemaIn(node)))
  }
  return [...found].find(([, isWide]) => isWide)?.[0]
}

/**
 * Whether a path parameter's value may contain slashes. OpenAPI cannot say so; documents use `allowReserved`,
 * `x-multi-segment` or a pattern with a slash.
 */
function isSpanning(node: Data, schema: SchemaObject | undefined): boolean {
  if (node['allowReserved'] === true || node['x-multi-segment'] === true) return true
  const pattern = schema?.['pattern']
  return typeof pattern === 'string' && pattern.replaceAll(/\[(?:\\.|[^\]\\])*\]/g, '').includes('/')
}

/** Whether a schema allows only texts, without references or combining keywords. */
function isOfText(schema: SchemaObject | undefined): boolean {
  return schema?.['type'] === 'string' && !OTHER_TYPES.some((keyword) => keyword in schema)
}

const OTHER_TYPES = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'nullable']

const PLACES = 'path, query, querystring, header or cookie'

const DESCRIBED_ELSEWHERE = new Set(['accept', 'content-type', 'authorization'])

/** *authenticate* checks the header of a security scheme, since some operations need none. */
function isCredential({ document }: Context, place: Parameter['in'], name: string): boolean {
  if (place !== 'header') return false
  const schemes = Object.values(record(record(document.components)['securitySchemes'])).map(record)
  return schemes.some((scheme) => scheme['in'] === place && String(scheme['name']).toLowerCase() === name.toLowerCase())
}

/** The syntax of a parameter or header whose value has a media type. */
export function contentSyntax(type: string): Parameter['content'] {
  const language = languageOf(type)
  return language === 'json' || language === 'form' ? language : 'text'
}

/** The items that the path identifies: by the parameters of the collections, or by `resolve` of the operation. */
export function compileItems(
  resolve: SpecCursor,
  path: string,
  collections: ReadonlyMap<string, Collection>,
): ReadonlyMap<string, Collection> {
  const params = namesIn(routeOf(path))
  for (const [, name] of resolve.entries()) {
    if (name.isOneOf([...collections.keys(), 'none'], 'collection'))
      name.key.isOneOf(params, 'parameter', 'one of the parameters of this path')
  }
  const all = [...collections.values()]
  return new Map(
    params.flatMap((param): Array<[string, Collection]> => {
      const name = resolve.optional(param)
      const found = name ? collections.get(String(name.value)) : all.findLast((entry) => entry.param === param)
      return found ? [[param, found]] : []
    }),
  )
}
