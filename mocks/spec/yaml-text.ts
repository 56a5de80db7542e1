import { tooDeep, tooDeepIn } from './nesting.ts'
import { nodeRequire } from './node-require.ts'
import type { Reading } from './source.ts'
import { readYamlWithPlaces } from './yaml-places.ts'

let loaded: typeof import('js-yaml') | undefined
const yaml = (): typeof import('js-yaml') => (loaded ??= nodeRequire('js-yaml') as typeof import('js-yaml'))

/** What the fast reader treats otherwise: anchors, aliases, tags, merges, complex keys, and keys that are fractions. */
const UNCOMMON =
  /(?:^|[\s[{,:-])[&*!](?=\S)|^\s*(?:- )*\?\s|<<\s*:|(?:^|[{,])\s*[-+]?(?:0[xo][\da-f]+|\d*\.\d*(?:e[-+]?\d+)?|\.inf|\.nan)\s*:/im

/**
 * Reads YAML 1.2. Plain files, which nearly all are, go through a reader that keeps no places and is several times as
 * fast; the places are found when something is wrong, by the reader that knows them.
 */
export function readYaml(text: string, known?: unknown): Reading {
  if (known !== undefined) return withPlaces(text, known)
  const reading = readAnew(text)
  const deep = tooDeepIn(reading.data)
  return deep ? { ...reading, data: undefined, mistakes: [tooDeep(reading.offsetOf(deep))] } : reading
}

function readAnew(text: string): Reading {
  if (UNCOMMON.test(text)) return readYamlWithPlaces(text)
  let data: unknown
  try {
    data = yaml().load(text, { schema: yaml().CORE_SCHEMA })
  } catch {
    return readYamlWithPlaces(text)
  }
  if (data === undefined || data === null) return readYamlWithPlaces(text)
  return withPlaces(text, data)
}

function withPlaces(text: string, data: unknown): Reading {
  let slow: Reading | undefined
  return {
    data,
    mistakes: [],
    offsetOf: (segments) => (slow ??= readYamlWithPlaces(text)).offsetOf(segments),
  }
}
