import { undocumented } from '../../scenario/errors.ts'
import { breaksBefore } from '../../scenario/fault.ts'
import { findTrigger } from '../../behaviour/requests/triggers.ts'
import type { TriggerThen } from '../../spec/model/rules/trigger.ts'
import type { Change, Place, Then } from '../../scenario/situation.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { constant } from '../../spec/values/value.ts'
import type { Example, Refusal, ResponseSpec } from '../../spec/model/response.ts'
import { refusePromise } from '../../state/promise.ts'
import { represent } from '../answer/answer-body.ts'
import type { Answer } from '../answer/answer.ts'
import { literalAnswer } from '../answer/build-answer.ts'
import { checkOverrideAnswer, type Override, type OverrideAnswer } from '../answer/override.ts'
import { ownAnswer, plainAnswer } from '../answer/own-answer.ts'
import { ownExample } from '../answer/own-example.ts'
import { playedAnswer } from '../answer/played.ts'
import { JobRoot } from '../jobs/items.ts'
import type { Exchange } from './exchange.ts'
import { armNext, playNext } from './next.ts'
import { countCalls, describeRule, type Known, ruleAt } from './rules.ts'
import type { Intervention } from './work.ts'

/** Interventions before all stages, with nothing counted: outages, gateways, and `Prefer`. */
export function interveneAtArrival(exchange: Exchange): Intervention | undefined {
  if (exchange.session.nexts.length > 0) armNext(exchange)
  count(exchange, 'arrival')
  return intervene(exchange, 'arrival') ?? preferred(exchange)
}

/** Interventions after the limits have counted and before anything is charged or started. */
export function interveneAtHandle(exchange: Exchange): Intervention | undefined {
  count(exchange, 'handle')
  const next = playNext(exchange)
  if (next) return interventionOf(exchange, 'handle', next.then, next.label)
  return intervene(exchange, 'handle') ?? overridden(exchange) ?? interveneByTrigger(exchange, false)
}

/** An intervention by a request value that the vendor documents as a trigger. */
export function interveneByTrigger(exchange: Exchange, isEarly: boolean): Intervention | undefined {
  if (!exchange.isMatched() || exchange.operation.triggers.length === 0) return undefined
  const trigger = findTrigger(exchange, isEarly)
  if (!trigger) return undefined
  return {
    answer: triggeredAnswer(exchange, trigger.then),
    fault: undefined,
    changes: NO_CHANGES,
    delay: 0,
    by: { stage: 'handle', because: trigger.label },
    // The answer is the vendor's own, not a scenario's.
    rule: undefined,
  }
}

/** Interventions after the work is done, which stays done; only the answer is replaced, delayed or lost. */
export function interveneAtReply(exchange: Exchange, status: number): Intervention | undefined {
  count(exchange, 'end', status)
  return intervene(exchange, 'reply')
}

/** Counts, for rules, an exchange that has ended before its reply. */
export function countEnd(exchange: Exchange, answer: Answer | undefined): void {
  count(exchange, 'end', answer?.status)
}

/** Whether it ends the exchange at once; otherwise it delays or changes the answer that follows. */
export function isFinal(intervention: Intervention | undefined): intervention is Intervention {
  if (!intervention) return false
  return intervention.answer !== undefined || breaksBefore(intervention.fault)
}

/** Combines the interventions in one exchange: delays and changes add up, the later fault counts. */
export function combine(before: Intervention | undefined, later: Intervention | undefined): Intervention | undefined {
  if (!before || !later) return later ?? before
  return {
    ...later,
    fault: later.fault ?? before.fault,
    end: later.end ?? before.end,
    // Reports name one rule: the one that caused the failure.
    rule: before.fault && !later.fault && !later.answer ? before.rule : later.rule,
    changes: [...before.changes, ...later.changes],
    delay: before.delay + later.delay,
  }
}

function count(exchange: Exchange, by: Known['by'], status?: number): void {
  const { rules } = exchange.situation
  if (rules.length === 0) return
  const start = exchange.session.starts.get(exchange.vendor.name) ?? 0
  countCalls(exchange, rules, { by, status, start, jobState: () => jobState(exchange) })
}

function intervene(exchange: Exchange, place: Place): Intervention | undefined {
  const { rules } = exchange.situation
  const found = rules.length === 0 ? undefined : ruleAt(exchange, rules, place)
  return found && interventionOf(exchange, place, found.then, describeRule(found.rule))
}

function interventionOf(exchange: Exchange, place: Place, then: Then, label: string): Intervention {
  return {
    answer: answerOf(exchange, then, label),
    fault: then.fault,
    end: then.end,
    changes: then.change ? [then.change] : NO_CHANGES,
    delay: then.delay ?? 0,
    by: { stage: place, because: label },
    rule: label,
  }
}

const NO_CHANGES: readonly Change[] = []

function answerOf(exchange: Exchange, then: Then, label: string): Answer | undefined {
  if (then.error) return playedError(exchange, then.error)
  if (then.status !== undefined) {
    const spec = documentedAs(exchange, then.status)
    return spec ? fittingExample(exchange, represent(exchange, spec)) : ownAnswer(exchange, then.status, label)
  }
  if (then.answer) return literalAnswer(exchange, then.answer, documentedAs(exchange, then.answer.status))
  return undefined
}

function triggeredAnswer(exchange: Exchange, then: TriggerThen): Answer | undefined {
  if (then.kind === 'outcome') return undefined
  if (then.kind === 'error') return playedError(exchange, then.error)
  const spec = documentedAs(exchange, then.status)
  if (!spec) return ownAnswer(exchange, then.status, 'a trigger')
  const visible = represent(exchange, spec)
  const example = then.example === undefined ? undefined : visible.examples.get(then.example)
  return example
    ? playedAnswer(exchange, visible, example, nameOf(visible, example))
    : fittingExample(exchange, visible)
}

/** A named error in the wording of the request's dialect, with the status that the operation documents for it. */
function playedError(exchange: Exchange, error: Refusal): Answer {
  // A test prepares an error once for all dialects.
  const { name, response, example } = (exchange.vendor.dialects && exchange.vendor.errors.get(error.name)) ?? error
  const own = exchange.operation?.responses.find((spec) => spec.name === response.name) ?? response
  const spec = represent(exchange, own)
  if (error.isGeneral) return fittingExample(exchange, spec)
  return playedAnswer(exchange, spec, spec === own ? example : sameExample(spec, example), name)
}

/** The example of this name in another media type; if missing there, the headers stay and the body is generated. */
function sameExample(spec: ResponseSpec, example: Example | undefined): Example | undefined {
  const other = example && spec.examples.get(example.name)
  if (other && other.headers.length > 0) return other
  return example && { ...example, value: undefined, body: [], ...other, headers: example.headers }
}

function fittingExample(exchange: Exchange, spec: ResponseSpec): Answer {
  const example = ownExample(exchange.vendor, exchange.operation, spec)
  return playedAnswer(exchange, spec, example, spec.name === undefined ? String(spec.status) : nameOf(spec, example))
}

/** `TooManyRequests#rate`; `429#rate` for an answer defined in the operation itself. */
function nameOf(spec: ResponseSpec, example: Example | undefined): string {
  const name = spec.name ?? spec.code
  return example ? `${name}#${example.name}` : name
}

/** The documented answer of the operation for a status. */
function documentedAs(exchange: Exchange, status: number): ResponseSpec | undefined {
  return responseFor(exchange.operation?.responses ?? [], status)
}

/** The state of the job that the path names. */
function jobState(exchange: Exchange): string | undefined {
  const job = exchange.scope.read('job')
  return job instanceof JobRoot ? job.reading.state.name : undefined
}

/** RFC 7240's `Prefer: code=429, example=rate`: any documented answer, with nothing counted. */
function preferred(exchange: Exchange): Intervention | undefined {
  const header = exchange.call.headers['prefer']
  if (header === undefined || !exchange.operation) return undefined
  const code = /(?:^|[,;\s])code="?(\d{3})"?/.exec(header)?.[1]
  const name = /(?:^|[,;\s])example="?([\w.-]+)"?/.exec(header)?.[1]
  if (code === undefined && name === undefined) return undefined
  const spec =
    code === undefined
      ? exchange.operation.responses.find((entry) => withExample(entry, name!))
      : documentedAs(exchange, Number(code))
  const by = { stage: 'arrival', because: `the request prefers ${header}` }
  const shared = { fault: undefined, changes: NO_CHANGES, delay: 0, by, rule: undefined }
  if (!spec) {
    const known = exchange.operation.responses.map((entry) => entry.code).join(', ')
    return {
      ...shared,
      answer: plainAnswer(
        400,
        `${exchange.operation.id} documents no answer for Prefer: ${header}. Known codes: ${known}.`,
      ),
    }
  }
  const chosen = represent(exchange, spec)
  const visible = name === undefined || chosen.examples.has(name) ? chosen : withExample(spec, name)
  if (!visible) {
    const names = [spec, ...spec.choices].flatMap(({ examples }) => [...examples.keys()])
    const because = `${exchange.operation.id} has no example "${name}" of its ${code}.${didYouMean(name!, names)}`
    return { ...shared, answer: plainAnswer(400, because) }
  }
  const example =
    name === undefined ? ownExample(exchange.vendor, exchange.operation, visible) : visible.examples.get(name)
  return { ...shared, answer: playedAnswer(exchange, visible, example, example ? nameOf(visible, example) : spec.code) }
}

/** The answer in the media type that has an example of this name. */
function withExample(spec: ResponseSpec, name: string): ResponseSpec | undefined {
  if (spec.examples.has(name)) return spec
  const choice = spec.choices.find(({ examples }) => examples.has(name))
  return choice && { ...spec, ...choice }
}

function overridden(exchange: Exchange): Intervention | undefined {
  for (const override of exchange.session.overrides) {
    if (override.vendor !== exchange.vendor.name || override.operation !== exchange.operation?.id) continue
    const answer = override.answer(contextOf(exchange))
    if (answer === undefined) continue
    const by = { stage: 'handle', because: `mock.on('${override.vendor}', '${override.operation}', …)` }
    const own = overrideAnswer(exchange, override, answer)
    return { answer: own, fault: undefined, changes: NO_CHANGES, delay: 0, by, rule: undefined }
  }
  return undefined
}

function overrideAnswer(exchange: Exchange, override: Override, answer: OverrideAnswer): Answer {
  if (answer instanceof Promise) {
    refusePromise(
      answer,
      `Failed to answer ${override.operation}: mock.on() was given an async function. An override runs inside a transaction: return the answer itself.`,
    )
  }
  checkOverrideAnswer(override.operation, answer)
  if ('error' in answer) {
    const refusal = exchange.vendor.errors.get(answer.error)
    const problem = refusal
      ? undocumented(exchange.operation!, refusal)
      : `"${answer.error}" is not an error of ${exchange.vendor.name}.${didYouMean(answer.error, exchange.vendor.errors.keys())}`
    if (!refusal || problem) throw new TypeError(`Failed to answer ${override.operation}: ${problem}`)
    return playedError(exchange, refusal)
  }
  const status = answer.status ?? exchange.operation?.success?.status ?? 200
  const literal = {
    status,
    headers: Object.entries(answer.headers ?? {}).map(([name, value]) => [name, constant(value)] as const),
    body: answer.body === undefined ? undefined : constant(answer.body),
    offContract: answer.offContract,
  }
  return literalAnswer(exchange, literal, documentedAs(exchange, status))
}

function contextOf(exchange: Exchange) {
  const items = Object.fromEntries([...exchange.items].map(([name, item]) => [name, item.read()] as const))
  return {
    operation: exchange.operation!.id,
    params: exchange.params,
    query: exchange.query,
    headers: exchange.call.headers,
    body: exchange.input?.body,
    job: [...exchange.items.values()]
      .find((item) => exchange.vendor.collections.get(item.collection)?.job !== undefined)
      ?.read(),
    items,
    now: exchange.now,
  }
}
