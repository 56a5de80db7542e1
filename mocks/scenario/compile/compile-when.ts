import { unescapeSegment } from '../../spec/references/pointer.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Compiling } from '../../spec/values/value.ts'
import type { Job, Operation, Vendor } from '../../spec/model/vendor.ts'
import { compileTime } from './compile-time.ts'
import { asRecord, entriesOf, type Raw } from '../raw.ts'
import type { FieldTest, When } from '../situation.ts'

/** Compiles the conditions of a rule; each has to be one that a request of its operations can meet. */
export function compileWhen(vendor: Vendor, node: Raw, pointer: string, compiling: Compiling): When {
  const names =
    node['operation'] === undefined ? undefined : [node['operation']].flat().filter((name) => typeof name === 'string')
  const operations = names?.flatMap((name) => {
    const found = operationsOf(vendor, name)
    if (found.length > 0) return found
    compiling.report({
      code: 'unknown-operation',
      pointer: `${pointer}/operation`,
      message: `"${name}" is not an operation of ${vendor.name}.${didYouMean(name, vendor.operations.keys())}`,
    })
    return [name]
  })
  const when: Omit<When, 'needsCaller'> = {
    operations: operations && new Set(operations),
    call: compileRange(node['call'], `${pointer}/call`, compiling),
    per: (node['per'] ?? 'session') as When['per'],
    headers: compileTests(node['header']),
    query: compileTests(node['query']),
    body: compileTests(node['body']),
    credential: node['credential'] as string | undefined,
    jobState: asRecord(node['job'])['state'] as string | undefined,
    chance: node['chance'] as number | undefined,
    status: node['status'] as number | undefined,
    time: compileTime(node['time'], `${pointer}/time`, compiling),
  }
  checkReach(vendor, when, pointer, compiling)
  const { body, jobState, credential, per } = when
  return {
    ...when,
    needsCaller: body.length > 0 || jobState !== undefined || credential !== undefined || per !== 'session',
  }
}

/** `{ /pointer: value }` or `{ name: value }` as tests on a body, a query or headers. */
export function compileTests(raw: unknown): FieldTest[] {
  return entriesOf(raw).map(([field, value]) => ({
    field,
    // An empty pointer means all of it.
    segments: field === '' ? [] : field.startsWith('/') ? field.slice(1).split('/').map(unescapeSegment) : [field],
    value,
  }))
}

/** An operation by its id, or all that have a tag. */
function operationsOf(vendor: Vendor, name: string): string[] {
  if (vendor.operations.has(name)) return [name]
  return [...vendor.operations.values()].filter(({ tags }) => tags.includes(name)).map(({ id }) => id)
}

function compileRange(raw: unknown, pointer: string, compiling: Compiling): When['call'] {
  if (raw === undefined) return undefined
  const match = /^(\d+)(?:(\.\.)(\d+)?)?$/.exec(String(raw))
  if (!match) {
    compiling.report({
      code: 'bad-format',
      pointer,
      message: `"${String(raw)}" is not a call or a range of calls. Write 3, 1..2 or 2.. for the second and all after it.`,
    })
    return undefined
  }
  const from = Number(match[1])
  const to = match[3] !== undefined ? Number(match[3]) : match[2] ? Number.POSITIVE_INFINITY : from
  if (from > to) {
    compiling.report({
      code: 'bad-format',
      pointer,
      message: `"${String(raw)}" ends before it begins. Write the smaller number first: ${to}..${from}.`,
    })
  }
  return { from, to }
}

/** Tells conditions that no request of the rule's operations can meet. */
function checkReach(vendor: Vendor, when: Omit<When, 'needsCaller'>, pointer: string, compiling: Compiling): void {
  const ids = [...(when.operations ?? vendor.operations.keys())]
  const operations = ids.flatMap((id) => vendor.operations.get(id) ?? [])
  // Of an operation that is not there nobody knows what it has; that was told.
  const isKnown = operations.length === ids.length
  const named = when.operations ? ids.join(', ') : `any operation of ${vendor.name}`
  const tell = (keyword: string, message: string): void =>
    compiling.report({ code: 'never-matches', pointer: `${pointer}/${keyword}`, message })
  if (when.per === 'job' || when.jobState !== undefined) {
    const keyword = when.jobState === undefined ? 'per' : 'job'
    if (isKnown && !operations.some((operation) => mayNameJob(vendor, operation))) {
      const others = [...vendor.operations.values()].filter((operation) => jobsOf(vendor, operation).length > 0)
      const known = others.length === 0 ? `${vendor.name} has no such operation` : list(others.map(({ id }) => id))
      tell(
        keyword,
        `The path of ${named} names no job, so "${keyword}" never holds. Operations whose path does: ${known}.`,
      )
    } else if (when.jobState !== undefined)
      checkState(vendor, operations, when.jobState, `${pointer}/job/state`, compiling)
  }
  if (!isKnown || !when.operations) return
  if (when.body.length > 0 && !operations.some(({ body }) => body))
    tell('body', `${named} takes no body, so "body" never holds. Leave it out, or ask for "query" or "header".`)
  if (when.credential !== undefined && !operations.some(({ security }) => security.length > 0))
    tell('credential', `${named} needs no key, so nobody looks at one and "credential" never holds. Ask for "header".`)
}

function checkState(
  vendor: Vendor,
  operations: readonly Operation[],
  state: string,
  pointer: string,
  compiling: Compiling,
): void {
  const own = operations.flatMap((operation) => jobsOf(vendor, operation))
  const jobs = [...new Set(own.length > 0 ? own : vendor.jobs.values())]
  const states = new Set(jobs.flatMap((job) => [...job.states.keys()]))
  if (states.has(state)) return
  const of = jobs.map(({ name }) => name).join(', ')
  const message = `"${state}" is not a state of the ${jobs.length === 1 ? 'job' : 'jobs'} ${of}.${didYouMean(state, states)}`
  compiling.report({ code: 'unknown-state', pointer, message })
}

function jobsOf(vendor: Vendor, operation: Operation): Job[] {
  return [...operation.items.values()].flatMap(({ job }) => (job === undefined ? [] : (vendor.jobs.get(job) ?? [])))
}

/** A path parameter of which the document says nothing may be read by the vendor's code. */
function mayNameJob(vendor: Vendor, operation: Operation): boolean {
  const params = operation.path.match(/\{[^{}]+\}/g) ?? []
  return jobsOf(vendor, operation).length > 0 || (vendor.jobs.size > 0 && params.length > operation.items.size)
}

function list(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')
}
