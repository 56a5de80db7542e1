import { deref } from '../references/deref.ts'
import { formatPointer, parsePointer } from '../references/pointer.ts'
import { FILES } from '../references/ref-walk.ts'
import { asRecord, isRecord, asList } from '../values/is-record.ts'
import { lazyRequire } from './node-require.ts'
import type { Source } from './source.ts'
import { isExactNumber, readNumber } from '../values/exact-number.ts'
import { isJson, writesObjects } from '../media/media-type.ts'
import { copyShared } from '../values/copy.ts'

type Written = Record<string, unknown>

const upgrader = lazyRequire<typeof import('@scalar/openapi-upgrader/2.0-to-3.0')>(
  '@scalar/openapi-upgrader/2.0-to-3.0',
)

/** Converts Swagger 2.0 to OpenAPI 3.0; places refer to the original document. */
export function fromSwagger(source: Source): Source {
  const written = copyShared(source.data, marked) as Written
  written['swagger'] = '2.0'
  // Without schemes Swagger uses that of the document's URL, which a file lacks.
  if (asList(written['schemes']).length === 0) written['schemes'] = ['https', 'http']
  takeInShared(written)
  let data: unknown
  try {
    data = copyShared(upgrader().upgradeFromTwoToThree(written) as unknown, unmarked)
    takeJson(source.data, data)
    answerInJson(data)
  } catch (error) {
    const message = `This is Swagger 2.0, and cannot be converted to OpenAPI 3: ${(error as Error).message}.`
    return { ...source, problems: [...source.problems, source.problem({ code: 'not-openapi', pointer: '', message })] }
  }
  return {
    ...source,
    data,
    fileOf: (pointer) => source.fileOf(writtenAt(pointer)),
    locate: (pointer) => source.locate(writtenAt(pointer)),
    problem: (finding) => source.problem({ ...finding, pointer: writtenAt(finding.pointer) }),
  }
}

/** Where an operation with form fields also consumes JSON, the fields are the properties of an object. */
function takeJson(from: unknown, to: unknown): void {
  const document = asRecord(from)
  for (const [path, item] of Object.entries(asRecord(document['paths']))) {
    for (const [method, operation] of Object.entries(asRecord(item))) {
      const consumes = asList(asRecord(operation)['consumes'] ?? document['consumes'])
      const found = asRecord(asRecord(asRecord(asRecord(to)['paths'])[path])[method])
      const content = asRecord(asRecord(found['requestBody'])['content']) as Written
      const form = content['application/x-www-form-urlencoded']
      if (form === undefined) continue
      const { schema } = asRecord(form)
      for (const type of consumes) if (typeof type === 'string' && isJson(type)) content[type] ??= { schema }
    }
  }
}

/**
 * In Swagger, `produces` applies to errors too, so that documents have objects as `image/png`: such answers become
 * JSON.
 */
function answerInJson(document: unknown): void {
  const { paths, components } = asRecord(document)
  const operations = Object.values(asRecord(paths)).flatMap((item) => Object.values(asRecord(item)))
  const holders = [asRecord(components), ...operations.map(asRecord)].map(({ responses }) => responses)
  for (const response of holders.flatMap((responses) => Object.values(asRecord(responses)))) {
    const content = asRecord(response)['content']
    const [first] = Object.entries(asRecord(content))
    if (first === undefined || Object.keys(content as Written).some(writesObjects)) continue
    const media = asRecord(first[1])
    const { type, properties, allOf } = asRecord(deref(document, media['schema']).node)
    if (type !== 'object' && type !== 'array' && properties === undefined && allOf === undefined) continue
    ;(response as Written)['content'] = { 'application/json': media }
  }
}

/** The library copies objects and breaks exact numbers, so these are texts while it runs. */
function marked(value: unknown): unknown {
  return isExactNumber(value) ? `${MARK}${value.rawJSON}` : value
}

function unmarked(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(MARK) ? readNumber(value.slice(MARK.length)) : value
}

const MARK = '\u0000number '

/**
 * Inlines shared parts that OpenAPI 3 places differently: bodies and form fields, which are not parameters there, and
 * parts from other files.
 */
function takeInShared(document: Written): void {
  const resolved = (node: unknown): unknown => {
    const { node: found, path } = deref(document, node)
    return path && (path[0] === FILES || isBody(found)) ? copyShared(found) : node
  }
  for (const item of Object.values(asRecord(document['paths'])).filter(isRecord) as Written[]) {
    const shared = asList(item['parameters']).map(resolved)
    const [bodies, others] = [shared.filter(isBody), shared.filter((entry) => !isBody(entry))]
    if (Array.isArray(item['parameters'])) item['parameters'] = others
    for (const operation of Object.values(item).filter(isRecord) as Written[]) {
      if (!isRecord(operation['responses'])) continue
      const own = asList(operation['parameters']).map(resolved)
      const inherited = own.some(isBody) ? [] : bodies
      if (own.length + inherited.length > 0) operation['parameters'] = [...inherited, ...own]
      for (const [code, response] of Object.entries(operation['responses']))
        operation['responses'][code] = resolved(response)
    }
  }
}

function isBody(parameter: unknown): boolean {
  const place = asRecord(parameter)['in']
  return place === 'body' || place === 'formData'
}

/** Swagger's places for what OpenAPI 3 has among the components. */
const SHARED: Readonly<Record<string, string>> = {
  schemas: 'definitions',
  responses: 'responses',
  parameters: 'parameters',
  requestBodies: 'parameters',
  securitySchemes: 'securityDefinitions',
}

/** The place in the original document, or the nearest above it. */
function writtenAt(pointer: string): string {
  if (!pointer.startsWith('/')) return pointer
  const path = parsePointer(pointer)
  if (path[0] === 'openapi') return '/swagger'
  if (path[0] === 'servers') return '/host'
  const shared = path[0] === 'components' ? SHARED[path[1] ?? ''] : undefined
  const place = shared === undefined ? path : [shared, ...path.slice(2)]
  const content = place.indexOf('content')
  const body = place.indexOf('requestBody')
  if (body !== -1) return formatPointer(place.slice(0, body))
  return formatPointer(content === -1 ? place : [...place.slice(0, content), ...place.slice(content + 2)])
}
