import type { JsonSchema } from '../grammar.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { alone, definition, fits, patternOf, say } from './check.ts'
import type { Around, Check, Path } from './check.ts'
import { expectation, keywordsOf, missing, mustBe, thing } from './words.ts'

/** Checks the keys of a map and, under their own schemas, what they hold. */
export function checkMap(
  check: Check,
  value: object,
  schema: JsonSchema,
  path: Path | undefined,
  around: Around,
): void {
  const { properties, patternProperties, propertyNames, additionalProperties: others } = schema
  const keys = Object.keys(value)
  const patterns = patternProperties ? Object.entries(patternProperties) : []
  const names = propertyNames && definition(check, propertyNames)
  // Keywords that were misspelt: they are told once, not as missing too.
  const meant = new Set<string>()
  if (properties || names || patterns.length > 0 || (others !== undefined && others !== true)) {
    for (const key of keys) {
      const entry = (value as Record<string, unknown>)[key]
      const place: Path = { parent: path, key }
      if (names && !fits(check, key, names)) {
        badName(check, key, names, place)
        continue
      }
      const own = properties && Object.hasOwn(properties, key) ? properties[key] : undefined
      if (own) check.visit(check, entry, own, place, alone)
      const matching = patterns.filter(([pattern]) => patternOf(check, pattern).test(key))
      for (const [, matched] of matching) check.visit(check, entry, matched, place, alone)
      if (own || matching.length > 0) continue
      if (others === false) meant.add(unknownKeyword(check, key, value, place, schema, around))
      else if (typeof others === 'object') check.visit(check, entry, others, place, alone)
    }
  }
  for (const key of schema.required ?? []) {
    if (Object.hasOwn(value, key) || meant.has(key)) continue
    say(check, 'missing-keyword', path, () =>
      missing(key, thing(check, path, around), exampleOf(check, properties?.[key])),
    )
  }
  const { minProperties = 0, maxProperties = Infinity } = schema
  if (keys.length < minProperties || keys.length > maxProperties) {
    say(check, 'wrong-type', path, () => mustBe(check, path, around.expected ?? expectation(schema), value))
  }
}

function exampleOf(check: Check, schema: JsonSchema | undefined): unknown {
  if (!schema) return undefined
  const example = schema.examples?.[0] ?? schema.const ?? schema.enum?.[0]
  const target = schema.$ref === undefined ? undefined : check.root.$defs?.[schema.$ref.slice('#/$defs/'.length)]
  return example ?? exampleOf(check, target)
}

function badName(check: Check, key: string, names: JsonSchema, place: Path): void {
  const reason = names['x-refused']
  if (reason !== undefined) return say(check, 'forbidden-key', place, () => `"${key}" cannot be a name: ${reason}.`)
  say(check, 'bad-format', place, () => `The key "${key}" must be ${expectation(names)}.`)
}

/** Gives the keyword that was meant, or an empty text. */
function unknownKeyword(
  check: Check,
  key: string,
  value: object,
  place: Path,
  schema: JsonSchema,
  around: Around,
): string {
  const own = schema.required?.find((name) => Object.hasOwn(value, name))
  if (own !== undefined && around.rivals?.some((rival) => Object.hasOwn(rival.properties ?? {}, key))) {
    say(check, 'conflicting-keywords', place, () => `"${key}" cannot stand beside "${own}". Keep one of them.`)
    return ''
  }
  if (!check.findings) {
    check.count++
    return ''
  }
  const names = keywordsOf(schema.properties ?? {})
  const of = thing(check, place.parent, around)
  say(check, 'unknown-keyword', place, () => `"${key}" is not a keyword of ${of}.${didYouMean(key, names)}`)
  return nearest(key, names) ?? ''
}
