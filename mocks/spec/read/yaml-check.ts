import type { Event } from 'js-yaml'
import type { Mistake } from './reading.ts'

type Yaml = typeof import('js-yaml')

/** A text with more values is an attack by aliases of aliases, not a specification. */
const MOST_VALUES = 5_000_000

const TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].flatMap((name) => [
    `!!${name}`,
    `!<tag:yaml.org,2002:${name}>`,
  ]),
)

/** An open map, list or document while its events arrive. */
interface Frame {
  /** The keys of a map so far, with their offsets. */
  readonly keys: Map<string, number> | undefined
  readonly anchor: string | undefined
  readonly valuesBefore: number
  expectsKey: boolean
}

/**
 * Finds mistakes in a text that parses: repeated keys, keys that are not texts, unknown tags, aliases that are
 * undefined, recursive or too large. Marks plain keys as quoted, so that none becomes a number.
 *
 * @throws Error for a second document, which a stricter reader explains
 */
export function checkEvents(events: readonly Event[], text: string, yaml: Yaml): readonly Mistake[] {
  const { ALIAS, DOCUMENT, MAPPING, POP, SCALAR } = yaml.EVENT_ID
  const { PLAIN, SINGLE_QUOTED } = yaml.SCALAR_STYLE
  const mistakes: Mistake[] = []
  const report = (message: string, offset: number, code: Mistake['code'] = 'syntax'): void => {
    mistakes.push({ code, message, offset })
  }
  /** The number of values of each anchor; undefined while inside it. */
  const anchors = new Map<string, number | undefined>()
  const open: Frame[] = []
  let values = 0
  let isEmpty = true
  let exploded = false

  for (const event of events) {
    if (event.type === POP) {
      const { anchor, valuesBefore } = open.pop()!
      if (anchor !== undefined) anchors.set(anchor, values - valuesBefore)
      continue
    }
    if (event.type === DOCUMENT) {
      if (!isEmpty) throw new Error('a second document')
      open.push({ keys: undefined, anchor: undefined, valuesBefore: 0, expectsKey: false })
      continue
    }
    const parent = open.at(-1)!
    const isKey = parent.expectsKey
    if (parent.keys) parent.expectsKey = !isKey
    const anchor = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd)
    if (!isKey) values++
    if (event.type === ALIAS) {
      isEmpty = false
      alias(anchor!, event.anchorStart - 1)
      continue
    }
    if (event.tagStart >= 0) checkTag(text.slice(event.tagStart, event.tagEnd), event.tagStart)
    if (event.type === SCALAR) {
      if (event.valueStart >= 0 || event.tagStart >= 0 || open.length > 1) isEmpty = false
      if (anchor !== undefined) anchors.set(anchor, 0)
      if (!isKey || event.valueStart < 0) continue
      const name = yaml.getScalarValue(text, event)
      const isPlain = event.style === PLAIN
      if (isPlain && name === '<<') continue
      const offset = event.valueStart - (isPlain ? 0 : 1)
      const first = parent.keys!.get(name)
      if (first === undefined) parent.keys!.set(name, offset)
      else {
        const line = text.slice(0, first).split('\n').length
        report(`"${name}" occurs twice in this map, first on line ${line}. Keep one.`, offset, 'duplicate-key')
      }
      if (isPlain && event.fast) event.style = SINGLE_QUOTED
      continue
    }
    isEmpty = false
    if (isKey) {
      const remedy = 'Put a text that begins with "{" or "[" in quotes.'
      report(`A key must be a text, not a list or a map. ${remedy}`, event.start)
    }
    if (anchor !== undefined) anchors.set(anchor, undefined)
    const isMap = event.type === MAPPING
    open.push({ keys: isMap ? new Map() : undefined, anchor, valuesBefore: values, expectsKey: isMap })
  }
  if (isEmpty) report('The file holds no data, only comments. Write a document in it, or remove it.', 0, 'empty')
  return mistakes

  function alias(name: string, offset: number): void {
    const weight = anchors.get(name)
    if (!anchors.has(name)) report(`No anchor &${name} comes before the alias *${name}.`, offset)
    else if (weight === undefined) report(`The alias *${name} is inside its own anchor.`, offset)
    else if ((values += weight) > MOST_VALUES) {
      if (!exploded) report(`Aliases of aliases expand to more than ${MOST_VALUES} values here. Write fewer.`, offset)
      exploded = true
    }
  }

  function checkTag(tag: string, offset: number): void {
    if (tag === '!' || TAGS.has(tag)) return
    const remedy = 'Only plain YAML is read: remove it, or put the value in quotes if the "!" belongs to it.'
    report(`The tag ${tag} is not known. ${remedy}`, offset, 'unknown-tag')
  }
}
