import type { Cursor } from '../compile/cursor.ts'
import type { Vendor } from '../model/vendor.ts'
import { notOneOf } from '../problems/nearest.ts'
import type { Finding } from '../problems/problem.ts'
import { formatPointer } from '../references/pointer.ts'
import { entriesOf, isCompound, isRecord, type Raw } from '../values/is-record.ts'

const LIMIT = ['name', 'limit', 'used', 'remaining', 'next', 'reset', 'retryAfter', 'window', 'instance'] as const
const JOB = 'id status state startedAt ranAt since endedAt at lastEvent runMs credits input first'.split(' ')

/** The fields of roots that have the same ones for every vendor. */
export const FIELDS = {
  request: ['method', 'ip', 'operation', 'pathname', 'path', 'query', 'header', 'body', 'input'],
  server: ['url'],
  credential: ['id', 'state', 'scheme', 'scopes', 'client'],
  limit: LIMIT,
  token: ['access', 'refresh', 'issuedAt', 'expiresAt', 'expiresIn', 'scope', 'scopes', 'client', 'account'],
  charge: ['price', 'available', 'missing'],
  page: ['number', 'size', 'total', 'offset', 'page', 'pages', 'more', 'hasPrevious', 'next', 'first', 'last'],
  issue: ['field', 'name', 'message', 'keyword', 'path', 'params', 'location', 'in'],
} as const

/** The fields of roots, by root. */
type Fields = ReadonlyMap<string, readonly string[]>

const READ = /\{\$([A-Za-z][\w-]*)((?:\.[^.{}#|\s]+)+)/g

/** Warns of values such as `{$limit.remainin}` that read a field that nothing has: they are left out of every answer. */
export function lintValues(root: Cursor, vendor: Vendor): void {
  const fields = new Map(fieldsOf(vendor))
  // Code adds fields that no document names.
  if (!hasCode(root)) fields.set('job', [...JOB, ...startFields(root)])
  unknownFields(root.value, fields, false).forEach(root.context.report)
}

/** The same for a scenario, whose values read what the vendor's document says. */
export function lintScenarioValues(vendor: Vendor, raw: Raw): Finding[] {
  return unknownFields({ rules: raw['rules'], limits: raw['limits'] }, fieldsOf(vendor), true)
}

/** @param isOurs - whether all texts are values, not only those below `x-mock` */
function unknownFields(value: unknown, fields: Fields, isOurs: boolean): Finding[] {
  const found: Finding[] = []
  walkTexts(value, [], isOurs, (text, path) => {
    for (const message of problemsOf(text, fields))
      found.push({ code: 'unknown-field', severity: 'warning', pointer: formatPointer(path), message })
  })
  return found
}

/** Visits the texts below `x-mock`, wherever it stands. */
function walkTexts(
  value: unknown,
  path: readonly string[],
  isOurs: boolean,
  visit: (text: string, path: readonly string[]) => void,
): void {
  if (typeof value === 'string' && isOurs) visit(value, path)
  if (!isCompound(value)) return
  for (const [key, member] of Object.entries(value))
    walkTexts(member, [...path, key], isOurs || key === 'x-mock', visit)
}

function problemsOf(text: string, fields: Fields): readonly string[] {
  return [...text.matchAll(READ)].flatMap(([, root, members]) => {
    const [name, field] = members!.slice(1).split('.') as [string, string | undefined]
    if (root === 'limits') {
      const limits = fields.get('limits')!
      if (!limits.includes(name)) return [notOneOf(name, 'a limit that {$limits.…} can read', limits)]
      return field === undefined || fields.get('limit')!.includes(field)
        ? []
        : [unknown(field, `limits.${name}`, LIMIT)]
    }
    const known = fields.get(root!)
    return known === undefined || known.includes(name) ? [] : [unknown(name, root!, known)]
  })
}

function unknown(name: string, root: string, known: readonly string[]): string {
  return `${notOneOf(name, `a field of {$${root}.…}`, known)} A value that is missing is left out.`
}

/** The fields of each root; a root whose fields are not all known is left out. */
function fieldsOf({ limits, plans }: Vendor): Fields {
  const found = new Map<string, readonly string[]>(Object.entries(FIELDS))
  found.set('limits', [...limits.map(({ name }) => name), 'tightest'])
  if (plans.size > 0) found.set('plan', [...new Set([...plans.values()].flatMap((plan) => Object.keys(plan)))])
  return found
}

/** Fields that jobs get when they start, of all kinds of jobs and of those that are given. */
function startFields(root: Cursor): string[] {
  const jobs = root.at('x-mock', 'jobs').entries()
  const given = jobs.flatMap(([, job]) => job.at('items').entries())
  return [...jobs, ...given].flatMap(([, job]) => entriesOf(job.at('start').value).map(([field]) => field))
}

function hasCode(root: Cursor): boolean {
  return root
    .at('paths')
    .entries()
    .flatMap(([, item]) => item.entries())
    .some(([, operation]) => isRecord(operation.value) && operation.at('x-mock', 'code').value !== undefined)
}
