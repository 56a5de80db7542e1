import { DURATION_PATTERN, parseDuration } from '../values/duration.ts'
import { report } from './report.ts'
import type { Finding } from '../problems/problem.ts'
import { failuresOf } from '../schema/closures/check.ts'
import { createChecker } from '../schema/closures/checker.ts'
import { toMatcher } from '../schema/patterns/matcher.ts'
import { createRoot, type Root } from '../schema/root.ts'
import type { GrammarOptions, JsonSchema } from './json-schema.ts'

export type { JsonSchema } from './json-schema.ts'

/**
 * Checks a value against one of our schemas and reports all errors, each with the nearest valid name or what to write
 * instead. References resolve in the `$defs` of the given schema.
 *
 * @example
 * checkGrammar({ limts: [] }, { $ref: '#/$defs/root', $defs: schema.$defs }, { what: 'x-mock', at: '/x-mock' })
 * //=> [{ code: 'unknown-keyword', pointer: '/x-mock/limts', message: '"limts" is not a keyword of x-mock. Did …' }]
 */
export function checkGrammar(value: unknown, schema: JsonSchema, options: GrammarOptions): Finding[] {
  const { root, checkOf } = languageOf(schema)
  const check = checkOf({ schema: schema as Readonly<Record<string, unknown>>, root, pointer: '#' })
  return report(failuresOf(check, value), value, schema, options)
}

interface Language {
  readonly root: Root
  readonly checkOf: ReturnType<typeof createChecker>
}

/** Cached by `$defs`; each definition is compiled once, on first use. */
const languages = new WeakMap<object, Language>()

const noDefs = {}

function languageOf({ $defs = noDefs }: JsonSchema): Language {
  let language = languages.get($defs)
  if (!language) {
    const checkOf = createChecker({ normalize: (schema) => schema, matcher, isLazy: true })
    language = { root: createRoot({ $defs }), checkOf }
    languages.set($defs, language)
  }
  return language
}

const duration = { test: (text: string): boolean => parseDuration(text) !== undefined }

/** A duration is any text that our parser accepts: the pattern, which is for editors, does not limit its hours. */
function matcher(pattern: string): { readonly test: (text: string) => boolean } {
  return pattern === DURATION_PATTERN ? duration : toMatcher(pattern)
}
