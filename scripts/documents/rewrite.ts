import { isRecord } from '../../mocks/spec/values/is-record.ts'

interface Known {
  /** URIs of `$id`, `$self` and `$anchor`, and the URI with a pointer that each stands for. */
  readonly names: ReadonlyMap<string, string>
  /** Whether something stands at a URI with a pointer. */
  readonly exists: (uri: string) => boolean
}

/** Keywords whose values are data of the vendor. */
const DATA = new Set(['example', 'default', 'enum', 'const', 'value'])
/** Keywords whose values are maps with names as keys. */
const MAPS = new Set(
  `properties patternProperties $defs definitions dependentSchemas schemas responses parameters headers requestBodies
  securitySchemes securityDefinitions links callbacks pathItems paths webhooks content encoding examples mediaTypes`.split(
    /\s+/,
  ),
)

interface Spot {
  /** The URI against which references are read. */
  readonly base: string
  /** The URI with a pointer at which the node stands. */
  readonly uri: string
  readonly isMap: boolean
}

/** Notes the URIs that a file and its schemas give themselves. */
export function noteNames(root: unknown, file: string, names: Map<string, string>): void {
  const base = selfOf(root, file)
  if (base !== file) names.set(base, `${file}#`)
  note(root, { base, uri: `${file}#`, isMap: false }, names)
}

/** Copies a file, with absolute references; those that lead nowhere are left out. */
export function rewrite(root: unknown, file: string, known: Known): unknown {
  const self = selfOf(root, file)
  return copy(root, { base: self, uri: `${file}#`, isMap: false }, { ...known, file, self })
}

function selfOf(root: unknown, file: string): string {
  const self = isRecord(root) ? root['$self'] : undefined
  return typeof self === 'string' && URL.canParse(self, file) ? new URL(self, file).href : file
}

function note(node: unknown, spot: Spot, names: Map<string, string>): void {
  each(node, spot, (value, below) => note(value, below, names))
  if (!isRecord(node) || spot.isMap) return
  const base = baseOf(node, spot)
  if (typeof node['$id'] === 'string') names.set(base, spot.uri)
  for (const anchor of [node['$anchor'], node['$dynamicAnchor']])
    if (typeof anchor === 'string') names.set(`${base.split('#')[0]}#${anchor}`, spot.uri)
}

interface InFile extends Known {
  readonly file: string
  readonly self: string
}

function copy(node: unknown, spot: Spot, known: InFile): unknown {
  if (Array.isArray(node)) {
    const result: unknown[] = []
    each(node, spot, (value, below) => result.push(copy(value, below, known)))
    return result
  }
  if (!isRecord(node)) return node
  const result: Record<string, unknown> = { ...node }
  each(node, spot, (value, below, key) => (result[key] = copy(value, below, known)))
  const base = spot.isMap ? spot.base : baseOf(node, spot)
  // Among names too: a text is no entry of a map, so the whole map is meant.
  if (typeof node['$ref'] === 'string') {
    const target = absolute(node['$ref'], base, known)
    if (target === undefined) delete result['$ref']
    else result['$ref'] = target
  }
  if (!spot.isMap && isRecord(node['discriminator']))
    result['discriminator'] = withTargets(node['discriminator'], base, known)
  return result
}

/** Calls back for each value below that may hold references. */
function each(node: unknown, spot: Spot, visit: (value: unknown, below: Spot, key: string) => void): void {
  if (Array.isArray(node))
    node.forEach((value, index) => visit(value, { ...spot, uri: `${spot.uri}/${index}`, isMap: false }, String(index)))
  if (!isRecord(node)) return
  const base = spot.isMap ? spot.base : baseOf(node, spot)
  for (const [key, value] of Object.entries(node)) {
    if (!spot.isMap && (DATA.has(key) || key.startsWith('x-') || (key === 'examples' && Array.isArray(value)))) continue
    const segment = encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
    visit(value, { base, uri: `${spot.uri}/${segment}`, isMap: !spot.isMap && MAPS.has(key) && isRecord(value) }, key)
  }
}

function baseOf(node: Readonly<Record<string, unknown>>, { base }: Spot): string {
  const id = node['$id']
  return typeof id === 'string' && URL.canParse(id, base) ? new URL(id, base).href : base
}

function absolute(reference: string, base: string, known: InFile): string | undefined {
  if (!URL.canParse(reference, base)) return undefined
  const [document = '', fragment = ''] = new URL(reference, base).href.split('#')
  const named = known.names.get(`${document}#${fragment}`)
  if (named !== undefined) return named
  const start = known.names.get(document) ?? `${toFile(document, known)}#`
  const uri = start + fragment
  return known.exists(uri) ? uri : undefined
}

/** Files beside one that names itself otherwise are met by the name that they would have. */
function toFile(document: string, { file, self }: InFile): string {
  if (self === file) return document
  const there = new URL('.', self).href
  return document.startsWith(there) ? new URL(document.slice(there.length), file).href : document
}

function withTargets(
  discriminator: Readonly<Record<string, unknown>>,
  base: string,
  known: InFile,
): Readonly<Record<string, unknown>> {
  const mapping = isRecord(discriminator['mapping']) ? discriminator['mapping'] : {}
  const targets = Object.entries(mapping).map(([name, target]) => [
    name,
    absolute(`#/components/schemas/${String(target)}`, base, known) ?? absolute(String(target), base, known),
  ])
  return { ...discriminator, mapping: Object.fromEntries(targets) as unknown }
}
