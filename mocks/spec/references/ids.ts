import type { Source } from '../read/source.ts'
import { createPatchwork, patchworkSource } from '../overlay/patchwork.ts'
import { isRecord } from '../values/is-record.ts'
import { formatPointer, getPointer, parsePointer } from './pointer.ts'
import { indexRefs, placesOfRefs, walkObjects } from './ref-walk.ts'
import { percentDecode } from '../../state/text.ts'

/** A part with its own URI: the document, by `$self`, or a schema, by `$id`. */
interface Resource {
  readonly pointer: string
  readonly uri: string
}

/**
 * Turns `$ref`s by URI (`$self`, `$id`, `$anchor`; OpenAPI 3.2 section 4.1.2, JSON Schema 2020-12 section 8.2) into
 * JSON Pointers of the document, or into paths of files beside it. Other `$ref`s stay unchanged.
 */
export function withPointers(source: Source): Source {
  const { data } = source
  const self = isRecord(data) && typeof data['$self'] === 'string' ? data['$self'] : undefined
  if (self === undefined && indexRefs(data).ids.size === 0) return source
  const { resources, anchors } = gather(data, self)
  const root = resources[0]!
  const patchwork = createPatchwork(source)
  for (const [ref, places] of placesOfRefs(data, { has: () => true })) {
    for (const place of places) {
      const base = resources.findLast(({ pointer }) => place.startsWith(`${pointer}/`)) ?? root
      const text = written(ref, base)
      if (text !== undefined && text !== ref) patchwork.put(parsePointer(place), text, { source, pointer: place })
    }
  }
  return patchworkSource(source, patchwork)

  function written(ref: string, base: Resource): string | undefined {
    if (!URL.canParse(ref, base.uri)) return undefined
    const url = new URL(ref, base.uri)
    const fragment = percentDecode(url.hash.slice(1)) ?? ''
    url.hash = ''
    const found = resources.findLast(({ uri }) => uri === url.href)
    // A reference that a schema with an `$id` cannot resolve is resolved in the document.
    if (!found) return ref.startsWith('#') ? undefined : besideIt(url, ref, root.uri)
    const inside =
      fragment === '' || fragment.startsWith('/') ? found.pointer + fragment : anchors.get(`${url.href}#${fragment}`)
    if (inside === undefined || getPointer(data, inside) === undefined) return undefined
    return `#${inside.split('/').map(encodeURIComponent).join('/')}`
  }
}

/** The base of a file without a URI. */
const NOWHERE = 'https://nowhere.invalid/'

/** The resources of a document, each after those that contain it, and its anchors by URI. */
function gather(data: unknown, self: string | undefined) {
  const resources: Resource[] = [{ pointer: '', uri: uriOf(self ?? '', NOWHERE) }]
  const anchors = new Map<string, string>()
  // The resources that contain the visited place, the innermost last.
  const around = [...resources]
  walkObjects(data, (node, path) => {
    const pointer = formatPointer(path)
    while (around.length > 1 && !pointer.startsWith(`${around.at(-1)!.pointer}/`)) around.pop()
    const base = around.at(-1)!
    if (typeof node['$id'] === 'string') {
      const resource = { pointer, uri: uriOf(node['$id'], base.uri) }
      if (pointer === '') [resources[0], around[0]] = [resource, resource]
      else {
        resources.push(resource)
        around.push(resource)
      }
    }
    const { uri } = around.at(-1)!
    for (const keyword of ['$anchor', '$dynamicAnchor'])
      if (typeof node[keyword] === 'string') anchors.set(`${uri}#${node[keyword]}`, pointer)
  })
  return { resources, anchors }
}

function uriOf(id: string, base: string): string {
  if (!URL.canParse(id, base)) return base
  const url = new URL(id, base)
  url.hash = ''
  return url.href
}

/** The path of a file whose URI is relative to that of the document. */
function besideIt(url: URL, ref: string, self: string): string | undefined {
  const folder = self.slice(0, self.lastIndexOf('/') + 1)
  if (folder === NOWHERE || !/^https?:/i.test(ref) || !url.href.startsWith(folder)) return undefined
  const hash = ref.indexOf('#')
  return url.href.slice(folder.length) + (hash === -1 ? '' : ref.slice(hash))
}
