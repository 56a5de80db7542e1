import { formatPath } from '../../../spec/overlay/format-path.ts'
import { exampleValue } from '../../../spec/compile/operation/content/documented-value.ts'
import { isJson } from '../../../spec/media/media-type.ts'
import { asRecord, type Raw } from '../../../scenario/raw.ts'
import type { Operation } from '../../../spec/model/operation/operation.ts'
import { partBelow, type Document, operationPart, type Part, root, schemaShape } from '../document.ts'
import { liveBody, liveHeaders } from './live.ts'
import { someOf } from '../../../load/flaw-notice.ts'
import { type Action, ASSUMED, type Found, updateAt } from '../sketch.ts'

/** A documented error that keywords can name. */
export interface NamedError {
  /** `TooManyRequests` */
  readonly name: string
  /** Its named examples; `TooManyRequests#rate`. */
  readonly examples: readonly string[]
  readonly text: string
  /** Its place at the first operation that documents it. */
  readonly at: readonly string[]
  readonly operations: readonly Operation[]
  /** Actions that give it a name and live values. */
  readonly actions: readonly Action[]
  /** Actions that give it live values in place, if no keyword needs to name it. */
  readonly inPlace: readonly Action[]
}

const NAMES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  402: 'PaymentRequired',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Unprocessable',
  429: 'TooManyRequests',
}

/**
 * The errors of one status as named components. Errors that are only on operations are copied to a component.
 *
 * @param wish - name for an example without a name in the document
 */
export function namedErrors(document: Document, status: number, wish: string): NamedError[] {
  const groups = new Map<string, Operation[]>()
  for (const operation of document.vendor.operations.values()) {
    const response = operation.responses.find(({ code }) => code === String(status))
    if (!response) continue
    // Identical inline errors are the same error.
    const key = response.name ?? JSON.stringify(responsePart(document, operation, status).node)
    groups.set(key, [...(groups.get(key) ?? []), operation])
  }
  const taken = new Set(Object.keys(partBelow(document, root(document), 'components', 'responses').node))
  return [...groups].map(([component, operations]): NamedError => {
    const response = responsePart(document, operations[0]!, status)
    const isShared = taken.has(component)
    const name = isShared ? component : freeName(taken, status)
    const path = ['components', 'responses', name]
    const lively = liveExamples(document, { node: response.node, path }, { status, wish })
    const others = isShared ? [path] : operations.map((operation) => responsePart(document, operation, status).path)
    return {
      name,
      examples: lively.names.map((example) => `${name}#${example}`),
      text: String(response.node['description'] ?? ''),
      at: response.path,
      operations,
      actions: [...(isShared ? [] : share(document, name, status, operations)), ...lively.actions],
      inPlace: others.flatMap((place) => {
        const { actions, isLive } = liveExamples(document, { node: response.node, path: place }, { status, wish })
        return isLive ? actions : []
      }),
    }
  })
}

/** Makes a named component from an inline response, so that keywords can refer to it. */
function share(document: Document, name: string, status: number, operations: readonly Operation[]): Action[] {
  const [first] = operations as readonly [Operation, ...Operation[]]
  const ids = someOf(operations.map(({ id }) => id))
  return [
    updateAt([], { components: { responses: { [name]: {} } } }, [
      `The ${status} of ${ids} gets a name, so that x-mock can say when it is answered.`,
    ]),
    {
      target: formatPath(['components', 'responses', name]),
      copy: formatPath(responsePart(document, first, status).path),
    },
    ...operations.map((operation) =>
      updateAt(responsePart(document, operation, status).path, { $ref: `#/components/responses/${name}` }),
    ),
  ]
}

function responsePart(document: Document, operation: Operation, status: number): Part {
  return partBelow(document, operationPart(document, operation), 'responses', String(status))
}

/** Adds live values to an error's examples, and an example to an error without one. */
function liveExamples(
  document: Document,
  response: Part,
  { status, wish }: { readonly status: number; readonly wish: string },
): {
  readonly names: readonly string[]
  readonly actions: readonly Action[]
  readonly isLive: boolean
  readonly isShown: boolean
} {
  const content = asRecord(response.node['content'])
  const type = Object.keys(content).find(isJson) ?? 'application/json'
  const media = asRecord(content[type])
  const headers = liveHeaders(document, response, status)
  const named = Object.keys(asRecord(media['examples']))
  const mockOf = (value: unknown): Raw | undefined => {
    const body = liveBody(value, status)
    const mock = { ...(has(headers) && { headers }), ...(has(body) && { body }) }
    return has(mock) ? mock : undefined
  }
  if (named.length > 0) {
    const actions = named.flatMap((name): Action[] => {
      const example = partBelow(document, response, 'content', type, 'examples', name)
      const mock = mockOf(exampleValue(example.node))
      return mock ? [updateAt(example.path, { 'x-mock': mock })] : []
    })
    return { names: named, actions, isLive: actions.length > 0, isShown: true }
  }
  const written = (
    'example' in media ? media : asRecord(partBelow(document, response, 'content', type, 'schema').node)
  )['example']
  const value = written !== undefined ? written : invented(document, media['schema'], response, status)
  const mock = mockOf(value)
  if (written !== undefined && !mock && 'example' in media)
    return { names: ['example'], actions: [], isLive: false, isShown: true }
  const reason = written === undefined && { [ASSUMED]: 'The document shows no example of it.' }
  const example = { value, ...(mock && { 'x-mock': { ...mock, ...reason } }), ...(!mock && reason) }
  return {
    names: [wish],
    isLive: mock !== undefined,
    isShown: written !== undefined,
    actions: [
      // A media type has either `example` or `examples`.
      ...('example' in media
        ? [{ target: formatPath([...response.path, 'content', type, 'example']), remove: true as const }]
        : []),
      updateAt(response.path, { content: { [type]: { examples: { [wish]: example } } } }),
    ],
  }
}

/** Errors that an operation answers without a guess, such as for invalid bodies; only their live values are missing. */
export function findLiveErrors(document: Document): Found {
  const actions = new Map<string, Action>()
  for (const operation of document.vendor.operations.values()) {
    for (const status of [400, 422]) {
      if (!operation.responses.some(({ code }) => code === String(status))) continue
      const response = responsePart(document, operation, status)
      if (Object.keys(asRecord(response.node['content'])).length === 0) continue
      const { actions: own, isLive, isShown } = liveExamples(document, response, { status, wish: 'invalid' })
      // An error without an example describes the reason by itself.
      if (isLive && isShown) for (const action of own) actions.set(JSON.stringify(action), action)
    }
  }
  return { actions: [...actions.values()] }
}

/** A body for an error without a documented one: its required fields, with texts of the document. */
function invented(document: Document, schema: unknown, response: Part, status: number): unknown {
  const text = String(response.node['description'] ?? `Status ${status}.`)
  return schema === undefined ? { message: text } : bodyOf(document, schema, text, { status, name: '' })
}

interface At {
  readonly status: number
  readonly name: string
}

function bodyOf(document: Document, schema: unknown, text: string, { status, name }: At): unknown {
  const { node, types, properties, required } = schemaShape(document, schema)
  if (Object.keys(properties).length > 0) {
    const known = Object.keys(properties)
    const usual = known.filter((key) => /^(?:messages?|errors?|details?|code|title|reason|description)$/.test(key))
    const names = required.length > 0 ? known.filter((key) => required.includes(key)) : usual
    return Object.fromEntries(names.map((key) => [key, bodyOf(document, properties[key], text, { status, name: key })]))
  }
  const isFree = types.includes('string') && !('enum' in node || 'const' in node || 'format' in node)
  if (isFree && /^(?:message|detail|errors?|title|description|reason)$/i.test(name)) return text
  if (isFree && /code|type|slug/i.test(name)) return wordOf(status)
  if (types.includes('integer') && /status|code/i.test(name)) return status
  return document.generator.generate(schema as never, ['error', status, name], { direction: 'response' })
}

function wordOf(status: number): string {
  return (NAMES[status] ?? `Status${status}`).replaceAll(/(?<=[a-z])(?=[A-Z\d])/g, '_').toLowerCase()
}

function freeName(taken: Set<string>, status: number): string {
  const wish = NAMES[status] ?? `Status${status}`
  let name = wish
  for (let n = 2; taken.has(name); n++) name = `${wish}${n}`
  taken.add(name)
  return name
}

function has(map: object): boolean {
  return Object.keys(map).length > 0
}
