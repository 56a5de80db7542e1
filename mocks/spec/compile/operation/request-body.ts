import { isJson } from '../../media/media-type.ts'
import type { RequestBody } from '../../model/vendor.ts'
import { deref } from '../../references/deref.ts'
import { entries, followRef, record, type SpecCursor } from '../context.ts'
import { compileBodyContent } from './content.ts'

/** Compiles `requestBody`. */
export function compileBody(raw: SpecCursor, validate: (key: string) => SpecCursor): RequestBody {
  const body = followRef(raw)
  const [, json] =
    body
      .at('content')
      .entries()
      .find(([type]) => isJson(type)) ?? []
  const properties = entries(deref(raw.context.document, json?.at('schema').value).node['properties'])
  const filled = properties.filter(([, property]) => 'default' in record(property))
  const fills = validate('defaults').value === 'fill' && filled.length > 0
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
    ...compileBodyContent(raw.context, body.at('content').value),
  }
}
