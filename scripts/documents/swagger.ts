import { asRecord, isRecord, type Raw } from '../../mocks/spec/values/is-record.ts'
import {
  type Answer,
  type Content,
  type DocumentedOperation,
  listOf,
  namesOf,
  type Parameter,
  schemaAt,
} from './operations.ts'
import { child, type Place, type Sources } from './sources.ts'

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']

/** The operations of a Swagger 2.0 document, converted to those of OpenAPI 3. */
export function swaggerOperationsOf(sources: Sources): DocumentedOperation[] {
  const { root, follow } = sources
  return namesOf(child(root, 'paths'), follow).flatMap((path) => {
    const item = follow(child(child(root, 'paths'), path))
    return METHODS.map((method): [string, Place] => [method, child(item, method)])
      .filter(([, { value }]) => isRecord(value))
      .map(([method, place]) => operation(sources, { path, method: method.toUpperCase(), item, place }))
  })
}

interface Spot {
  readonly path: string
  readonly method: string
  readonly item: Place
  readonly place: Place
}

function operation({ root, follow }: Sources, { path, method, item, place }: Spot): DocumentedOperation {
  const document = asRecord(root.value)
  const raw = asRecord(place.value)
  const all = [...listOf(child(item, 'parameters'), follow), ...listOf(child(place, 'parameters'), follow)]
  const parameters = [
    ...new Map(all.map((one) => [`${String(asRecord(one.value)['in'])} ${nameOf(one)}`, one])).values(),
  ]
  const isIn = (one: Place, ...places: string[]): boolean => places.includes(String(asRecord(one.value)['in']))
  const types = (name: string): string[] => {
    const given = raw[name] ?? document[name]
    return Array.isArray(given) && given.length > 0 ? given.map(String) : ['application/json']
  }
  const responses = child(place, 'responses')
  const [first] = (raw['security'] ?? document['security'] ?? []) as unknown[]
  const { host, basePath = '', schemes } = document
  const [scheme = 'https'] = Array.isArray(schemes) ? schemes.map(String) : []
  return {
    id: `${method} ${path}`,
    method,
    path,
    server: `${host === undefined ? '' : `${scheme}://${String(host)}`}${String(basePath)}`,
    parameters: parameters.filter((one) => isIn(one, 'path', 'query', 'header')).map(readParameter),
    hasAuthorization: false,
    body: readBody(
      parameters.find((one) => isIn(one, 'body')),
      parameters.filter((one) => isIn(one, 'formData')),
      types('consumes'),
    ),
    answers: new Map(
      namesOf(responses, follow).map((code) => [code, readAnswer(follow(child(responses, code)), types('produces'))]),
    ),
    schemes: Object.keys(asRecord(first)).map((name) => readScheme(asRecord(document['securityDefinitions'])[name])),
  }
}

function nameOf({ value }: Place): string {
  return String(asRecord(value)['name'])
}

/** `collectionFormat` as `style` and `explode`. */
const FORMATS: Readonly<Record<string, readonly [style: string, explode: boolean]>> = {
  multi: ['form', true],
  ssv: ['spaceDelimited', false],
  pipes: ['pipeDelimited', false],
}

function readParameter(place: Place): Parameter {
  const raw = asRecord(place.value)
  const [style, explode] = FORMATS[String(raw['collectionFormat'])] ?? [
    raw['in'] === 'query' ? 'form' : 'simple',
    false,
  ]
  return {
    name: nameOf(place),
    in: String(raw['in']),
    required: raw['required'] === true || raw['in'] === 'path',
    style,
    explode,
    schema: schemaAt(place),
    mediaType: undefined,
    examples: [],
  }
}

function content(mediaType: string, schema: Raw | undefined): Content {
  return { mediaType, schema, itemSchema: undefined, encoding: {}, examples: [] }
}

function readBody(
  body: Place | undefined,
  fields: readonly Place[],
  consumes: readonly string[],
): DocumentedOperation['body'] {
  const isRequired = ({ value }: Place): boolean => asRecord(value)['required'] === true
  if (body)
    return {
      required: isRequired(body),
      content: consumes.map((mediaType) => content(mediaType, schemaAt(child(body, 'schema')))),
    }
  if (fields.length === 0) return undefined
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [nameOf(field), schemaAt(field)])),
    required: fields.filter(isRequired).map(nameOf),
  }
  const hasFile = fields.some(({ value }) => asRecord(value)['type'] === 'file')
  const mediaType = hasFile ? 'multipart/form-data' : (consumes.find((one) => /form/.test(one)) ?? FORM)
  return { required: fields.some(isRequired), content: [content(mediaType, schema)] }
}

const FORM = 'application/x-www-form-urlencoded'

function readAnswer(place: Place, produces: readonly string[]): Answer {
  const schema = schemaAt(child(place, 'schema'))
  return {
    content: schema ? produces.map((mediaType) => content(mediaType, schema)) : [],
    headers: Object.keys(asRecord(asRecord(place.value)['headers'])).map((name) => ({
      name: name.toLowerCase(),
      required: false,
      schema: schemaAt(child(child(place, 'headers'), name)),
    })),
  }
}

function readScheme(scheme: unknown): Raw {
  const raw = asRecord(scheme)
  return raw['type'] === 'basic' ? { type: 'http', scheme: 'basic' } : raw
}
