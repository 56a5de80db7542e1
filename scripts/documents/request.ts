import { asRecord, isRecord } from '../../mocks/spec/values/is-record.ts'
import { plainest, writeBody } from './body.ts'
import { inCookie, inHeader, inPath, inQuery } from './encode.ts'
import type { Judge } from './judge.ts'
import type { Content, DocumentedOperation, Parameter, Schema } from './operations.ts'
import type { Sources } from './sources.ts'
import { createValues } from './values.ts'

/** Whether a request contains only required or all documented values. */
export type Measure = 'required' | 'all'

export interface MadeRequest {
  readonly method: string
  /** With the path of the server, and a query. */
  readonly path: string
  /** Host of the documented server; empty without one. */
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Parts for which no valid value was found. */
  readonly flaw: string | undefined
}

/** Creates requests that are valid by a document; Ajv has validated each value. */
export function createRequests(
  sources: Sources,
  judge: Judge,
): (operation: DocumentedOperation, measure: Measure) => MadeRequest {
  const values = createValues(sources)

  /** The first valid value: generated ones, then the documented examples. */
  const find = (schema: Schema, examples: readonly unknown[], measure: Measure): Found => {
    if (schema === undefined) return { value: examples[0] ?? 'abc', flaw: undefined }
    let first: Found | undefined
    for (let attempt = 0; attempt < 16; attempt++) {
      const value = values(schema, { all: measure === 'all', attempt })
      const flaw = value === undefined ? 'no value ends' : judge(schema, value)
      if (flaw === undefined) return { value, flaw }
      first ??= { value, flaw }
    }
    for (const value of examples) if (judge(schema, value) === undefined) return { value, flaw: undefined }
    return first!
  }

  const parts = (operation: DocumentedOperation, measure: Measure): Parts => {
    /** An object without a property would leave its segment of the path empty. */
    const found = (parameter: Parameter): Found => {
      const { value, flaw } = find(parameter.schema, parameter.examples, measure)
      const isEmpty = parameter.in === 'path' && isRecord(value) && Object.keys(value).length === 0
      return isEmpty ? find(parameter.schema, parameter.examples, 'all') : { value, flaw }
    }
    const made: Parts = { path: new Map(), query: [], headers: {}, cookies: [], flaws: [] }
    for (const parameter of operation.parameters) {
      if (measure === 'required' && !parameter.required) continue
      const { value, flaw } = found(parameter)
      if (flaw !== undefined) {
        if (!parameter.required) continue
        made.flaws.push(`${parameter.in} ${parameter.name}: ${flaw}`)
      }
      place(made, parameter, value)
    }
    return made
  }

  return (operation, measure) => {
    const made = parts(operation, measure)
    const { headers } = made
    headers['accept'] = accepted(operation)
    if (operation.hasAuthorization) headers['authorization'] = 'Bearer a-key-of-mine'
    for (const scheme of operation.schemes) carry(made, asRecord(scheme))
    const content = operation.body && plainest(operation.body.content)
    let body: string | undefined
    if (content && (operation.body.required || measure === 'all')) {
      const { value, flaw } = find(content.schema ?? content.itemSchema, content.examples, measure)
      if (flaw !== undefined) made.flaws.push(`body: ${flaw}`)
      const written = writeBody(content, value, (name) => isBinary(sources, content, name))
      headers['content-type'] = written.mediaType
      body = written.text
    }
    if (made.cookies.length > 0) headers['cookie'] = made.cookies.join('; ')
    const url = URL.canParse(operation.server) ? new URL(operation.server) : undefined
    const base = (url ? url.pathname : operation.server).replace(/\/+$/, '')
    const [pattern = '', fixed] = operation.path.replace(/#.*$/, '').split('?')
    const path = pattern.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => made.path.get(name) ?? 'abc')
    const query = [fixed ?? [], made.query].flat().join('&')
    return {
      method: operation.method,
      path: `${base.startsWith('/') || base === '' ? base : `/${base}`}${path}${query === '' ? '' : `?${query}`}`,
      host: url?.host ?? '',
      headers,
      body,
      flaw: made.flaws[0],
    }
  }
}

/** The media types of a success, as generated clients request them. */
function accepted({ answers }: DocumentedOperation): string {
  const types = [...answers].flatMap(([code, { content }]) =>
    /^[2d]/.test(code) ? content.map(({ mediaType }) => mediaType) : [],
  )
  return [...new Set(types)].join(', ') || '*/*'
}

interface Found {
  readonly value: unknown
  readonly flaw: string | undefined
}

interface Parts {
  readonly path: Map<string, string>
  /** Encoded. */
  readonly query: string[]
  readonly headers: Record<string, string>
  readonly cookies: string[]
  readonly flaws: string[]
}

function place(made: Parts, parameter: Parameter, value: unknown): void {
  const given = parameter.mediaType === undefined ? value : content(parameter.mediaType, value)
  if (parameter.in === 'path') made.path.set(parameter.name, inPath(parameter, given))
  else if (parameter.in === 'header') made.headers[parameter.name.toLowerCase()] = inHeader(parameter, given)
  else if (parameter.in === 'cookie') made.cookies.push(...inCookie(parameter, given).map((pair) => pair.join('=')))
  else if (parameter.in === 'querystring') made.query.push(encodeURI(String(given)))
  else made.query.push(...inQuery(parameter, given).map((pair) => pair.map(encodeURIComponent).join('=')))
}

function content(mediaType: string, value: unknown): unknown {
  if (/urlencoded/.test(mediaType))
    return writeBody(
      { mediaType, schema: undefined, itemSchema: undefined, encoding: {}, examples: [] },
      value,
      () => false,
    ).text
  return JSON.stringify(value)
}

/** Gives a key for a security scheme. */
function carry({ headers, query, cookies }: Parts, scheme: Readonly<Record<string, unknown>>): void {
  const key = 'a-key-of-mine'
  const name = String(scheme['name'])
  if (scheme['type'] === 'apiKey') {
    if (scheme['in'] === 'query') {
      const start = `${encodeURIComponent(name)}=`
      // Some documents have the key as a parameter as well.
      if (!query.some((pair) => pair.startsWith(start))) query.push(start + key)
    } else if (scheme['in'] === 'cookie') cookies.push(`${name}=${key}`)
    else headers[name.toLowerCase()] = key
  } else if (String(scheme['scheme']).toLowerCase() === 'basic') {
    headers['authorization'] = `Basic ${Buffer.from(`${key}:secret`).toString('base64')}`
  } else headers['authorization'] = `Bearer ${key}`
}

function isBinary(sources: Sources, { schema, encoding }: Content, name: string): boolean {
  const property = propertyOf(sources, schema, name, 0)
  const items = asRecord(property['items'])
  return [property, items].some(
    (one) =>
      one['format'] === 'binary' ||
      one['type'] === 'file' ||
      one['contentMediaType'] !== undefined ||
      /octet|image|audio|video/.test(String(asRecord(encoding[name])['contentType'])),
  )
}

function propertyOf(sources: Sources, schema: unknown, name: string, depth: number): Readonly<Record<string, unknown>> {
  const raw = asRecord(schema)
  const found = asRecord(asRecord(raw['properties'])[name])
  const target = typeof found['$ref'] === 'string' ? asRecord(sources.at(found['$ref'])?.value) : found
  if (Object.keys(target).length > 0 || depth > 5) return target
  const branches = [sources.at(String(raw['$ref']))?.value, raw['allOf'], raw['oneOf'], raw['anyOf']].flat()
  for (const branch of branches.filter((one) => one !== undefined)) {
    const below = propertyOf(sources, branch, name, depth + 1)
    if (Object.keys(below).length > 0) return below
  }
  return {}
}
