import { isJson } from '../../media/media-type.ts'
import type { RequestBody } from '../../model/operation/operation.ts'
import { usualContents } from '../../model/operation/request-content.ts'
import { deref } from '../../references/deref.ts'
import { entries, followRef, record, type SpecCursor } from '../context.ts'
import { compileBodyContent } from './content/content.ts'

/** Compiles `requestBody`. */
export function compileBody(raw: SpecCursor, validate: (key: string) => SpecCursor): RequestBody {
  const body = followRef(raw)
  const [, json] =
    body
      .at('content')
      .entries()
      .find(([type]) => isJson(type)) ?? []
  const schema = deref(raw.context.document, json?.at('schema').value).node
  const properties = entries(schema['properties'])
  const filled = properties.filter(([, property]) => 'default' in record(property))
  const fills = validate('defaults').value === 'fill' && filled.length > 0
  const content = compileBodyContent(body.at('content'))
  return {
    required: body.at('required').value === true,
    needsContentType: validate('contentType').value === 'required',
    maxBytes: validate('maxBytes').number(),
    names:
      validate('keys').value === 'any-case'
        ? new Map(properties.map(([name]) => [name.toLowerCase(), name]))
        : undefined,
    defaults: fills
      ? Object.fromEntries(filled.map(([name, property]) => [name, record(property)['default']]))
      : undefined,
    known: validate('unknownFields').value === 'ignore' ? knownFields(schema, properties) : undefined,
    ...content,
    usual: usualContents(content),
  }
}

/** Undefined for a schema that is open or combined, since it does not tell which fields are unknown. */
function knownFields(
  schema: Readonly<Record<string, unknown>>,
  properties: ReadonlyArray<readonly [string, unknown]>,
): ReadonlySet<string> | undefined {
  const isOpen = ['additionalProperties', 'patternProperties', 'allOf', 'anyOf', 'oneOf'].some(
    (keyword) => schema[keyword] !== undefined && schema[keyword] !== false,
  )
  if (isOpen || properties.length === 0) return undefined
  return new Set(properties.flatMap(([name, property]) => (record(property)['readOnly'] === true ? [] : [name])))
}
