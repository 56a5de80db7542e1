import type { Failure } from './closures/check.ts'
import { formatPointer } from '../references/pointer.ts'
import type { SchemaIssue } from './issue.ts'
import { issueMessage } from './issue-message.ts'
import { schemaName } from './subtypes.ts'
import { asRecord, entriesOf, isRecord } from '../values/is-record.ts'

/** The limit of issues in one answer. */
const MOST = 100

/** Turns failures into at most 100 distinct issues. A union contributes only the issues of its nearest branch. */
export function readIssues(failures: readonly Failure[]): readonly SchemaIssue[] {
  const issues = new Map<string, SchemaIssue>()
  for (const failure of failures) {
    if (issues.size >= MOST) break
    for (const issue of read(failure)) {
      const key = `${issue.keyword} ${issue.path} ${issue.message}`
      if (!issues.has(key)) issues.set(key, issue)
    }
  }
  return [...issues.values()].slice(0, MOST)
}

function read(failure: Failure): readonly SchemaIssue[] {
  const { keyword, path, key, params } = failure
  const pointer = formatPointer(key === undefined ? path : [...path, key])
  return failure.branches ? readUnion(failure, failure.branches, pointer) : [issueOf(keyword, pointer, params)]
}

/**
 * The intended branch is the one whose type, const or enum matched. When that is unclear, the union itself is the
 * issue.
 */
function readUnion(
  failure: Failure,
  failures: ReadonlyArray<readonly Failure[]>,
  path: string,
): readonly SchemaIssue[] {
  const { keyword, params } = failure
  if (params['matches'] !== undefined) return [issueOf(keyword, path, params)]
  const named = readNamed(failure, failures, path)
  if (named.length > 0) return named
  const branches = failures.map(readIssues)
  const ofKind = branches.filter((issues) => !issues.some((entry) => entry.path === path && entry.keyword === 'type'))
  if (ofKind.length === 0 && branches.every((issues) => issues.length === 1)) {
    const types = new Set(branches.flatMap((issues) => issues[0]!.params['types'] as readonly string[]))
    return [issueOf('type', path, { types: [...types] })]
  }
  const meant = ofKind.filter((issues) => !issues.some((entry) => isMarker(entry, path)))
  const candidates = meant.length > 0 ? meant : ofKind
  if (candidates.length === 1) return candidates[0]!
  const values = candidates.map((issues) => (issues.length === 1 ? valuesOf(issues[0]!, path) : undefined))
  if (candidates.length === branches.length && values.every((list) => list !== undefined)) {
    return [issueOf('enum', path, { values: [...new Set(values.flat())] })]
  }
  return [issueOf(keyword, path, params)]
}

/** The issues of the branch that the property of a `discriminator` names, or of a property that names none. */
function readNamed(
  { schema, keyword, value }: Failure,
  failures: ReadonlyArray<readonly Failure[]>,
  path: string,
): readonly SchemaIssue[] {
  const { propertyName, mapping, defaultMapping } = asRecord(schema['discriminator'])
  if (typeof propertyName !== 'string' || !isRecord(value)) return []
  const targets = (schema[keyword] as readonly unknown[]).map((branch) => nameOf(asRecord(branch)['$ref']))
  const name = Object.hasOwn(value, propertyName) ? value[propertyName] : undefined
  const place = `${path}${formatPointer([propertyName])}`
  if (name === undefined && defaultMapping === undefined) return [issueOf('required', place, {})]
  if (typeof name !== 'string' || targets.includes(undefined)) return []
  const names = entriesOf(mapping).map(([key, target]) => [key, nameOf(target)] as const)
  const own = names.find(([key]) => key === name)?.[1] ?? name
  const index = targets.indexOf(own)
  if (index !== -1) return readIssues(failures[index]!)
  const unmapped = targets.filter((target) => !names.some(([, other]) => other === target))
  const values = [...names.map(([key]) => key), ...unmapped]
  return [issueOf('enum', place, { values })]
}

function nameOf(reference: unknown): string | undefined {
  return typeof reference === 'string' ? schemaName(reference) : undefined
}

/** A const or an enum, on the value or directly below it, distinguishes branches. */
function isMarker(entry: SchemaIssue, path: string): boolean {
  const depth = entry.path.slice(path.length).split('/').length - 1
  return depth <= 1 && (entry.keyword === 'const' || entry.keyword === 'enum')
}

function valuesOf(entry: SchemaIssue, path: string): readonly unknown[] | undefined {
  if (entry.path !== path) return undefined
  if (entry.keyword === 'const') return [entry.params['value']]
  return entry.keyword === 'enum' ? (entry.params['values'] as readonly unknown[]) : undefined
}

function issueOf(keyword: string, path: string, params: SchemaIssue['params']): SchemaIssue {
  return { keyword, path, params, message: issueMessage(keyword, path, params) }
}
