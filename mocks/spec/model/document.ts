import type { OpenAPIV3, OpenAPIV3_1 } from 'openapi-types'

/** What documents hold beyond OpenAPI: `x-mock`, and the extensions of others. */
interface Extensions {
  [extension: `x-${string}`]: unknown
}

/**
 * An OpenAPI document as an object: written in code by the types of `openapi-types`, or imported from JSON, whose texts have
 * no literal types. It is checked when a mock is made.
 */
export type OpenApiDocument =
  | (OpenAPIV3_1.Document<Extensions> & Extensions)
  | (OpenAPIV3.Document<Extensions> & Extensions)
  | { readonly openapi: string; readonly info: object; readonly paths?: object | undefined }

/** Known members of an OpenAPI object with unknown values: documents have errors, and a mock works around them. */
type Unchecked<T> = { readonly [Part in keyof (T & Additions)]?: unknown }

/** Members of OpenAPI objects that `openapi-types` lacks. */
interface Additions {
  'x-mock': unknown
  'x-mock-status': unknown
  'x-mock-left-out': unknown
  $ref: unknown
}

/** An OpenAPI document of known version. */
export type SpecDocument = Unchecked<OpenAPIV3_1.Document>
export type ParameterNode = Unchecked<OpenAPIV3_1.ParameterObject>
export type MediaNode = Unchecked<OpenAPIV3_1.MediaTypeObject>
/** `dataValue` comes from OpenAPI 3.2. */
export type ExampleNode = Unchecked<OpenAPIV3_1.ExampleObject & { dataValue: unknown; serializedValue: unknown }>
