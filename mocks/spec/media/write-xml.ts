import type { Shape } from '../codec/value-shape.ts'
import { DEEPEST } from '../read/nesting.ts'
import type { SchemaObject } from '../schema/schema-object.ts'
import { isRecord } from '../values/is-record.ts'
import { asText } from '../values/scalar.ts'
import { isWrapped, itemName, xmlHint, xmlKind } from './xml-hints.ts'

/**
 * Writes a value as XML by the `xml` hints of its schema: `name`, `prefix`, `namespace`, `attribute`, `wrapped` and
 * `nodeType` (OpenAPI 3.1.1 section 4.8.26, OpenAPI 3.2.0). Without hints, an element is named after its property, and
 * the root after the schema's component.
 *
 * @example
 * writeXml({ id: 1 }, valueShape(schemas, { $ref: '#/components/schemas/Pet' }))
 * //=> '<?xml version="1.0" encoding="UTF-8"?>\n<Pet><id>1</id></Pet>'
 */
export function writeXml(value: unknown, shape: Shape): string {
  const ref = (shape.parts[0]?.schema as SchemaObject | undefined)?.['$ref']
  const component = typeof ref === 'string' ? ref.split('/').at(-1) : undefined
  const name = xmlHint(shape, 'name') ?? component ?? 'root'
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value, shape, 0)}`
}

function element(name: string, value: unknown, shape: Shape, depth: number): string {
  const prefix = xmlHint(shape, 'prefix')
  const namespace = xmlHint(shape, 'namespace')
  const tag = prefixed(shape, name)
  const space =
    namespace === undefined ? '' : ` xmlns${prefix === undefined ? '' : `:${prefix}`}="${escape(namespace)}"`
  if (value === null || value === undefined || depth > DEEPEST) return `<${tag}${space}/>`
  if (Array.isArray(value)) {
    const items = value.map((entry) => element(itemName(shape, name), entry, shape.items, depth + 1))
    return `<${tag}${space}>${items.join('')}</${tag}>`
  }
  if (!isRecord(value)) return `<${tag}${space}>${escape(asText(value))}</${tag}>`
  let attributes = space
  let children = ''
  for (const [key, entry] of Object.entries(value)) {
    const own = shape.property(key)
    const known = xmlHint(own, 'name') ?? key
    const kind = xmlKind(own)
    if (kind === 'attribute') attributes += ` ${prefixed(own, known)}="${escape(asText(entry))}"`
    else if (kind === 'text') children += escape(asText(entry))
    else if (Array.isArray(entry) && !isWrapped(own))
      // Without a wrapper, each entry is a child element of the object.
      for (const one of entry) children += element(itemName(own, key), one, own.items, depth + 1)
    else children += element(known, entry, own, depth + 1)
  }
  return children === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${children}</${tag}>`
}

function prefixed(shape: Shape, name: string): string {
  const prefix = xmlHint(shape, 'prefix')
  return nameOf(prefix === undefined ? name : `${prefix}:${name}`)
}

/** XML 1.0 section 2.2: most control characters and lone surrogates cannot be written. */
function escape(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Makes a property name a valid element name. */
function nameOf(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}_.:-]/gu, '_')
  return /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`
}
