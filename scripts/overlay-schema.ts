import { OVERLAY_GRAMMAR } from '../mocks/spec/overlay/overlay-grammar.ts'
import type { Schema } from './scenario-schema.ts'

/**
 * The JSON Schema of overlays, for editors: an `update` has `x-mock` if its target is the document, an operation or an
 * example. An overlay contains only parts, so nothing is required.
 *
 * @param xMock - the JSON Schema of `x-mock`
 * @param openapi - places of `x-mock` in a document
 */
export function overlaySchema(xMock: Schema, openapi: Schema): Schema {
  const { $defs: places, $schema, $id: _, title: __, description: ___, ...document } = openapi
  const { actions } = OVERLAY_GRAMMAR.properties as Readonly<Record<string, Schema>>
  const action = actions!['items'] as Schema
  const cases: ReadonlyArray<readonly [target: Schema, update: Schema]> = [
    [{ const: '$' }, { $ref: '#/$defs/place-document' }],
    [{ pattern: String.raw`\.(?:get|put|post|delete|options|head|patch|trace|query)$` }, operationOf(document)],
    [{ pattern: String.raw`\.examples(?:\.\w+|\[[^\]]+\])$` }, { $ref: '#/$defs/place-example' }],
    [{ pattern: String.raw`^\$(?:\.x-mock|\['x-mock'\])$` }, { $ref: '#/$defs/root' }],
  ]
  return {
    $schema,
    $id: 'https://sparring.example/overlay.schema.json',
    ...OVERLAY_GRAMMAR,
    description: 'For editors: an OpenAPI Overlay that says in `x-mock` how a vendor behaves.',
    properties: {
      ...OVERLAY_GRAMMAR.properties,
      actions: {
        ...actions,
        items: {
          ...action,
          allOf: cases.map(([target, update]) => ({
            if: { properties: { target } },
            then: { properties: { update } },
          })),
        },
      },
    },
    $defs: {
      ...(partial(xMock.$defs!) as Readonly<Record<string, Schema>>),
      'place-document': local(document),
      ...Object.fromEntries(Object.entries(places!).map(([name, place]) => [`place-${name}`, local(place)])),
    },
  }
}

/** What an operation of the document looks like. */
function operationOf(document: Schema): Schema {
  const paths = document.properties!['paths']!['additionalProperties'] as Schema
  const [operation] = Object.values(paths['patternProperties'] as Readonly<Record<string, Schema>>)
  return local(operation!)
}

/** The same schema with its references within this file. */
function local(schema: Schema): Schema {
  const text = JSON.stringify(schema)
    .replaceAll('"#/$defs/', '"#/$defs/place-')
    .replaceAll('"x-mock.schema.json#/$defs/', '"#/$defs/')
  return JSON.parse(text) as Schema
}

/** A schema that accepts any part of a valid value. */
function partial(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(partial)
  if (schema === null || typeof schema !== 'object') return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([keyword, value]) =>
          !(keyword === 'required' && Array.isArray(value)) && !/^min(?:Items|Properties)$/.test(keyword),
      )
      // Alternatives that only differ in required properties may match together.
      .map(([keyword, value]) =>
        keyword === 'not' ? [keyword, value] : [keyword === 'oneOf' ? 'anyOf' : keyword, partial(value)],
      ),
  )
}
