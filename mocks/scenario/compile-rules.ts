import { unescapeSegment } from '../spec/pointer.ts'
import { compilePatches } from '../spec/compile/context.ts'
import { responseFor } from '../spec/compile/responses.ts'
import { parseDuration } from '../spec/duration.ts'
import { didYouMean } from '../spec/nearest.ts'
import { type Compiling, compileValue } from '../spec/value.ts'
import type { Operation, Refusal, Vendor } from '../spec/vendor.ts'
import { compileFault, compileStreamEnd } from './compile-fault.ts'
import { compileHeaders } from './compile-headers.ts'
import { compileTime } from './compile-time.ts'
import { asRecord, entriesOf, type Raw } from './raw.ts'
import type { Change, FieldTest, LiteralAnswer, Place, Rule, Then, When } from './situation.ts'

/** Compiles `rules:` of a scenario for one vendor. */
export function compileRules(vendor: Vendor, raw: unknown, scenario: string, compiling: Compiling): Rule[] {
  if (!Array.isArray(raw)) return []
  return raw.map((entry: unknown, index): Rule => {
    const node = asRecord(entry)
    const then = asRecord(node['then'])
    const pointer = `/rules/${index}`
    const at = (node['at'] ?? then['at'] ?? 'handle') as Place
    const sequence = Array.isArray(then['sequence']) ? (then['sequence'] as unknown[]) : undefined
    const when = compileWhen(vendor, asRecord(node['when']), `${pointer}/when`, compiling)
    if (at === 'arrival' && when.needsCaller) {
      compiling.report({
        code: 'too-early',
        pointer: `${pointer}/at`,
        message:
          'A rule at arrival comes before the body, the credential and the job are known. Use "at: handle", or leave those conditions out.',
      })
    }
    if (at !== 'reply' && when.status !== undefined) {
      compiling.report({
        code: 'too-early',
        pointer: `${pointer}/when/status`,
        message: `The status of an answer is known at reply, not at ${at}. Write "at: reply" beside "then".`,
      })
    }
    return {
      label: `rule ${index + 1} of ${scenario}`,
      key: `${vendor.name} ${scenario} ${index}`,
      when,
      at,
      then: sequence
        ? sequence.map((step, place) =>
            compileThen(vendor, when, asRecord(step), `${pointer}/then/sequence/${place}`, compiling),
          )
        : [compileThen(vendor, when, then, `${pointer}/then`, compiling)],
    }
  })
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

/** Finds an error by name, or says which is nearest; a status names the operations' own answer. */
export function findError(
  vendor: Vendor,
  operations: ReadonlySet<string> | undefined,
  name: string | number,
): { error?: Refusal; status?: number } | { problem: string } {
  const found = vendor.errors.get(String(name))
  if (found) return { error: found }
  const status = Number(name)
  if (Number.isInteger(status)) {
    const candidates = [...(operations ?? vendor.operations.keys())].map((id) => vendor.operations.get(id))
    if (candidates.some((operation) => operation && responseFor(operation.responses, status))) return { status }
  }
  return { problem: `"${name}" is not an error of ${vendor.name}.${didYouMean(String(name), vendor.errors.keys())}` }
}

/** Says what an operation documents in place of an error; undefined where it documents that one. */
export function undocumented(operation: Operation, error: Refusal): string | undefined {
  if (operation.responses.some((response) => response.name === error.response.name)) return undefined
  const known = operation.responses.map((response) => response.name ?? response.code).join(', ')
  return `${operation.id} documents no ${error.name.split('#')[0]}. It has: ${known}.`
}

function compileWhen(vendor: Vendor, node: Raw, pointer: string, compiling: Compiling): When {
  const names =
    typeof node['operation'] === 'string' ? [node['operation']] : (node['operation'] as string[] | undefined)
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
  const per = (node['per'] ?? 'session') as When['per']
  const body = compileTests(node['body'])
  const credential = node['credential'] as string | undefined
  const jobState = asRecord(node['job'])['state'] as string | undefined
  return {
    operations: operations && new Set(operations),
    call: compileRange(node['call'], `${pointer}/call`, compiling),
    per,
    headers: compileTests(node['header']),
    query: compileTests(node['query']),
    body,
    credential,
    jobState,
    needsCaller: body.length > 0 || jobState !== undefined || credential !== undefined || per !== 'session',
    chance: node['chance'] as number | undefined,
    status: node['status'] as number | undefined,
    time: compileTime(node['time'], `${pointer}/time`, compiling),
  }
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
  return { from, to: match[3] !== undefined ? Number(match[3]) : match[2] ? Number.POSITIVE_INFINITY : from }
}

function compileThen(vendor: Vendor, when: When, node: Raw, pointer: string, compiling: Compiling): Then {
  const name = node['error'] as string | number | undefined
  const found = name === undefined ? {} : findError(vendor, when.operations, name)
  if ('problem' in found)
    compiling.report({ code: 'unknown-error', pointer: `${pointer}/error`, message: found.problem })
  const error = 'error' in found ? found.error : undefined
  if (error) checkDocumented(vendor, when, error, `${pointer}/error`, compiling)
  return {
    error,
    status: 'status' in found ? found.status : undefined,
    answer:
      node['answer'] === undefined
        ? undefined
        : compileAnswer(vendor, when, asRecord(node['answer']), `${pointer}/answer`, compiling),
    fault: compileFault(node, pointer, compiling),
    end: compileStreamEnd(vendor, when, node, pointer, compiling),
    change: compileChange(node, pointer, compiling),
    delay: node['delay'] === undefined ? undefined : parseDuration(String(node['delay'])),
  }
}

function compileChange(node: Raw, pointer: string, compiling: Compiling): Change | undefined {
  if (!['patch', 'headers', 'offContract'].some((keyword) => keyword in node)) return undefined
  return {
    patch: compilePatches(node['patch'], `${pointer}/patch`, compiling),
    headers: compileHeaders(node['headers'], `${pointer}/headers`, compiling),
    offContract: node['offContract'] as string | undefined,
  }
}

/** A mock answers only what its spec documents: the error's status must stand under the operations it is played for. */
function checkDocumented(vendor: Vendor, when: When, error: Refusal, pointer: string, compiling: Compiling): void {
  for (const id of when.operations ?? []) {
    const operation = vendor.operations.get(id)
    const problem = operation && undocumented(operation, error)
    if (problem === undefined) continue
    compiling.report({
      code: 'undocumented-answer',
      pointer,
      message: `${problem} For an answer off the contract write "answer" with "offContract" and the reason.`,
    })
  }
}

function compileAnswer(vendor: Vendor, when: When, node: Raw, pointer: string, compiling: Compiling): LiteralAnswer {
  const headers = compileHeaders(node['headers'], `${pointer}/headers`, compiling)
  const status = Number(node['status'] ?? 200)
  const offContract = node['offContract'] as string | undefined
  for (const id of offContract === undefined ? (when.operations ?? []) : []) {
    const operation = vendor.operations.get(id)
    if (!operation || responseFor(operation.responses, status)) continue
    compiling.report({
      code: 'undocumented-answer',
      pointer: `${pointer}/status`,
      message: `${id} documents no ${status}. It has: ${operation.responses.map((response) => response.code).join(', ') || 'no answer'}. To answer so all the same, add "offContract" with the reason.`,
    })
  }
  return {
    status,
    headers,
    body: 'body' in node ? compileValue(node['body'], `${pointer}/body`, compiling) : undefined,
    offContract,
  }
}
