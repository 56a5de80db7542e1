import { compilePatches } from '../../spec/compile/context.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { compileFault, compileStreamEnd } from './compile-fault.ts'
import { compileAnswerHeaders } from './compile-headers.ts'
import { compileWhen } from './compile-when.ts'
import { findError, type FoundError } from '../errors.ts'
import type { Change, LiteralAnswer, Place, Rule, Then, When } from '../situation.ts'
import type { ScenarioCursor } from './context.ts'

/** Compiles `rules:` of a scenario for one vendor. */
export function compileRules(rules: ScenarioCursor, scenario: string): Rule[] {
  return rules.list().map((node, index): Rule => {
    const then = node.at('then')
    const at = (node.at('at').value ?? then.at('at').value ?? 'handle') as Place
    const when = compileWhen(node.at('when'))
    if (at === 'arrival' && when.needsCaller) {
      const problem = 'A rule at arrival acts before the body, the credential and the job are known.'
      node.at('at').report('too-early', problem, 'Use "at: handle", or leave those conditions out.')
    }
    if (at !== 'reply' && when.status !== undefined) {
      const problem = `The status of an answer is known at reply, not at ${at}.`
      node.at('when', 'status').report('too-early', problem, 'Write "at: reply" beside "then".')
    }
    const sequence = then.optional('sequence')
    return {
      label: `rule ${index + 1} of ${scenario}`,
      key: `${rules.context.vendor.name} ${scenario} ${index}`,
      when,
      at,
      then: sequence ? sequence.list().map((step) => compileThen(step, when)) : [compileThen(then, when)],
    }
  })
}

function compileThen(then: ScenarioCursor, when: When): Then {
  const found = compilePlayedError(then, when)
  const answer = then.optional('answer')
  return {
    error: found && 'error' in found ? found.error : undefined,
    status: found && 'status' in found ? found.status : undefined,
    answer: answer && compileAnswer(answer, when),
    fault: compileFault(then),
    end: compileStreamEnd(then, when),
    change: compileChange(then),
    delay: then.at('delay').duration(),
  }
}

/** A mock answers only what its spec documents: an error must be documented by each operation of its rule. */
function compilePlayedError(then: ScenarioCursor, when: When): FoundError | undefined {
  const { vendor } = then.context
  const name = then.at('error').value as string | number | undefined
  if (name === undefined) return undefined
  const operations = when.operations && [...when.operations].flatMap((id) => vendor.operations.get(id) ?? [])
  // Where all operations are unknown, that was reported, and any error of the vendor is allowed.
  const found = findError(vendor, operations?.length === 0 ? undefined : operations, name)
  if (!('problems' in found)) return found
  const isUndocumented = found.code === 'undocumented-answer'
  const remedy = isUndocumented
    ? 'For an answer off the contract write "answer" with "offContract" and the reason.'
    : ''
  for (const problem of found.problems) then.at('error').report(found.code, problem, remedy)
  return found
}

function compileChange(then: ScenarioCursor): Change | undefined {
  if (!['patch', 'headers', 'offContract'].some((keyword) => then.has(keyword))) return undefined
  return {
    patch: compilePatches(then.at('patch')),
    headers: compileAnswerHeaders(then.at('headers')),
    offContract: then.at('offContract').text(),
  }
}

function compileAnswer(answer: ScenarioCursor, when: When): LiteralAnswer {
  const headers = compileAnswerHeaders(answer.at('headers'))
  const status = answer.at('status').number() ?? 200
  const offContract = answer.at('offContract').text()
  for (const id of offContract === undefined ? (when.operations ?? []) : []) {
    const operation = answer.context.vendor.operations.get(id)
    if (!operation || responseFor(operation.responses, status)) continue
    const known = operation.responses.map((response) => response.code).join(', ') || 'no answer'
    answer
      .at('status')
      .report(
        'undocumented-answer',
        `${id} documents no ${status}. It has: ${known}.`,
        'To give this answer anyway, add "offContract" with the reason.',
      )
  }
  return { status, headers, body: answer.optional('body')?.compile(), offContract }
}
