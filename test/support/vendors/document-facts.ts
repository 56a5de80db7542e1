/** What an OpenAPI document says of its operations, field by field: each place with each thing that is said of it. */
export type Facts = ReadonlyMap<string, string>

type Data = Readonly<Record<string, unknown>>

/** Keywords that are compared as they stand. */
const KEYWORDS = [
  'format',
  'default',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
]

/**
 * Reads a document as facts: `post /agents body .name maxLength` is `100`.
 */
export function documentFacts(document: Data): Facts {
  const facts = new Map<string, string>()
  for (const [path, item] of Object.entries(record(document['paths'])))
    for (const [method, operation] of Object.entries(record(item))) {
      const place = `${method} ${path}`
      const own = record(operation)
      if (own['responses'] === undefined) continue
      addOperation({ document, facts }, place, [record(item)['parameters'], own['parameters']], own)
    }
  return facts
}

interface Reading {
  readonly document: Data
  readonly facts: Map<string, string>
}

function addOperation(reading: Reading, place: string, parameters: readonly unknown[], operation: Data): void {
  const { document, facts } = reading
  facts.set(place, 'operation')
  for (const entry of parameters.flatMap((list) => (list ?? []) as unknown[])) {
    const parameter = resolved(document, entry)
    const at = `${place} ${String(parameter['in'])} ${String(parameter['name'])}`
    facts.set(`${at} required`, String(parameter['required'] === true))
    addSchema(reading, at, parameter['schema'], [])
  }
  const body = resolved(document, operation['requestBody'])
  if (operation['requestBody'] !== undefined) facts.set(`${place} body required`, String(body['required'] === true))
  addContent(reading, `${place} body`, body)
  for (const [status, answer] of Object.entries(record(operation['responses']))) {
    const at = `${place} ${status}`
    facts.set(at, 'answer')
    addContent(reading, at, resolved(document, answer))
  }
}

/** JSON is what is usual, and so is not named. */
function addContent(reading: Reading, place: string, holder: Data): void {
  for (const [type, media] of Object.entries(record(holder['content'])))
    addSchema(reading, type === 'application/json' ? place : `${place} ${type}`, record(media)['schema'], [])
}

function addSchema(reading: Reading, place: string, schema: unknown, around: readonly unknown[]): void {
  const { document, facts } = reading
  const { node, core, variants, types, isNullable } = readSchema(document, schema)
  // A schema that holds itself is read once.
  if (around.includes(core)) return
  const within = [...around, core]
  const all = [...new Set(isNullable ? [...types, 'null'] : types)].sort()
  facts.set(`${place} type`, all.length === 0 ? 'any' : all.join(' | '))
  const values = node['enum'] ?? (node['const'] === undefined ? undefined : [node['const']])
  if (Array.isArray(values)) facts.set(`${place} enum`, JSON.stringify(values.filter((value) => value !== null).sort()))
  for (const word of KEYWORDS) {
    const value = node[word]
    // A default of null says no more than that the field may be left out.
    if (value !== undefined && value !== null) facts.set(`${place} ${word}`, JSON.stringify(value))
  }
  const required = (node['required'] ?? []) as readonly unknown[]
  for (const [name, own] of Object.entries(record(node['properties']))) {
    facts.set(`${place} .${name} required`, String(required.includes(name)))
    addSchema(reading, `${place} .${name}`, own, within)
  }
  const others = node['additionalProperties']
  if (others === false) facts.set(`${place} others`, 'none')
  else if (Object.keys(resolved(document, others)).length > 0) addSchema(reading, `${place} .*`, others, within)
  if (node['items'] !== undefined) addSchema(reading, `${place} []`, node['items'], within)
  for (const [index, variant] of variants.entries()) addSchema(reading, `${place} (${index + 1})`, variant, within)
}

interface ReadSchema {
  /** All that is said of the value, in one schema. */
  readonly node: Data
  /** The schema of the document by which one that holds itself is known again. */
  readonly core: Data
  /** Where there is a choice that is no one schema. */
  readonly variants: readonly unknown[]
  readonly types: readonly string[]
  readonly isNullable: boolean
}

/** A choice between a schema and null is that schema, and may be null; scalars of several types are one schema. */
function readSchema(document: Data, schema: unknown): ReadSchema {
  const node = resolved(document, schema)
  const { anyOf, oneOf, allOf, ...outer } = node
  const choices = [anyOf, oneOf].flatMap((list) =>
    ((list ?? []) as unknown[]).map((part) => readSchema(document, part)),
  )
  const parts = choices.filter(({ types, isNullable }) => types.length > 0 || !isNullable)
  const own = [outer['type'] ?? []].flat() as string[]
  const isNullable = own.includes('null') || choices.some((choice) => choice.isNullable)
  const types = own.filter((type) => type !== 'null')
  const all = [...types, ...parts.flatMap((part) => part.types)]
  if (parts.length > 1 && (new Set(all).size < all.length || parts.some((part) => part.types.length === 0)))
    return {
      node: outer,
      core: node,
      variants: [anyOf, oneOf].flatMap((list) => (list ?? []) as unknown[]),
      types,
      isNullable,
    }
  const said = [...((allOf ?? []) as unknown[]).map((part) => readSchema(document, part)), ...parts]
  const merged = Object.assign({}, ...said.map((part) => part.node), outer) as Data
  return { node: merged, core: said.length === 1 ? said[0]!.core : node, variants: [], types: all, isNullable }
}

function resolved(document: Data, node: unknown): Data {
  const ref = record(node)['$ref']
  if (typeof ref !== 'string') return record(node)
  const target = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, step) => (value as Data)[step.replaceAll('~1', '/').replaceAll('~0', '~')], document)
  const { $ref: _, ...beside } = node as Data
  const whole = resolved(document, target)
  return Object.keys(beside).length === 0 ? whole : { ...whole, ...beside }
}

function record(value: unknown): Data {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Data) : {}
}
