import { readValue } from '../../spec/codec/read-parameter.ts'
import type { ResponseHeader } from '../../spec/codec/response-header.ts'
import type { Vendor } from '../../spec/model/vendor.ts'

/** Whether the text of a header can be read as a value that its schema allows. */
export function isFitting({ schemas }: Vendor, header: ResponseHeader, text: string): boolean {
  if (!header.schema) return true
  const check = schemas.validator(header.schema)
  try {
    return readValue(header, schemas, text).some((value) => check(value).length === 0)
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
