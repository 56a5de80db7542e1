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
