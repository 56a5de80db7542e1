import { styleIn } from '../../../codec/styles.ts'
import { isOwnHeader } from '../../../http/own-headers.ts'
import type { ResponseHeader } from '../../../codec/response-header.ts'
import { type Data, entries, followRef, record, schemaOf, type SpecCursor } from '../../context.ts'
import { deref } from '../../../references/deref.ts'
import { contentSyntax } from '../parameters.ts'
import { documentedValue } from './documented-value.ts'
import { asList } from '../../../values/is-record.ts'

/** Compiles `headers` of a response, without those that the server sets itself. */
export function compileResponseHeaders(headers: SpecCursor): ReadonlyMap<string, ResponseHeader> {
  return new Map(
    headers
      .entries()
      .filter(([name]) => !isOwnHeader(name))
      .map(([name, header]) => [name.toLowerCase(), compileResponseHeader(name, followRef(header))]),
  )
}

/** A Header Object gives its value as a parameter does: in `example`, `examples` or its `content`. */
function compileResponseHeader(name: string, header: SpecCursor): ResponseHeader {
  const { context } = header
  const node = header.record()
  const [type, media] = entries(node['content'])[0] ?? []
  const holder = type === undefined ? node : record(media)
  const schema = schemaOf(holder['schema'])
  const resolved = deref(context.document, schema).node
  const value = documentedValue(context, holder)
  return {
    name,
    required: node['required'] === true,
    schema,
    shown: value === undefined ? schemaExample(resolved) : value,
    fallback: resolved['default'],
    in: 'header',
    ...styleIn('header', node['style'], node['explode']),
    content: type === undefined ? undefined : contentSyntax(type),
    allowEmptyValue: false,
    isText: false,
    siblings: NO_SIBLINGS,
  }
}

const NO_SIBLINGS: readonly never[] = []

function schemaExample(schema: Data): unknown {
  return 'example' in schema ? schema['example'] : asList(schema['examples'])[0]
}
