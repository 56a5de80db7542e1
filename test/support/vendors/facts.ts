/** What was gathered of a vendor, read from notes of several hands: a schema, a map of fields, or a few words each. */
export interface Fact {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly parameters: ReadonlyArray<{ readonly in: string; readonly name: string; readonly shape: Shape }>
  readonly body: Shape
  /** By status. */
  readonly responses: ReadonlyMap<string, Shape>
}

/** The fields and values that a note speaks of; those of a list are those of its items. */
export interface Shape {
  readonly fields: ReadonlyMap<string, Shape>
  readonly values: readonly unknown[]
}

type Data = Readonly<Record<string, unknown>>

const NOTHING: Shape = { fields: new Map(), values: [] }

export function readFacts(gathered: readonly Data[]): Fact[] {
  return gathered.map((entry) => {
    const request = record(entry['request'])
    return {
      id: String(entry['operationId']),
      method: String(entry['method']),
      path: String(entry['path']),
      parameters: parametersOf(request),
      body: merged(
        Object.entries(request)
          .filter(([name]) => /\bbody\b|^form$/.test(name))
          .map(([, body]) => shapeOf(record(body)['schema'] ?? body)),
      ),
      responses: new Map(
        Object.entries(record(entry['responses']))
          .filter(([status]) => /^\d(?:\d\d|XX)$/.test(status))
          .map(([status, answer]) => [status, answerOf(answer)] as const),
      ),
    }
  })
}

function parametersOf(request: Data): Fact['parameters'] {
  const { params, query, path, headers } = request as Readonly<Record<string, unknown>>
  const own = Object.entries(record(params))
  const grouped = own.every(([place]) => place === 'query' || place === 'path')
  const places = [['query', query], ['path', path], ['header', headers], ...(grouped ? own : [])] as ReadonlyArray<
    readonly [string, unknown]
  >
  return [
    ...(grouped ? [] : own.map(([name, node]) => ({ in: String(record(node)['in']), name, shape: shapeOf(node) }))),
    ...places.flatMap(([place, map]) =>
      Object.entries(record(map)).map(([name, node]) => ({ in: place, name, shape: shapeOf(node) })),
    ),
    // In words: "path string required".
    ...Object.entries(request).flatMap(([name, words]) => {
      const [place] = typeof words === 'string' ? (/^(?:query|path|header)\b/.exec(words) ?? []) : []
      return place === undefined ? [] : [{ in: place, name, shape: NOTHING }]
    }),
  ]
}

const AROUND_A_BODY = ['body', 'schema', 'content', 'when', 'source', 'headers', 'contentType', 'note', 'description']

function answerOf(answer: unknown): Shape {
  const node = record(answer)
  if (!AROUND_A_BODY.some((name) => name in node)) return shapeOf(node)
  const json = Object.entries(record(node['content'])).find(([type]) => type.includes('json'))?.[1]
  return shapeOf(node['body'] ?? node['schema'] ?? json)
}

const TYPES = /^(?:string|object|array|integer|number|boolean|null|any)\b/
const SCHEMA_WORDS = ['properties', 'items', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', 'known_values', '$schema']

function shapeOf(node: unknown): Shape {
  const data = record(node)
  const { type } = data
  const isSchema =
    SCHEMA_WORDS.some((word) => word in data && (word === 'const' || typeof data[word] !== 'string')) ||
    Array.isArray(type) ||
    (typeof type === 'string' && TYPES.test(type))
  if (!isSchema) return fieldsOf(data)
  const parts = ['anyOf', 'oneOf', 'allOf'].flatMap((word) =>
    Array.isArray(data[word]) ? (data[word] as unknown[]) : [],
  )
  const values = [data['enum'], data['known_values']].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  )
  return merged([
    { fields: new Map(Object.entries(record(data['properties'])).map(([name, own]) => [name, shapeOf(own)])), values },
    shapeOf(data['items']),
    ...parts.map(shapeOf),
  ])
}

/** Words that say which form of an answer it is; what they hold stands in their place. */
const FORMS = new Set(['variantA', 'variantB', 'unpaged', 'paged', 'async', 'sync'])
const REMARKS = new Set(['note', 'source', 'type'])

function fieldsOf(map: Data): Shape {
  const found: Shape[] = []
  const fields = new Map<string, Shape>()
  for (const [name, value] of Object.entries(map)) {
    if (FORMS.has(name)) found.push(shapeOf(value))
    // A capital begins the name of a type, and not of a field.
    else if (/^[a-z$][\w$-]*\??$/.test(name) && !(REMARKS.has(name) && 'source' in map))
      fields.set(name.replace('?', ''), shapeOf(value))
  }
  return merged([...found, { fields, values: [] }])
}

function merged(shapes: readonly Shape[]): Shape {
  const fields = new Map<string, Shape>()
  for (const shape of shapes) {
    for (const [name, own] of shape.fields)
      fields.set(name, merged([...(fields.has(name) ? [fields.get(name)!] : []), own]))
  }
  return { fields, values: [...new Set(shapes.flatMap((shape) => shape.values))] }
}

function record(value: unknown): Data {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Data) : {}
}
