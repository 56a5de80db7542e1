import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { asRecord, isRecord } from '../../mocks/spec/values/is-record.ts'
import { noteNames, rewrite } from './rewrite.ts'

/** A value of a document, and its absolute URI with a JSON Pointer. */
export interface Place {
  readonly uri: string
  readonly value: unknown
}

/** The files of one document. References in them are absolute; broken ones are left out. */
export interface Sources {
  readonly root: Place
  readonly version: string
  /** All files that were read, by URI. */
  readonly files: ReadonlyMap<string, unknown>
  /** The value at an absolute URI. */
  readonly at: (uri: string) => Place | undefined
  /** The place itself, or the target of its references. */
  readonly follow: (place: Place) => Place
}

/**
 * Reads a document with all files that it refers to. Shares no code with the tested reader.
 *
 * @param entry - the URI of the file
 */
export function readSources(entry: string): Sources {
  const raw = new Map<string, unknown>()
  const files = new Map<string, unknown>()
  const names = new Map<string, string>()
  const readRaw = (uri: string): unknown => {
    if (!raw.has(uri)) {
      raw.set(uri, readFile(uri))
      noteNames(raw.get(uri), uri, names)
    }
    return raw.get(uri)
  }
  const pending = [entry]
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (files.has(file)) continue
    const known = file
    files.set(known, rewrite(readRaw(known), known, { names, exists: (uri) => lookUp(uri, readRaw) !== undefined }))
    for (const other of raw.keys()) if (!files.has(other) && raw.get(other) !== undefined) pending.push(other)
  }
  const at = (uri: string): Place | undefined => lookUp(uri, (file) => files.get(file))
  const root = { uri: `${entry}#`, value: files.get(entry) }
  const { openapi, swagger } = asRecord(root.value)
  return {
    root,
    version: String(openapi ?? swagger ?? ''),
    files,
    at,
    follow: (place) => {
      let found = place
      for (let hops = 0; hops < 50 && isRecord(found.value) && typeof found.value['$ref'] === 'string'; hops++) {
        const next = at(found.value['$ref'])
        if (!next) break
        found = next
      }
      return found
    },
  }
}

/** The place of an entry below a place. */
export function child({ uri, value }: Place, key: string | number): Place {
  const segment = encodeURIComponent(String(key).replaceAll('~', '~0').replaceAll('/', '~1'))
  const below = Array.isArray(value) ? (value as unknown[])[Number(key)] : asRecord(value)[key]
  return { uri: `${uri}/${segment}`, value: below }
}

function lookUp(uri: string, read: (file: string) => unknown): Place | undefined {
  const [file = '', fragment = ''] = uri.split('#')
  let value = read(file)
  if (value === undefined) return undefined
  for (const segment of fragment.split('/').slice(1)) {
    const key = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~')
    value = Array.isArray(value) ? (value as unknown[])[Number(key)] : asRecord(value)[key]
    if (value === undefined || value === null) return undefined
  }
  return { uri: `${file}#${fragment}`, value }
}

function readFile(uri: string): unknown {
  if (!uri.startsWith('file:')) return undefined
  try {
    const text = readFileSync(new URL(uri), 'utf8').replace(/^\ufeff/, '')
    return uri.endsWith('.json') ? (JSON.parse(text) as unknown) : load(text, { json: true })
  } catch {
    return undefined
  }
}
