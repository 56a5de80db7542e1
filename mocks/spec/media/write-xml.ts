import { DEEPEST } from '../read/nesting.ts'
import { asText } from '../values/scalar.ts'
import { follow, type Located } from '../schema/root.ts'
import { isObject, isSchema, mapOf, type SchemaObject } from '../schema/schema-object.ts'
import type { Schemas } from '../schema/validator.ts'

/**
 * Writes a value as XML by the `xml` hints of its schema: `name`, `prefix`, `namespace`, `attribute` and `wrapped`
 * (OpenAPI 3.1.1 section 4.8.26). Without a hint an element is called like its property, and the root like the schema's
 * component.
 *
 * @example
 * writeXml({ id: 1 }, '#/components/schemas/Pet', schemas)
 * //=> '<?xml version="1.0" encoding="UTF-8"?>\n<Pet><id>1</id></Pet>'
 */
export function writeXml(value: unknown, schema: SchemaObject | undefined, schemas: Schemas): string {
  const parts = schema ? partsOf(schemas.locate(schema), schemas) : []
  const component = typeof schema?.['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined
  const name = hint(parts, 'name') ?? component ?? 'root'
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value, parts, schemas)}`
}

/** A schema with all that it refers to and is combined of. */
type Parts = readonly Located[]

function element(name: string, value: unknown, parts: Parts, schemas: Schemas, depth = 0): string {
  const prefix = hint(parts, 'prefix')
  const namespace = hint(parts, 'namespace')
  const tag = nameOf(prefix === undefined ? name : `${prefix}:${name}`)
  const space =
    namespace === undefined ? '' : ` xmlns${prefix === undefined ? '' : `:${prefix}`}="${escape(namespace)}"`
  if (value === null || value === undefined || depth > DEEPEST) return `<${tag}${space}/>`
  if (Array.isArray(value)) {
    const items = value.map((entry) =>
      element(itemName(parts, name, schemas), entry, itemsOf(parts, schemas), schemas, depth + 1),
    )
    return `<${tag}${space}>${items.join('')}</${tag}>`
  }
  if (!isObject(value)) return `<${tag}${space}>${escape(String(value))}</${tag}>`
  let attributes = space
  let children = ''
  for (const [key, entry] of Object.entries(value)) {
    const own = propertyOf(parts, key, schemas)
    const known = hint(own, 'name') ?? key
    if (flag(own, 'attribute')) attributes += ` ${attributeName(own, known)}="${escape(asText(entry))}"`
    else if (Array.isArray(entry) && !flag(own, 'wrapped'))
      // Without a wrapper, each entry is an element of the object itself.
      for (const one of entry)
        children += element(itemName(own, key, schemas), one, itemsOf(own, schemas), schemas, depth + 1)
    else children += element(known, entry, own, schemas, depth + 1)
  }
  return children === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${children}</${tag}>`
}

/** Entries are called as their own schema says, else like their wrapper or their property. */
function itemName(parts: Parts, name: string, schemas: Schemas): string {
  return hint(itemsOf(parts, schemas), 'name') ?? name
}

function attributeName(parts: Parts, name: string): string {
  const prefix = hint(parts, 'prefix')
  return nameOf(prefix === undefined ? name : `${prefix}:${name}`)
}

function partsOf(located: Located, schemas: Schemas, found: Located[] = []): Parts {
  if (!isObject(located.schema) || found.some(({ schema }) => schema === located.schema)) return found
  found.push(located)
  const schema = schemas.normalize(located.schema)
  if (typeof schema['$ref'] === 'string') partsOf(follow(located.root, schema['$ref'], located.pointer), schemas, found)
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[keyword]
    if (!Array.isArray(list)) continue
    for (const entry of list) if (isSchema(entry)) partsOf({ ...located, schema: entry }, schemas, found)
  }
  return found
}

function propertyOf(parts: Parts, name: string, schemas: Schemas): Parts {
  for (const located of parts) {
    const properties = mapOf(located.schema as SchemaObject, 'properties')
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (isSchema(schema)) return partsOf({ ...located, schema }, schemas)
  }
  return []
}

function itemsOf(parts: Parts, schemas: Schemas): Parts {
  for (const located of parts) {
    const { items } = located.schema as SchemaObject
    if (isSchema(items)) return partsOf({ ...located, schema: items }, schemas)
  }
  return []
}

function hint(parts: Parts, keyword: string): string | undefined {
  for (const { schema } of parts) {
    const value = mapOf(schema as SchemaObject, 'xml')[keyword]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

function flag(parts: Parts, keyword: string): boolean {
  return parts.some(({ schema }) => mapOf(schema as SchemaObject, 'xml')[keyword] === true)
}

/** XML 1.0 section 2.2: most control characters, and halves of surrogate pairs, cannot be written at all. */
function escape(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A property may be called what no element can be. */
function nameOf(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}_.:-]/gu, '_')
  return /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`
}
