import type { Shape } from '../codec/value-shape.ts'
import { mapKeyword, type SchemaObject } from '../schema/schema-object.ts'

/** The place of a value in XML (OpenAPI 3.1.1 section 4.8.26; `nodeType` comes from 3.2). */
export type XmlNodeKind = 'attribute' | 'text' | 'element'

/** A text under `xml` of a schema or of what it refers to. */
export function xmlHint(shape: Shape, keyword: 'name' | 'prefix' | 'namespace'): string | undefined {
  for (const { schema } of shape.parts) {
    const value = mapKeyword(schema as SchemaObject, 'xml')[keyword]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

export function xmlKind(shape: Shape): XmlNodeKind {
  for (const { schema } of shape.parts) {
    const { attribute, nodeType } = mapKeyword(schema as SchemaObject, 'xml')
    if (attribute === true || nodeType === 'attribute') return 'attribute'
    if (nodeType === 'text' || nodeType === 'cdata') return 'text'
  }
  return 'element'
}

/** Whether a list has a wrapper element. */
export function isWrapped(shape: Shape): boolean {
  return shape.parts.some(({ schema }) => {
    const { wrapped, nodeType } = mapKeyword(schema as SchemaObject, 'xml')
    return wrapped === true || nodeType === 'element'
  })
}

/** Entries are named by their own schema, else after their wrapper or property. */
export function itemName(shape: Shape, name: string): string {
  return xmlHint(shape.items, 'name') ?? name
}
