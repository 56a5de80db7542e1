import type { JsonSchema } from '../grammar.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { definition, fits, say } from './check.ts'
import type { Around, Check, Path } from './check.ts'
import { alternatives, expectation, hint, keywordsOf, label, missing, mustBe, thing, typeFits } from './words.ts'

/**
 * Checks a value that may have one of several forms. When it fits none, tells what is wrong with the form that was most
 * likely meant, never with all of them.
 */
export function choose(
  check: Check,
  value: unknown,
  forms: readonly JsonSchema[],
  path: Path | undefined,
  around: Around,
  mode: 'any' | 'one',
): void {
  const all = forms.map((form) => definition(check, form))
  const candidates = all.filter(({ type }) => type === undefined || typeFits(value, type))
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const only = candidates.length === 1 ? candidates[0] : undefined
  if (only && typeof value === 'object' && value !== null) return checkForm(check, value, only, path, around)
  const key = isMap ? discriminator(check, candidates) : undefined
  if (isMap && key !== undefined) return byKeyword(check, value, candidates, key, path, around)

  const fitting = candidates.filter((form) => fits(check, value, form))
  if (fitting.length === 1 || (mode === 'any' && fitting.length > 1)) return
  if (fitting.length > 1) {
    const keys = fitting.flatMap(({ required = [] }) => required).map((each) => `"${each}"`)
    const keep = keys.length > 0 ? `Keep one of ${alternatives(keys)}` : 'Write one of them'
    return say(check, 'conflicting-keywords', path, () => `${label(check, path)} has more than one form. ${keep}.`)
  }
  if (isMap && candidates.length > 0) return likeliest(check, value, candidates, path, around)
  const others = all.filter((form) => !candidates.includes(form) && form.type !== 'object' && form.type !== 'array')
  const code = candidates.length > 0 && others.length === 0 ? 'bad-format' : 'wrong-type'
  const expected = around.expected ?? alternatives(all.map(expectation))
  say(check, code, path, () => mustBe(check, path, expected, value) + hint(candidates, value))
}

function checkForm(
  check: Check,
  value: unknown,
  form: JsonSchema,
  path: Path | undefined,
  around: Around,
  rivals?: readonly JsonSchema[],
): void {
  check.visit(check, value, form, path, { title: form.title ?? around.title, rivals })
}

/** The keyword by whose fixed value the forms differ, if there is one. */
function discriminator(check: Check, forms: readonly JsonSchema[]): string | undefined {
  return Object.keys(forms[0]?.properties ?? {}).find((key) =>
    forms.every(({ properties }) => properties?.[key] && definition(check, properties[key]).const !== undefined),
  )
}

function byKeyword(
  check: Check,
  value: object,
  forms: readonly JsonSchema[],
  key: string,
  path: Path | undefined,
  around: Around,
): void {
  const constants = forms.map(({ properties }) => definition(check, properties?.[key] ?? {}).const)
  const seen = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
  const form = forms[constants.indexOf(seen)]
  if (form) return checkForm(check, value, form, path, around)
  if (seen !== undefined) {
    const names = constants.map(String)
    const near = typeof seen === 'string' ? nearest(seen, names) : undefined
    const place: Path = { parent: path, key }
    const remedy = near === undefined ? '' : ` Did you mean "${near}"?`
    return say(check, 'unknown-value', place, () => mustBe(check, place, alternatives(names), seen) + remedy)
  }
  const names = forms.flatMap(({ properties = {} }) => keywordsOf(properties))
  const of = thing(check, path, around)
  const near = Object.keys(value).find((name) => !names.includes(name) && nearest(name, names) === key)
  if (near === undefined) return say(check, 'missing-keyword', path, () => missing(key, of, constants[0]))
  const message = `"${near}" is not a keyword of ${of}. Did you mean "${key}"?`
  say(check, 'unknown-keyword', { parent: path, key: near }, () => message)
}

function likeliest(
  check: Check,
  value: object,
  forms: readonly JsonSchema[],
  path: Path | undefined,
  around: Around,
): void {
  const keys = Object.keys(value)
  const needed = forms.flatMap(({ required = [] }) => required)
  if (forms.every(({ required }) => required) && !keys.some((key) => needed.includes(key))) {
    return noForm(check, keys, forms, needed, path, around)
  }
  const scores = forms.map(({ properties = {}, required = [] }) => {
    const known = keys.filter((key) => Object.hasOwn(properties, key)).length
    return known + 4 * required.filter((key) => keys.includes(key)).length
  })
  const best = forms[scores.indexOf(Math.max(...scores))]
  if (!best) return
  const rivals = forms.filter((form) => form !== best)
  checkForm(check, value, best, path, around, rivals)
}

/** None of the keywords is there that tell the forms apart. */
function noForm(
  check: Check,
  keys: readonly string[],
  forms: readonly JsonSchema[],
  needed: readonly string[],
  path: Path | undefined,
  around: Around,
): void {
  const names = [...new Set(forms.flatMap(({ properties = {} }) => keywordsOf(properties)))]
  const closed = forms.every(({ additionalProperties }) => additionalProperties === false)
  const unknown = closed ? keys.filter((key) => !names.includes(key)) : []
  const of = thing(check, path, around)
  for (const key of unknown) {
    const message = `"${key}" is not a keyword of ${of}.${didYouMean(key, names)}`
    say(check, 'unknown-keyword', { parent: path, key }, () => message)
  }
  if (unknown.some((key) => needed.includes(nearest(key, names) ?? ''))) return
  const wanted = alternatives(needed.map((key) => `"${key}"`))
  say(check, 'missing-keyword', path, () => `${label(check, path)} needs one of ${wanted}.`)
}
