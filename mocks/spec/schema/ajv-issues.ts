import type { ErrorObject } from 'ajv/dist/2020.js'
import { formatPointer } from '../pointer.ts'
import type { SchemaIssue } from './issue.ts'
import { issueMessage } from './issue-message.ts'

/** A body of millions of wrong items has no longer answer than one of a hundred. */
const MOST = 100

/** Reads Ajv's errors as issues of our own, each once, and of a union only what its nearest branch says: the first 100. */
export function issuesOf(errors: readonly ErrorObject[]): readonly SchemaIssue[] {
  const issues = new Map<string, SchemaIssue>()
  // Of a list without the right item, what is wrong with each of the others helps nobody.
  const contains = new Set<string>()
  for (const { keyword, schemaPath } of errors) if (keyword === 'contains') contains.add(`${schemaPath}/`)
  for (const error of errors) {
    if (issues.size >= MOST) break
    if (contains.size > 0 && [...contains].some((path) => error.schemaPath.startsWith(path))) continue
    for (const issue of read(error)) {
      const key = `${issue.keyword} ${issue.path} ${issue.message}`
      if (!issues.has(key)) issues.set(key, issue)
    }
  }
  return [...issues.values()].slice(0, MOST)
}

function read(error: ErrorObject): readonly SchemaIssue[] {
  const { keyword, instancePath: path, params } = error
  // What a name breaks is told by `propertyNames`; what `then` asks is told by its own errors.
  if (keyword === 'if' || (error.propertyName !== undefined && keyword !== 'propertyNames')) return []
  switch (keyword) {
    case 'anyOf':
    case 'oneOf':
      return readUnion(error)
    case 'required':
      return [issue(keyword, path + formatPointer([params['missingProperty']]), {})]
    case 'additionalProperties':
      return [issue(keyword, path + formatPointer([params['additionalProperty']]), {})]
    case 'unevaluatedProperties':
      return [issue(keyword, path + formatPointer([params['unevaluatedProperty']]), {})]
    case 'propertyNames':
      return [issue(keyword, path + formatPointer([params['propertyName']]), {})]
    case 'dependentRequired':
      return [issue(keyword, path + formatPointer([params['missingProperty']]), { because: params['property'] })]
    case 'false schema':
      return [issue('false', path, {})]
    case 'type':
      return [issue(keyword, path, { types: [params['type']].flat() })]
    case 'enum':
      return [issue(keyword, path, { values: params['allowedValues'] })]
    case 'const':
      return [issue(keyword, path, { value: params['allowedValue'] })]
    case 'multipleOf':
      return [issue(keyword, path, { of: params['multipleOf'] })]
    case 'uniqueItems':
      return [issue(keyword, path, { first: params['j'], second: params['i'] })]
    case 'contains':
      return [issue(keyword, path, { min: params['minContains'], max: params['maxContains'] })]
    case 'pattern':
    case 'format':
      return [issue(keyword, path, { [keyword]: params[keyword] })]
    case 'not':
      return [issue(keyword, path, {})]
    default:
      return [issue(keyword, path, params['limit'] === undefined ? {} : { limit: params['limit'] })]
  }
}

/**
 * The branch that was meant is the one whose kind of value (type, const, enum) was met. When it is not clear, the union
 * itself is the issue.
 */
function readUnion({ keyword, instancePath: path, params }: ErrorObject): readonly SchemaIssue[] {
  const branches: ReadonlyArray<readonly SchemaIssue[]> = (params['branches'] ?? []).map(issuesOf)
  const count: number = params['count']
  if (params['matches'] > 1) return [issue(keyword, path, { count, matches: params['matches'] })]
  const ofKind = branches.filter((issues) => !issues.some((entry) => entry.path === path && entry.keyword === 'type'))
  if (ofKind.length === 0 && branches.every((issues) => issues.length === 1)) {
    const types = new Set(branches.flatMap((issues) => issues[0]!.params['types'] as readonly string[]))
    return [issue('type', path, { types: [...types] })]
  }
  const meant = ofKind.filter((issues) => !issues.some((entry) => isMarker(entry, path)))
  const candidates = meant.length > 0 ? meant : ofKind
  if (candidates.length === 1) return candidates[0]!
  const values = candidates.map((issues) => (issues.length === 1 ? valuesOf(issues[0]!, path) : undefined))
  if (candidates.length === count && values.every((list) => list !== undefined)) {
    return [issue('enum', path, { values: [...new Set(values.flat())] })]
  }
  return [issue(keyword, path, { count })]
}

/** A const or an enum on the value or directly below it tells branches apart. */
function isMarker(entry: SchemaIssue, path: string): boolean {
  const depth = entry.path.slice(path.length).split('/').length - 1
  return depth <= 1 && (entry.keyword === 'const' || entry.keyword === 'enum')
}

function valuesOf(entry: SchemaIssue, path: string): readonly unknown[] | undefined {
  if (entry.path !== path) return undefined
  if (entry.keyword === 'const') return [entry.params['value']]
  return entry.keyword === 'enum' ? (entry.params['values'] as readonly unknown[]) : undefined
}

function issue(keyword: string, path: string, params: Readonly<Record<string, unknown>>): SchemaIssue {
  return { keyword, path, params, message: issueMessage(keyword, path, params) }
}
