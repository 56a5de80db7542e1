import { listNames } from '../../spec/problems/count.ts'
import { parsePointer } from '../../spec/references/pointer.ts'
import type { Job } from '../../spec/model/job.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { compileTime } from './compile-time.ts'
import { entriesOf } from '../raw.ts'
import type { FieldTest, When } from '../situation.ts'
import type { ScenarioCursor } from './context.ts'

/** Compiles the conditions of a rule; each must be possible for a request of its operations. */
export function compileWhen(node: ScenarioCursor): When {
  const when: Omit<When, 'needsCaller'> = {
    operations: compileOperationNames(node.at('operation')),
    call: compileRange(node.at('call')),
    per: (node.at('per').value ?? 'session') as When['per'],
    headers: compileTests(node.at('header').value),
    query: compileTests(node.at('query').value),
    body: compileTests(node.at('body').value),
    credential: node.at('credential').text(),
    jobState: node.at('job', 'state').text(),
    chance: node.at('chance').number(),
    status: node.at('status').number(),
    time: compileTime(node.at('time')),
  }
  checkReach(node, when)
  const { body, jobState, credential, per } = when
  return {
    ...when,
    needsCaller: body.length > 0 || jobState !== undefined || credential !== undefined || per !== 'session',
  }
}

/** Operations by id or tag; an unknown name stays, and so matches no request. Undefined means any. */
export function compileOperationNames(names: ScenarioCursor): When['operations'] {
  const { vendor } = names.context
  if (names.value === undefined) return undefined
  return new Set(
    names.listOrOne().flatMap((entry) => {
      const name = entry.text()
      if (name === undefined) return []
      const found = operationsOf(vendor, name)
      if (found.length > 0) return found
      entry.reportUnknown(name, vendor.operations.keys(), 'operation', `an operation of ${vendor.name}`)
      return [name]
    }),
  )
}

/** `{ /pointer: value }` or `{ name: value }` as tests on a body, a query or headers. */
export function compileTests(raw: unknown): FieldTest[] {
  return entriesOf(raw).map(([field, value]) => ({
    field,
    // An empty pointer means the whole value.
    segments: field === '' || field.startsWith('/') ? parsePointer(field) : [field],
    value,
  }))
}

/** An operation by its id, or all that have a tag. */
function operationsOf(vendor: Vendor, name: string): string[] {
  if (vendor.operations.has(name)) return [name]
  return [...vendor.operations.values()].filter(({ tags }) => tags.includes(name)).map(({ id }) => id)
}

function compileRange(call: ScenarioCursor): When['call'] {
  if (call.value === undefined) return undefined
  const text = String(call.value)
  const match = /^(\d+)(?:(\.\.)(\d+)?)?$/.exec(text)
  if (!match) {
    const remedy = 'Write 3, 1..2 or 2.. for the second and all after it.'
    call.report('bad-format', `"${text}" is not a call or a range of calls.`, remedy)
    return undefined
  }
  const from = Number(match[1])
  const to = match[3] !== undefined ? Number(match[3]) : match[2] ? Number.POSITIVE_INFINITY : from
  if (from > to)
    call.report('bad-format', `"${text}" ends before it begins.`, `Write the smaller number first: ${to}..${from}.`)
  return { from, to }
}

/** Reports conditions that no request of the rule's operations can meet. */
function checkReach(node: ScenarioCursor, when: Omit<When, 'needsCaller'>): void {
  const { vendor } = node.context
  const ids = [...(when.operations ?? vendor.operations.keys())]
  const operations = ids.flatMap((id) => vendor.operations.get(id) ?? [])
  // The contents of an unknown operation are unknown too; its name was reported.
  const isKnown = operations.length === ids.length
  const named = when.operations ? ids.join(', ') : `any operation of ${vendor.name}`
  const refuse = (keyword: string, problem: string, remedy: string): void =>
    node.at(keyword).report('never-matches', problem, remedy)
  if (when.per === 'job' || when.jobState !== undefined) {
    const keyword = when.jobState === undefined ? 'per' : 'job'
    if (isKnown && !operations.some((operation) => mayNameJob(vendor, operation))) {
      const others = [...vendor.operations.values()].filter((operation) => jobsOf(vendor, operation).length > 0)
      const known = others.length === 0 ? `${vendor.name} has no such operation` : listNames(others.map(({ id }) => id))
      const problem = `The path of ${named} names no job, so "${keyword}" never holds.`
      refuse(keyword, problem, `Operations whose path does: ${known}.`)
    } else if (when.jobState !== undefined) checkState(node.at('job', 'state'), operations)
  }
  if (!isKnown || !when.operations) return
  if (when.body.length > 0 && !operations.some(({ body }) => body)) {
    const problem = `${named} takes no body, so "body" never holds.`
    refuse('body', problem, 'Leave it out, or ask for "query" or "header".')
  }
  if (when.credential !== undefined && !operations.some(({ security }) => security.length > 0)) {
    const problem = `${named} needs no key, so "credential" never matches.`
    refuse('credential', problem, 'Ask for "header".')
  }
}

function checkState(state: ScenarioCursor, operations: readonly Operation[]): void {
  const { vendor } = state.context
  const own = operations.flatMap((operation) => jobsOf(vendor, operation))
  const jobs = [...new Set(own.length > 0 ? own : vendor.jobs.values())]
  const states = new Set(jobs.flatMap((job) => [...job.states.keys()]))
  const names = jobs.map(({ name }) => name).join(', ')
  state.isOneOf(states, 'state', `a state of the ${jobs.length === 1 ? 'job' : 'jobs'} ${names}`)
}

function jobsOf(vendor: Vendor, operation: Operation): Job[] {
  return [...operation.items.values()].flatMap(({ job }) => (job === undefined ? [] : (vendor.jobs.get(job) ?? [])))
}

/** Vendor code may read a path parameter that the document does not explain. */
function mayNameJob(vendor: Vendor, operation: Operation): boolean {
  const params = operation.path.match(/\{[^{}]+\}/g) ?? []
  return jobsOf(vendor, operation).length > 0 || (vendor.jobs.size > 0 && params.length > operation.items.size)
}
