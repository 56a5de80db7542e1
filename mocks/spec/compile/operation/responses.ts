import { NO_ENCODINGS } from '../../media/body-form.ts'
import type { SpecDocument } from '../../model/document.ts'
import type { Example, Patch, Refusal, Representation, ResponseSpec } from '../../model/response.ts'
import { compileRepresentations } from './content/content.ts'
import { compilePatches, documentRoot, entries, followRef, record, type SpecCursor, asString } from '../context.ts'
import { compileResponseHeaders } from './content/response-headers.ts'

/**
 * Compiles every response component, so that `TooManyRequests#rate` can be found by name.
 *
 * @param body - patches for the bodies of all errors
 */
export function compileErrors(body: SpecCursor): void {
  const { context } = body
  context.shared.push(...compilePatches(body))
  const responses = documentRoot(context).at('components', 'responses')
  for (const [name, node] of responses.entries()) {
    // A response that cannot be mocked cannot be referred to.
    if (context.whyLeftOut(node.value) !== undefined) continue
    // A component has no status; it takes the code under which operations use it.
    registerError(context.errors, { ...compileResponse(context.statuses.get(name) ?? 'default', node), name })
  }
}

/** Compiles the documented answers of an operation, in the order of the document. */
export function compileResponses(responses: SpecCursor): ResponseSpec[] {
  return responses.entries().map(([code, node]) => {
    const shared = nameOfRef(node.value)
    const known = shared === undefined ? undefined : node.context.errors.get(shared)?.response
    // Components are compiled once; only the code differs by operation.
    return known ? { ...known, code, status: statusNumber(code) } : compileResponse(code, node)
  })
}

/**
 * Picks the documented answer for a status: exact code, then its range, then `default` (OpenAPI 3.1.1 section 4.8.16).
 * A range or `default` takes the given status.
 */
export function responseFor(responses: readonly ResponseSpec[], status: number): ResponseSpec | undefined {
  const found =
    responses.find((response) => response.code === String(status)) ??
    responses.find((response) => response.code.toUpperCase() === `${Math.floor(status / 100)}XX`) ??
    responses.find((response) => response.code === 'default')
  return found === undefined || found.status === status ? found : { ...found, status }
}

/**
 * Picks the normal answer: the status that `x-mock` names; else an exact 2xx, then 2XX, then a redirect, then `default`
 * with status 200.
 */
export function normalAnswer(responses: readonly ResponseSpec[], wanted: unknown): ResponseSpec | undefined {
  if (typeof wanted === 'number') return responseFor(responses, wanted)
  const found = SUCCESSES.map((codes) => responses.find(({ code }) => codes.test(code))).find((entry) => entry)
  if (found) return found
  const usual = responses.find(({ code }) => code === 'default')
  return usual ? { ...usual, status: 200 } : responses.find(({ code }) => code.startsWith('3'))
}

/** A redirect may be the purpose of an operation; 304 only answers conditional requests. */
const SUCCESSES = [/^2\d\d$/, /^2XX$/i, /^30[12378]$/, /^3XX$/i]

/** The error documented under exactly this status. */
export function exactError(responses: readonly ResponseSpec[], status: number): Refusal | undefined {
  const response = responses.find(({ code }) => code === String(status))
  return response && refusal(response.name ?? response.code, response)
}

/** The documented error for a status, including ranges and `default`, for stages that name no error. */
export function documentedError(responses: readonly ResponseSpec[], status: number): Refusal | undefined {
  const response = responseFor(responses, status)
  return response && refusal(response.name ?? String(status), response)
}

/** A response with one of its examples, under the name that keywords and scenarios use. */
export function refusal(name: string, response: ResponseSpec, example?: Example | undefined): Refusal {
  return { name, response, example: example ?? response.examples.values().next().value }
}

/** Applies the shared error patches to examples that have the patched property; the example's own patches win. */
function withShared(response: ResponseSpec, shared: readonly Patch[]): ResponseSpec {
  if (shared.length === 0 || response.status < 400) return response
  const laid = <T extends Pick<Representation, 'examples'>>(representation: T): T => ({
    ...representation,
    examples: new Map(
      [...representation.examples].map(([name, example]) => {
        const fitting = shared.filter(({ key }) => key !== undefined && Object.hasOwn(record(example.value), key))
        return [name, fitting.length === 0 ? example : { ...example, body: [...fitting, ...example.body] }] as const
      }),
    ),
  })
  return { ...laid(response), choices: response.choices.map(laid) }
}

function registerError(errors: Map<string, Refusal>, response: ResponseSpec & { readonly name: string }): void {
  const { name } = response
  const first = response.examples.values().next().value
  errors.set(name, { name: first ? `${name}#${first.name}` : name, response, example: first, isGeneral: true })
  for (const choice of [response, ...response.choices]) {
    for (const example of choice.examples.values()) {
      const full = `${name}#${example.name}`
      if (!errors.has(full)) errors.set(full, { name: full, response: { ...response, ...choice }, example })
    }
  }
}

function compileResponse(code: string, node: SpecCursor): ResponseSpec {
  const response = followRef(node)
  const content = response.at('content')
  const representations = compileRepresentations(content)
  const usual = representations[0]
  return withShared(
    {
      ...(usual ?? NO_CONTENT),
      code,
      status: statusNumber(code),
      name: nameOfRef(node.value),
      mediaTypes: Object.keys(content.record()),
      choices: representations.length > 1 || usual?.range !== undefined ? representations : [],
      headers: compileResponseHeaders(response.at('headers')),
    },
    node.context.shared,
  )
}

const NO_CONTENT: Pick<ResponseSpec, keyof Representation> = {
  mediaType: undefined,
  range: undefined,
  schema: undefined,
  examples: new Map<string, Example>(),
  encodings: NO_ENCODINGS,
  isMultipart: false,
  canBe: () => true,
}

function statusNumber(code: string): number {
  if (/^[1-5]\d\d$/.test(code)) return Number(code)
  if (/^[1-5]XX$/i.test(code)) return Number(code[0]) * 100
  return 500
}

function nameOfRef(raw: unknown): string | undefined {
  const ref = asString(record(raw)['$ref'])
  return ref?.startsWith('#/components/responses/') ? ref.slice('#/components/responses/'.length) : undefined
}

/** The code under which each response component is used, across the whole document. */
export function collectStatuses(document: SpecDocument): Map<string, string> {
  const statuses = new Map<string, string>()
  const components = record(record(document.components)['responses'])
  for (const [, item] of entries(document.paths)) {
    for (const [, operation] of entries(item)) {
      for (const [code, response] of entries(record(operation)['responses'])) {
        // A component may refer to another component.
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
    // A component used only by `x-mock` may give its status itself.
    const own = record(response)['x-mock-status']
    if (typeof own === 'number' && !statuses.has(name)) statuses.set(name, String(own))
  }
  return statuses
}
