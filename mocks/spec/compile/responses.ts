import type { Example, Patch, Refusal, ResponseSpec } from '../vendor.ts'
import { compileValue } from '../value.ts'
import { compilePatches, type Context, entries, record, schemaOf, textOf } from './context.ts'

/** Compiles every response component, so that `TooManyRequests#rate` can be found by name. */
export function compileErrors(context: Context, raw: unknown): void {
  const shared = compilePatches(raw, '/x-mock/errors/body', context)
  const responses = entries(record(context.document['components'])['responses'])
  for (const [name, raw] of responses) {
    // One that cannot be played is none that could be named.
    if (context.whyLeftOut(raw) !== undefined) continue
    const response = compileResponse(context, statusOf(context, name), raw, `/components/responses/${name}`)
    register(context.errors, name, { ...response, name, examples: withShared(response, shared) })
  }
}

/** Compiles the documented answers of an operation, in the order of the document. */
export function compileResponses(context: Context, raw: unknown, pointer: string): ResponseSpec[] {
  return entries(raw).map(([code, response]) => {
    const shared = nameOfRef(response)
    const known = shared === undefined ? undefined : context.errors.get(shared)?.response
    const status = statusNumber(code)
    // A component is compiled once; only its code is the operation's own.
    if (known) return { ...known, code, status }
    return compileResponse(context, code, response, `${pointer}/${code}`)
  })
}

/** Picks the documented answer for a status: exact code, then its range, then `default`. */
export function responseFor(responses: readonly ResponseSpec[], status: number): ResponseSpec | undefined {
  return (
    responses.find((response) => response.code === String(status)) ??
    responses.find((response) => response.code.toUpperCase() === `${Math.floor(status / 100)}XX`) ??
    responses.find((response) => response.code === 'default')
  )
}

/** A response and one of its examples under the names by which keywords and scenarios call it. */
export function refusal(name: string, response: ResponseSpec, example?: Example | undefined): Refusal {
  return { name, response, example: example ?? response.examples.values().next().value }
}

/** Whether a header belongs to CORS, which is answered where requests come in: a document may name it and decides nothing. */
function isCorsHeader(name: string): boolean {
  return /^access-control-/i.test(name)
}

export function isJson(mediaType: string | undefined): boolean {
  return mediaType !== undefined && /^application\/(?:[\w.-]+\+)?json\b/i.test(mediaType)
}

/** Lays what all errors share over those examples that have a place for it; what an example says itself wins. */
function withShared(response: ResponseSpec, shared: readonly Patch[]): ResponseSpec['examples'] {
  if (shared.length === 0 || response.status < 400) return response.examples
  return new Map(
    [...response.examples].map(([name, example]) => {
      const fitting = shared.filter(({ key }) => key !== undefined && Object.hasOwn(record(example.value), key))
      return [name, fitting.length === 0 ? example : { ...example, body: [...fitting, ...example.body] }] as const
    }),
  )
}

function register(errors: Map<string, Refusal>, name: string, response: ResponseSpec): void {
  const first = response.examples.values().next().value
  errors.set(name, { name: first ? `${name}#${first.name}` : name, response, example: first })
  for (const example of response.examples.values()) {
    errors.set(`${name}#${example.name}`, { name: `${name}#${example.name}`, response, example })
  }
}

function compileResponse(context: Context, code: string, raw: unknown, at: string): ResponseSpec {
  const { node, pointer } = context.deref(raw, at)
  const content = record(node['content'])
  const mediaType = Object.keys(content).find(isJson) ?? Object.keys(content)[0]
  const media = mediaType === undefined ? {} : record(content[mediaType])
  const place = `${pointer}/content/${(mediaType ?? '').replaceAll('/', '~1')}`
  return {
    code,
    status: statusNumber(code),
    name: nameOfRef(raw),
    mediaType,
    mediaTypes: Object.keys(content),
    schema: schemaOf(media['schema']),
    headers: new Map(
      entries(node['headers']).flatMap(([name, header]) => {
        if (isCorsHeader(name)) return []
        const { node: found } = context.deref(header, '')
        const entry = { required: found['required'] === true, schema: schemaOf(found['schema']) }
        return [[name.toLowerCase(), entry] as const]
      }),
    ),
    examples: compileExamples(context, media, place),
  }
}

function compileExamples(context: Context, media: Readonly<Record<string, unknown>>, pointer: string) {
  const examples = new Map<string, Example>()
  if ('example' in media) {
    examples.set('example', { name: 'example', value: media['example'], headers: [], body: [] })
  }
  for (const [name, raw] of entries(media['examples'])) {
    const { node, pointer: place } = context.deref(raw, `${pointer}/examples/${name}`)
    const mock = record(node['x-mock'])
    examples.set(name, {
      name,
      // OpenAPI 3.2 names the same thing dataValue.
      value: node['value'] ?? node['dataValue'],
      headers: entries(mock['headers']).map(
        ([header, value]) => [header, compileValue(value, `${place}/x-mock/headers/${header}`, context)] as const,
      ),
      body: compilePatches(mock['body'], `${place}/x-mock/body`, context),
    })
  }
  return examples
}

function statusNumber(code: string): number {
  if (/^[1-5]\d\d$/.test(code)) return Number(code)
  if (/^[1-5]XX$/i.test(code)) return Number(code[0]) * 100
  return 500
}

function nameOfRef(raw: unknown): string | undefined {
  const ref = textOf(record(raw)['$ref'])
  return ref?.startsWith('#/components/responses/') ? ref.slice('#/components/responses/'.length) : undefined
}

/** A component has no status of its own: it is the code under which operations use it. */
function statusOf(context: Context, name: string): string {
  return context.statuses.get(name) ?? 'default'
}

/** Under which code each response component is used, counted over the whole document. */
export function collectStatuses(document: Readonly<Record<string, unknown>>): Map<string, string> {
  const statuses = new Map<string, string>()
  const components = record(record(document['components'])['responses'])
  for (const [, item] of entries(document['paths'])) {
    for (const [, operation] of entries(item)) {
      for (const [code, response] of entries(record(operation)['responses'])) {
        // A component may be another one's name.
        for (
          let name = nameOfRef(response);
          name !== undefined && !statuses.has(name);
          name = nameOfRef(components[name])
        ) {
          statuses.set(name, code)
        }
      }
    }
  }
  for (const [name, response] of entries(components)) {
    // One that no operation names, used only by x-mock, may say its status itself.
    const own = record(response)['x-mock-status']
    if (typeof own === 'number' && !statuses.has(name)) statuses.set(name, String(own))
  }
  return statuses
}
