import type { OpenAPIV3, OpenAPIV3_1 } from 'openapi-types'
import { createMock, type Mock, type OpenApiDocument } from 'sparring'
import { expectTypeOf, test } from 'vitest'
import parcels from '../../fixtures/given/parcels.json' with { type: 'json' }

test('a document is one of the types that others use, an import of JSON, or a literal', () => {
  expectTypeOf<OpenAPIV3_1.Document>().toExtend<OpenApiDocument>()
  expectTypeOf<OpenAPIV3.Document>().toExtend<OpenApiDocument>()
  expectTypeOf(parcels).toExtend<OpenApiDocument>()
  expectTypeOf(
    createMock({
      vendors: {
        parcels: { document: parcels },
        seek: { dialect: 'usd' },
        acme: {
          document: {
            openapi: '3.1.0',
            info: { title: 'Acme', version: '1' },
            paths: { '/me': { get: { 'x-mock': { status: 202 }, responses: { 202: { description: 'Me.' } } } } },
            'x-mock': { plans: { free: {} } },
          },
        },
      },
    }),
  ).toEqualTypeOf<Mock>()
})

test('a value that is not an OpenAPI document is a type error', () => {
  // @ts-expect-error -- a document of Swagger 2
  createMock({ vendors: { acme: { document: { swagger: '2.0', info: { title: 'Acme', version: '1' }, paths: {} } } } })
  // @ts-expect-error -- a text is no document
  createMock({ vendors: { acme: { document: './acme.json' } } })
})
