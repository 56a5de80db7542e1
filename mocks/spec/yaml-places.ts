import { tooDeep } from './nesting.ts'
import { nodeRequire } from './node-require.ts'
import type { Alias, Document, ParsedNode, Scalar, YAMLMap } from 'yaml'
import type { Mistake, Reading } from './source.ts'

// The package takes longer to load than most files take to read without it, and is needed only for places and mistakes.
let loaded: typeof import('yaml') | undefined
const yaml = (): typeof import('yaml') => (loaded ??= nodeRequire('yaml') as typeof import('yaml'))

/** Past this many values a text is an attack by aliases of aliases, not a specification. */
const mostValues = 5_000_000

/**
 * Reads YAML 1.2: anchors, aliases and merge keys, all keys as strings, no tags but those of the core schema. Values
 * that an alias repeats are shared, not copied. Positions are found later by reading the text again.
 */
export function readYamlWithPlaces(text: string): Reading {
  const document = parse(text)
  const mistakes = syntaxMistakes(document, text)
  const failed = mistakes.some(({ severity }) => severity !== 'warning')
  const built = failed ? { data: undefined, mistakes: [] } : build(document.contents, text)
  let again: Places | undefined
  return {
    data: built.data,
    mistakes: [...mistakes, ...built.mistakes],
    offsetOf: (segments) => offsetOf((again ??= placesOf(text)), segments),
  }
}

// Unique keys are checked while building: the parser compares each key with all others of its map.
function parse(text: string): Document.Parsed {
  return yaml().parseDocument(text, {
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
  })
}

function syntaxMistakes(document: Document.Parsed, text: string): Mistake[] {
  // The reader of the package calls itself for each level, and tells of its stack as of a mistake.
  const deep = document.errors.find(({ message }) => message.includes('call stack'))
  if (deep) return [tooDeep(deep.pos[0])]
  const mistakes = document.errors.map(({ code, message, pos }): Mistake => ({
    code: 'syntax',
    message: messages[code] ?? `${message.replace(/\.$/, '')}.${hints[code] ?? ''}`,
    offset: pos[0],
  }))
  for (const { code, message, pos } of document.warnings) {
    if (code === 'TAG_RESOLVE_FAILED') {
      const tag = text.slice(...pos)
      const remedy = 'Only plain YAML is read: remove it, or put the value in quotes if the "!" belongs to it.'
      mistakes.push({ code: 'unknown-tag', message: `The tag ${tag} is not known. ${remedy}`, offset: pos[0] })
    } else {
      mistakes.push({ code: 'syntax', severity: 'warning', message: `${message.replace(/\.$/, '')}.`, offset: pos[0] })
    }
  }
  return mistakes.sort((a, b) => a.offset - b.offset)
}

const hints: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: ' Put a text that holds ": " in quotes.',
  BAD_SCALAR_START: ' Put a text that begins so in quotes.',
  TAB_AS_INDENT: ' Use spaces.',
}

const messages: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'A second document begins here. Write one document in a file.',
  NON_STRING_KEY: 'A key must be a text, not a list or a map. Put a text that begins with "{" or "[" in quotes.',
}

interface Anchor {
  readonly value: unknown
  readonly weight: number
}

function build(contents: ParsedNode | null, text: string): { data: unknown; mistakes: Mistake[] } {
  const mistakes: Mistake[] = []
  const anchors = new Map<string, Anchor | 'open'>()
  let values = 0
  let exploded = false

  function value(node: ParsedNode | null): unknown {
    values++
    if (node === null) return null
    if (yaml().isAlias(node)) return aliased(node)
    const { anchor } = node
    if (anchor === undefined) return content(node)
    anchors.set(anchor, 'open')
    const before = values
    const built = content(node)
    anchors.set(anchor, { value: built, weight: values - before })
    return built
  }

  function content(node: Exclude<ParsedNode, Alias.Parsed>): unknown {
    if (yaml().isMap(node)) return map(node)
    if (yaml().isSeq(node)) return node.items.map(value)
    return (node as Scalar).value
  }

  function map(node: YAMLMap.Parsed): unknown {
    const built: Record<string, unknown> = {}
    const seen = new Map<string, ParsedNode>()
    for (const { key, value: child } of node.items) {
      const name = nameOf(key)
      if (isMerge(key)) {
        merge(built, value(child), child ?? key)
        continue
      }
      const first = seen.get(name)
      if (first) {
        const line = text.slice(0, first.range[0]).split('\n').length
        const message = `"${name}" stands twice in this map, first on line ${line}. Keep one.`
        mistakes.push({ code: 'duplicate-key', message, offset: key.range[0] })
      }
      seen.set(name, key)
      set(built, name, value(child))
    }
    return built
  }

  function merge(into: Record<string, unknown>, from: unknown, node: ParsedNode): void {
    for (const source of Array.isArray(from) ? from : [from]) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        say('Only a map, or a list of maps, can be merged by "<<".', node)
      } else {
        for (const [name, entry] of Object.entries(source)) if (!Object.hasOwn(into, name)) set(into, name, entry)
      }
    }
  }

  function aliased(node: Alias.Parsed): unknown {
    const anchor = anchors.get(node.source)
    if (anchor === undefined) say(`No anchor &${node.source} stands before the alias *${node.source}.`, node)
    else if (anchor === 'open') say(`The alias *${node.source} stands inside its own anchor.`, node)
    else if ((values += anchor.weight) > mostValues) {
      if (!exploded) say(`Aliases of aliases grow to more than ${mostValues} values here. Write fewer.`, node)
      exploded = true
    } else return anchor.value
    return null
  }

  function say(message: string, node: ParsedNode): void {
    mistakes.push({ code: 'syntax', message, offset: node.range[0] })
  }

  const data = value(contents)
  if (contents === null || (yaml().isScalar(contents) && contents.value === null && contents.source === '')) {
    mistakes.push({
      code: 'empty',
      message: 'The file holds no data, only comments. Write a document in it, or remove it.',
      offset: 0,
    })
    return { data: undefined, mistakes }
  }
  return { data: mistakes.some(({ code }) => code === 'syntax') ? undefined : data, mistakes }
}

// An assignment to `__proto__` would change the prototype instead.
function set(map: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') map[name] = value
  else Object.defineProperty(map, name, { value, writable: true, enumerable: true, configurable: true })
}

function nameOf(key: ParsedNode): string {
  return yaml().isScalar(key) ? String(key.value) : ''
}

function isMerge(key: ParsedNode): boolean {
  return yaml().isScalar(key) && key.value === '<<' && key.type === 'PLAIN'
}

/** What positions are found in; gathered once, since a file may have thousands of mistakes. */
interface Places {
  readonly contents: ParsedNode | null
  readonly anchors: ReadonlyMap<string, ParsedNode>
}

function placesOf(text: string): Places {
  const { contents } = parse(text)
  const anchors = new Map<string, ParsedNode>()
  collectAnchors(contents, anchors)
  return { contents, anchors }
}

function offsetOf({ contents, anchors }: Places, segments: readonly string[]): number {
  let offset = contents?.range[0] ?? 0
  let node = contents
  for (const segment of segments) {
    const next = step(node, segment, anchors)
    if (!next) break
    offset = next.offset
    node = next.node
  }
  return offset
}

interface Step {
  readonly offset: number
  readonly node: ParsedNode | null
}

function step(at: ParsedNode | null, segment: string, anchors: ReadonlyMap<string, ParsedNode>): Step | undefined {
  const node = yaml().isAlias(at) ? anchors.get(at.source) : at
  if (yaml().isSeq(node)) {
    const entry = /^\d+$/.test(segment) ? (node.items[Number(segment)] as ParsedNode | undefined) : undefined
    return entry && { offset: entry.range[0], node: entry }
  }
  if (!yaml().isMap(node)) return undefined
  const pairs = (node as YAMLMap.Parsed).items
  // The last of two equal keys is the one that counts.
  const pair = pairs.findLast(({ key }) => nameOf(key) === segment && !isMerge(key))
  if (pair) return { offset: pair.key.range[0], node: pair.value }
  for (const { key, value } of pairs.filter((each) => isMerge(each.key))) {
    const sources = yaml().isSeq(value) ? (value.items as ParsedNode[]) : [value]
    for (const source of sources) {
      const found = key && step(source, segment, anchors)
      if (found) return found
    }
  }
  return undefined
}

// A name may be anchored again; aliases mean the last one before them, which the few positions asked for can do without.
function collectAnchors(node: ParsedNode | null, anchors: Map<string, ParsedNode>): void {
  if (node === null || yaml().isAlias(node)) return
  if (node.anchor !== undefined) anchors.set(node.anchor, node)
  if (yaml().isSeq(node)) for (const item of node.items) collectAnchors(item as ParsedNode, anchors)
  if (yaml().isMap(node)) for (const pair of (node as YAMLMap.Parsed).items) collectAnchors(pair.value, anchors)
}
