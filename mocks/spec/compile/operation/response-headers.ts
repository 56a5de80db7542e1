import { isJson } from '../../media/media-type.ts'
import { isOwnHeader } from '../../http/own-headers.ts'
import type { ResponseHeader } from '../../model/vendor.ts'
import { type Context, type Data, entries, list, record, schemaOf } from '../context.ts'
import { shownValue } from './content.ts'

/** Compiles `headers` of an answer, without those that the server makes itself. */
export function compileResponseHeaders(context: Context, raw: unknown): ReadonlyMap<string, ResponseHeader> {
  return new Map(
    entries(raw).flatMap(([name, entry]) => {
      if (isOwnHeader(name)) return []
      return [[name.toLowerCase(), compileHeader(context, name, context.deref(entry, '').node)] as const]
    }),
  )
}

/** A Header Object says its value as a parameter does: by `example`, `examples`, or those of its `content`. */
function compileHeader(context: Context, name: string, node: Data): ResponseHeader {
  const [type, media] = entries(node['content'])[0] ?? []
  const schema = schemaOf(type === undefined ? node['schema'] : record(media)['schema'])
  const shown = shownValue(context, type === undefined ? node : record(media))
  return {
    name,
    required: node['required'] === true,
    schema,
    shown: shown === undefined ? shownBySchema(context, schema) : shown,
    fallback: schema && context.deref(schema, '').node['default'],
    style: isJson(type) ? 'json' : node['explode'] === true ? 'exploded' : 'simple',
  }
}

function shownBySchema(context: Context, schema: unknown): unknown {
  const { node } = context.deref(schema, '')
  return 'example' in node ? node['example'] : list(node['examples'])[0]
}
