import { asRecord, entriesOf, isRecord, type Raw } from '../../mocks/spec/values/is-record.ts'
import { child, type Place, type Sources } from './sources.ts'

/** A schema as a JSON value with absolute references; `undefined` without a schema. */
export type Schema = Raw | undefined

export interface Content {
  readonly mediaType: string
  readonly schema: Schema
  readonly itemSchema: Schema
  readonly encoding: Raw
  readonly examples: readonly unknown[]
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly style: string
  readonly explode: boolean
  readonly schema: Schema
  /** Where the value is written in a media type, by `content`. */
  readonly mediaType: string | undefined
  readonly examples: readonly unknown[]
}

export interface Answer {
  readonly content: readonly Content[]
  readonly headers: ReadonlyArray<{ readonly name: string; readonly required: boolean; readonly schema: Schema }>
}

export interface DocumentedOperation {
  /** Such as `GET /orders/{id}`. */
  readonly id: string
  readonly method: string
  readonly path: string
  /** The first URL of its servers, with default variables; may be relative. */
  readonly server: string
  readonly parameters: readonly Parameter[]
  readonly body: { readonly required: boolean; readonly content: readonly Content[] } | undefined
  /** By status, range or `default`. */
  readonly answers: ReadonlyMap<string, Answer>
  /** Whether a parameter has this name: it is ignored, but shows that the author expects a key. */
  readonly hasAuthorization: boolean
  /** The first alternative of its security schemes. */
  readonly schemes: readonly Raw[]
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']

/** The operations of a document of OpenAPI 3. */
export function operationsOf(sources: Sources): DocumentedOperation[] {
  const { root, follow } = sources
  return namesOf(child(root, 'paths'), follow)
    .filter((path) => path.startsWith('/'))
    .flatMap((path) => {
      const item = follow(child(child(root, 'paths'), path))
      const known = METHODS.map((method): [string, Place] => [method.toUpperCase(), child(item, method)])
      const others = child(item, 'additionalOperations')
      const more = namesOf(others, follow).map((method): [string, Place] => [method, child(others, method)])
      return [...known, ...more]
        .filter(([, place]) => isRecord(place.value))
        .map(([method, place]) => operation(sources, { path, method, item, place: follow(place) }))
    })
}

interface Spot {
  readonly path: string
  readonly method: string
  readonly item: Place
  readonly place: Place
}

function operation(sources: Sources, { path, method, item, place }: Spot): DocumentedOperation {
  const { root, follow } = sources
  const all = [...listOf(child(item, 'parameters'), follow), ...listOf(child(place, 'parameters'), follow)]
  const parameters = new Map(
    all.map((one) => {
      const parameter = readParameter(sources, one)
      return [`${parameter.in} ${parameter.name}`, parameter]
    }),
  )
  const body = follow(child(place, 'requestBody'))
  const servers = [place, item, root].map((one) => child(one, 'servers')).find(({ value }) => isNonEmpty(value))
  const security = asRecord(place.value)['security'] ?? asRecord(root.value)['security']
  const [first] = Array.isArray(security) ? (security as unknown[]) : []
  const schemes = child(child(root, 'components'), 'securitySchemes')
  return {
    id: `${method} ${path}`,
    method,
    path,
    server: servers ? serverUrl(asRecord((servers.value as unknown[])[0])) : '',
    parameters: [...parameters.values()].filter((parameter) => !isReserved(parameter)),
    hasAuthorization: [...parameters.keys()].some((key) => key.toLowerCase() === 'header authorization'),
    body: isRecord(body.value)
      ? { required: body.value['required'] === true, content: readContent(sources, child(body, 'content')) }
      : undefined,
    answers: new Map(
      namesOf(child(place, 'responses'), follow).map((code) => [
        code,
        readAnswer(sources, follow(child(child(place, 'responses'), code))),
      ]),
    ),
    schemes: Object.keys(asRecord(first)).map((name) => asRecord(follow(child(schemes, name)).value)),
  }
}

/** Whether the client sets the header itself: by OpenAPI 3.1.1 (section 4.8.12.2), or since it is the connection's. */
function isReserved(parameter: Parameter): boolean {
  return parameter.in === 'header' && RESERVED.test(parameter.name)
}

const RESERVED =
  /^(?:accept|content-type|authorization|connection|content-encoding|content-length|host|transfer-encoding)$/i

const STYLES: Readonly<Record<string, string>> = { path: 'simple', header: 'simple', query: 'form', cookie: 'form' }

function readParameter(sources: Sources, place: Place): Parameter {
  const raw = asRecord(place.value)
  const [content] = readContent(sources, child(place, 'content'))
  const style = String(raw['style'] ?? STYLES[String(raw['in'])] ?? 'form')
  return {
    name: String(raw['name']),
    in: String(raw['in']),
    required: raw['required'] === true || raw['in'] === 'path',
    style,
    explode: raw['explode'] === undefined ? ['form', 'cookie'].includes(style) : raw['explode'] === true,
    schema: content ? content.schema : schemaAt(child(place, 'schema')),
    mediaType: content?.mediaType,
    examples: [...(content?.examples ?? []), ...examplesOf(sources, place)],
  }
}

export function readContent(sources: Sources, place: Place): Content[] {
  return namesOf(place, sources.follow).map((mediaType) => {
    const media = sources.follow(child(sources.follow(place), mediaType))
    return {
      mediaType,
      schema: schemaAt(child(media, 'schema')),
      itemSchema: schemaAt(child(media, 'itemSchema')),
      encoding: asRecord(asRecord(media.value)['encoding']),
      examples: examplesOf(sources, media),
    }
  })
}

function readAnswer(sources: Sources, place: Place): Answer {
  const { follow } = sources
  const headers = child(place, 'headers')
  return {
    content: readContent(sources, child(place, 'content')),
    headers: namesOf(headers, follow).map((name) => {
      const header = follow(child(headers, name))
      return {
        name: name.toLowerCase(),
        required: asRecord(header.value)['required'] === true,
        schema: schemaAt(child(header, 'schema')),
      }
    }),
  }
}

export function schemaAt({ uri, value }: Place): Schema {
  return isRecord(value) || typeof value === 'boolean' ? { $ref: uri } : undefined
}

function examplesOf({ follow }: Sources, place: Place): unknown[] {
  const { example } = asRecord(place.value)
  const named = namesOf(child(place, 'examples'), follow).map((name) => {
    const { value, dataValue } = asRecord(follow(child(child(place, 'examples'), name)).value)
    return dataValue ?? value
  })
  return [example, ...named].filter((value) => value !== undefined)
}

/** The URL with the defaults of its variables; one of a host without a scheme is of HTTPS. */
export function serverUrl(server: Raw): string {
  const url = String(server['url'] ?? '').replaceAll(/\{([^{}]+)\}/g, (_, name: string) =>
    String(asRecord(asRecord(server['variables'])[name])['default'] ?? name),
  )
  if (url.startsWith('//')) return `https:${url}`
  return /^[a-z\d-]+(?:\.[a-z\d-]+)+(?:\/|$)/i.test(url) ? `https://${url}` : url
}

export function listOf(place: Place, follow: Sources['follow']): Place[] {
  const { uri, value } = follow(place)
  return Array.isArray(value) ? value.map((_, index) => follow(child({ uri, value }, index))) : []
}

export function namesOf(place: Place, follow: Sources['follow']): string[] {
  return entriesOf(follow(place).value)
    .map(([name]) => name)
    .filter((name) => !name.startsWith('x-'))
}

function isNonEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}
