import type { JsonSchema } from './json-schema.ts'
import { didYouMean, nearest } from '../problems/nearest.ts'
import type { Failure } from '../schema/closures/check.ts'
import { type Around, isSame } from './place.ts'
import { keywordsOf, type FindingCollector } from './words.ts'

/** Reports a key that is missing, unknown or malformed. */
export function reportMap(
  collector: FindingCollector,
  failure: Failure,
  failures: readonly Failure[],
  around: Around,
): void {
  const key = failure.key!
  const schema: JsonSchema = failure.schema
  if (failure.keyword === 'propertyNames') return reportName(collector, failure, key)
  if (failure.keyword === 'additionalProperties') return reportUnknown(collector, failure, key, around)
  // A misspelt keyword is reported once, not as missing too.
  const names = keywordsOf(schema.properties ?? {})
  const isMeant = failures.some(
    (other) =>
      other.keyword === 'additionalProperties' &&
      other.schema === failure.schema &&
      isSame(other.path, failure.path) &&
      rivalOf(other, around) === undefined &&
      nearest(other.key!, names) === key,
  )
  if (isMeant) return
  const { words } = collector
  const example = words.exampleOf(schema.properties?.[key])
  collector.add('missing-keyword', failure.path, words.missing(key, words.thing(failure.path, around), example))
}

function reportName(collector: FindingCollector, { path, schema }: Failure, key: string): void {
  const names = collector.words.definition((schema as JsonSchema).propertyNames ?? {})
  const reason = names['x-refused']
  const place = [...path, key]
  if (reason !== undefined) return collector.add('forbidden-key', place, `"${key}" cannot be a name: ${reason}.`)
  collector.add('bad-format', place, `The key "${key}" must be ${collector.words.expectation(names)}.`)
}

function reportUnknown(collector: FindingCollector, failure: Failure, key: string, around: Around): void {
  const place = [...failure.path, key]
  const own = rivalOf(failure, around)
  if (own !== undefined)
    return collector.add('conflicting-keywords', place, `"${key}" cannot be used with "${own}". Keep one of them.`)
  const names = keywordsOf((failure.schema as JsonSchema).properties ?? {})
  const of = collector.words.thing(failure.path, around)
  collector.add('unknown-keyword', place, `"${key}" is not a keyword of ${of}.${didYouMean(key, names)}`)
}

/** The keyword of this form that the value has, where the unknown keyword belongs to another form. */
function rivalOf({ key, schema, value }: Failure, { rivals }: Around): string | undefined {
  const own = (schema as JsonSchema).required?.find((name) => Object.hasOwn(value as object, name))
  return rivals?.some((rival) => Object.hasOwn(rival.properties ?? {}, key!)) ? own : undefined
}
