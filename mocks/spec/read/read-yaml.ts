import type { Event, Schema, YAMLException } from 'js-yaml'
import { readNumber } from '../values/exact-number.ts'
import { DEEPEST, tooDeep } from './nesting.ts'
import { lazyRequire } from './node-require.ts'
import type { Mistake, Reading } from './reading.ts'
import { checkEvents } from './yaml-check.ts'
import { syntaxMistakes } from './yaml-mistakes.ts'
import { capitalized } from '../../state/printable.ts'

// Loaded for the first file that is not JSON.
const yaml = lazyRequire<typeof import('js-yaml')>('js-yaml')

/**
 * Reads YAML 1.2: anchors, aliases and merge keys, all keys as strings, only the tags of the core schema. Values that
 * an alias repeats are shared, not copied.
 */
export function readYaml(text: string): Reading {
  try {
    const { events, mistakes } = check(text)
    if (mistakes.some(({ code }) => code !== 'duplicate-key')) return { data: undefined, mistakes }
    const [data] = yaml().constructFromEvents(events, {
      source: text,
      schema: (schema ??= createSchema()),
      json: true,
      maxTotalMergeKeys: -1,
    })
    return { data, mistakes }
  } catch (error) {
    return { data: undefined, mistakes: explain(text, error as YAMLException) }
  }
}

let schema: Schema | undefined

/** The core schema, with exact integers where a JavaScript number would lose digits. */
function createSchema(): Schema {
  const { CORE_SCHEMA, intCoreTag, mergeTag, Schema } = yaml()
  const exact = {
    ...intCoreTag,
    resolve: (source: string, isExplicit: boolean, tagName: string): unknown => {
      const value = intCoreTag.resolve(source, isExplicit, tagName)
      if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
      const [, sign, digits] = /^([-+]?)0*(\d+)$/.exec(source) ?? []
      return digits === undefined ? value : readNumber(`${sign === '-' ? '-' : ''}${digits}`)
    },
  }
  return new Schema([...CORE_SCHEMA.tags.map((tag) => (tag === intCoreTag ? exact : tag)), mergeTag])
}

/** Mistakes in a text that parses: repeated keys, and problems specific to YAML. */
export function checkYaml(text: string): readonly Mistake[] {
  try {
    return check(text).mistakes
  } catch (error) {
    return explain(text, error as YAMLException)
  }
}

/**
 * The events of a text with their offsets, in order.
 *
 * @throws {YAMLException}
 */
export function parseYaml(text: string): Event[] {
  return yaml().parseEvents(text, { maxDepth: DEEPEST })
}

function check(text: string): { readonly events: Event[]; readonly mistakes: readonly Mistake[] } {
  const events = parseYaml(text)
  return { events, mistakes: checkEvents(events, text, yaml()) }
}

function explain(text: string, { reason, mark, message }: YAMLException): Mistake[] {
  const offset = mark?.position ?? 0
  if (reason?.includes('maxDepth')) return [tooDeep(offset)]
  const mistakes = syntaxMistakes(text)
  if (mistakes.length > 0) return mistakes
  const said = reason ?? message
  const sentence = said.startsWith('cannot merge') ? NO_MERGE : `${capitalized(said)}.`
  return [{ code: 'syntax', message: sentence, offset }]
}

const NO_MERGE = 'Only a map, or a list of maps, can be merged by "<<".'
