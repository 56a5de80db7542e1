import { parsePointer } from '../references/pointer.ts'
import type { SchemaIssue } from './issue.ts'

type Params = Readonly<Record<string, unknown>>

/**
 * Describes an issue, name first.
 *
 * @example
 * issueMessage('required', '/items/0/sku', {})
 * //=> 'items[0].sku is required'
 */
export function issueMessage(keyword: string, path: string, params: Params): string {
  const phrase = phrases[keyword]
  return `${pathLabel(path)} ${phrase ? phrase(params) : `does not meet "${keyword}"`}`
}

/**
 * Describes an issue with its place.
 *
 * @param what - the name of the validated thing
 * @example
 * issueSentence('body', issue) //=> 'body at /id: id must be a string.'
 */
export function issueSentence(what: string, { path, message }: SchemaIssue): string {
  return `${what}${path === '' ? '' : ` at ${path}`}: ${message}.`
}

/** A pointer in readable form: `items[0].sku`; the value itself is `value`. */
export function pathLabel(path: string): string {
  let text = ''
  for (const step of parsePointer(path)) {
    if (/^\d+$/.test(step)) text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text === '' ? 'value' : text.startsWith('[') ? `value${text}` : text
}

const phrases: Readonly<Record<string, (params: Params) => string>> = {
  required: () => 'is required',
  dependentRequired: ({ because }) => `is required when ${String(because)} is given`,
  additionalProperties: () => 'is not allowed',
  unevaluatedProperties: () => 'is not allowed',
  items: ({ limit }) => `must have at most ${count(limit, 'item')}`,
  unevaluatedItems: ({ limit }) => `must have at most ${count(limit, 'item')}`,
  false: () => 'is not allowed',
  type: ({ types }) => `must be ${(types as readonly string[]).map(withArticle).join(' or ')}`,
  enum: ({ values }) => `must be one of ${(values as readonly unknown[]).map(show).join(', ')}`,
  const: ({ value }) => `must be ${show(value)}`,
  minimum: ({ limit }) => `must be at least ${show(limit)}`,
  maximum: ({ limit }) => `must be at most ${show(limit)}`,
  exclusiveMinimum: ({ limit }) => `must be more than ${show(limit)}`,
  exclusiveMaximum: ({ limit }) => `must be less than ${show(limit)}`,
  multipleOf: ({ of }) => `must be a multiple of ${show(of)}`,
  minLength: ({ limit }) => `must have at least ${count(limit, 'character')}`,
  maxLength: ({ limit }) => `must have at most ${count(limit, 'character')}`,
  pattern: ({ pattern }) => `must match the pattern ${String(pattern)}`,
  format: ({ format }) => `must be a valid ${String(format)}`,
  minItems: ({ limit }) => `must have at least ${count(limit, 'item')}`,
  maxItems: ({ limit }) => `must have at most ${count(limit, 'item')}`,
  uniqueItems: ({ first, second }) => `must not repeat an item (${show(first)} and ${show(second)} are equal)`,
  contains: ({ min, max }) =>
    max === undefined
      ? `must have at least ${count(min, 'item')} of the required kind`
      : `must have between ${show(min)} and ${show(max)} items of the required kind`,
  minProperties: ({ limit }) => `must have at least ${count(limit, 'property')}`,
  maxProperties: ({ limit }) => `must have at most ${count(limit, 'property')}`,
  propertyNames: () => 'is not an allowed name',
  not: () => 'must not have the form that is excluded',
  anyOf: ({ count: forms }) => `must match at least one of ${show(forms)} forms`,
  oneOf: ({ count: forms, matches }) =>
    matches === undefined
      ? `must match one of ${show(forms)} forms`
      : `must match exactly one of ${show(forms)} forms, but matches several`,
}

function withArticle(type: string): string {
  if (type === 'null') return 'null'
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function count(limit: unknown, noun: string): string {
  if (limit === 1) return `1 ${noun}`
  return `${show(limit)} ${noun === 'property' ? 'properties' : `${noun}s`}`
}
