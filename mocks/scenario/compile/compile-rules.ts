import { compilePatches } from '../../spec/compile/context.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { parseDuration } from '../../spec/values/duration.ts'
import { type Compiling, compileValue } from '../../spec/values/value.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { compileFault, compileStreamEnd } from './compile-fault.ts'
import { compileHeaders } from './compile-headers.ts'
import { compileWhen } from './compile-when.ts'
import { findError, type FoundError } from '../errors.ts'
import { asRecord, type Raw } from '../raw.ts'
import type { Change, LiteralAnswer, Place, Rule, Then, When } from '../situation.ts'

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

function compileThen(vendor: Vendor, when: When, node: Raw, pointer: string, compiling: Compiling): Then {
  const found = compileError(vendor, when, node, pointer, compiling)
  return {
    error: found && 'error' in found ? found.error : undefined,
    status: found && 'status' in found ? found.status : undefined,
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

/** A mock answers only what its spec documents: an error has to be one of each operation that it is played for. */
function compileError(
  vendor: Vendor,
  when: When,
  node: Raw,
  pointer: string,
  compiling: Compiling,
): FoundError | undefined {
  const name = node['error'] as string | number | undefined
  if (name === undefined) return undefined
  const operations = when.operations && [...when.operations].flatMap((id) => vendor.operations.get(id) ?? [])
  // Where none of the operations is known, that was told, and any error of the vendor may be meant.
  const found = findError(vendor, operations?.length === 0 ? undefined : operations, name)
  if (!('problems' in found)) return found
  const remedy = ' For an answer off the contract write "answer" with "offContract" and the reason.'
  for (const problem of found.problems) {
    const message = found.code === 'undocumented-answer' ? problem + remedy : problem
    compiling.report({ code: found.code, pointer: `${pointer}/error`, message })
  }
  return found
}

function compileChange(node: Raw, pointer: string, compiling: Compiling): Change | undefined {
  if (!['patch', 'headers', 'offContract'].some((keyword) => keyword in node)) return undefined
  return {
    patch: compilePatches(node['patch'], `${pointer}/patch`, compiling),
    headers: compileHeaders(node['headers'], `${pointer}/headers`, compiling),
    offContract: node['offContract'] as string | undefined,
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
