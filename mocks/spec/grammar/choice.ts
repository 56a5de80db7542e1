import type { JsonSchema } from './json-schema.ts'
import { didYouMean, nearest } from '../problems/nearest.ts'
import type { Failure } from '../schema/closures/check.ts'
import type { Around } from './place.ts'
import { alternatives, keywordsOf, type FindingCollector, typeFits } from './words.ts'

/** One allowed form of a value, with the failures that keep the value from it; none where it fits. */
interface Form {
  readonly schema: JsonSchema
  readonly failures: readonly Failure[]
}

type Map = Readonly<Record<string, unknown>>

/** Reports a value that fits none of several forms: only the errors of the form that was most likely meant. */
export function reportChoice(collector: FindingCollector, union: Failure, around: Around): void {
  new Choice(collector, union, around).report()
}

class Choice {
  readonly #collector: FindingCollector
  readonly #union: Failure
  readonly #around: Around

  constructor(collector: FindingCollector, union: Failure, around: Around) {
    this.#collector = collector
    this.#union = union
    this.#around = around
  }

  report(): void {
    const { value, path, keyword, branches, schema } = this.#union
    const { words } = this.#collector
    const written = (schema as JsonSchema)[keyword as 'anyOf' | 'oneOf']!
    const all = written.map((form, index) => ({ schema: words.definition(form), failures: branches![index]! }))
    const forms = all.filter(({ schema: { type } }) => type === undefined || typeFits(value, type))
    if (forms.length === 1 && typeof value === 'object' && value !== null) return this.#reportForm(forms[0]!)
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
    const key = isMap ? this.#discriminator(forms) : undefined
    if (isMap && key !== undefined) return this.#reportByKeyword(value as Map, forms, key)
    const fitting = forms.filter(({ failures }) => failures.length === 0)
    if (fitting.length > 0) {
      const keys = fitting.flatMap(({ schema: { required = [] } }) => required).map((each) => `"${each}"`)
      const keep = keys.length > 0 ? `Keep one of ${alternatives(keys)}` : 'Write one of them'
      const message = `${words.label(path)} has more than one form. ${keep}.`
      return this.#collector.add('conflicting-keywords', path, message)
    }
    if (isMap && forms.length > 0) return this.#reportLikeliest(value as Map, forms)
    const others = all.filter((form) => !forms.includes(form)).filter(({ schema: { type } }) => !isStructure(type))
    const code = forms.length > 0 && others.length === 0 ? 'bad-format' : 'wrong-type'
    const expected = this.#around.expected ?? alternatives(all.map((form) => words.expectation(form.schema)))
    const hint = words.hint(
      forms.map((form) => form.schema),
      value,
    )
    this.#collector.add(code, path, words.mustBe(path, expected, value) + hint)
  }

  #reportForm({ schema, failures }: Form, rivals?: readonly JsonSchema[]): void {
    const title = schema.title ?? this.#around.title
    this.#collector.addFailures(failures, { union: this.#union, form: schema, title, rivals })
  }

  /** The keyword whose fixed value distinguishes the forms, if there is one. */
  #discriminator(forms: readonly Form[]): string | undefined {
    return Object.keys(forms[0]?.schema.properties ?? {}).find((key) =>
      forms.every((form) => this.#constant(form, key) !== undefined),
    )
  }

  #constant({ schema: { properties } }: Form, key: string): unknown {
    return properties?.[key] && this.#collector.words.definition(properties[key]).const
  }

  #reportByKeyword(value: Map, forms: readonly Form[], key: string): void {
    const { path } = this.#union
    const { words } = this.#collector
    const constants = forms.map((form) => this.#constant(form, key))
    const seen = Object.hasOwn(value, key) ? value[key] : undefined
    const form = forms[constants.indexOf(seen)]
    if (form) return this.#reportForm(form)
    if (seen !== undefined) {
      const names = constants.map(String)
      const near = typeof seen === 'string' ? nearest(seen, names) : undefined
      const place = [...path, key]
      const remedy = near === undefined ? '' : ` Did you mean "${near}"?`
      return this.#collector.add('unknown-value', place, words.mustBe(place, alternatives(names), seen) + remedy)
    }
    const names = forms.flatMap(({ schema: { properties = {} } }) => keywordsOf(properties))
    const of = words.thing(path, this.#around)
    const near = Object.keys(value).find((name) => !names.includes(name) && nearest(name, names) === key)
    if (near === undefined) return this.#collector.add('missing-keyword', path, words.missing(key, of, constants[0]))
    const message = `"${near}" is not a keyword of ${of}. Did you mean "${key}"?`
    this.#collector.add('unknown-keyword', [...path, near], message)
  }

  #reportLikeliest(value: Map, forms: readonly Form[]): void {
    const keys = Object.keys(value)
    const needed = forms.flatMap(({ schema: { required = [] } }) => required)
    if (forms.every(({ schema: { required } }) => required) && !keys.some((key) => needed.includes(key))) {
      return this.#reportNoForm(keys, forms, needed)
    }
    const scores = forms.map(({ schema: { properties = {}, required = [] } }) => {
      const known = keys.filter((key) => Object.hasOwn(properties, key)).length
      return known + 4 * required.filter((key) => keys.includes(key)).length
    })
    const best = forms[scores.indexOf(Math.max(...scores))]!
    const rivals = forms.filter((form) => form !== best).map(({ schema }) => schema)
    this.#reportForm(best, rivals)
  }

  /** The value has none of the keywords that distinguish the forms. */
  #reportNoForm(keys: readonly string[], forms: readonly Form[], needed: readonly string[]): void {
    const { path } = this.#union
    const { words } = this.#collector
    const names = [...new Set(forms.flatMap(({ schema: { properties = {} } }) => keywordsOf(properties)))]
    const closed = forms.every(({ schema }) => schema.additionalProperties === false)
    const unknown = closed ? keys.filter((key) => !names.includes(key)) : []
    const of = words.thing(path, this.#around)
    for (const key of unknown) {
      const message = `"${key}" is not a keyword of ${of}.${didYouMean(key, names)}`
      this.#collector.add('unknown-keyword', [...path, key], message)
    }
    if (unknown.some((key) => needed.includes(nearest(key, names) ?? ''))) return
    const wanted = alternatives(needed.map((key) => `"${key}"`))
    this.#collector.add('missing-keyword', path, `${words.label(path)} needs one of ${wanted}.`)
  }
}

function isStructure(type: JsonSchema['type']): boolean {
  return type === 'object' || type === 'array'
}
