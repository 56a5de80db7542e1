import type { Turn } from '../behaviour/turn.ts'
import { breaksBefore, type FaultPlan, type StreamEnd } from '../scenario/fault.ts'
import type { Change, Place, Then } from '../scenario/situation.ts'
import { undocumented } from '../scenario/errors.ts'
import { responseFor } from '../spec/compile/responses.ts'
import { didYouMean } from '../spec/nearest.ts'
import { constant } from '../spec/value.ts'
import type { Example, Refusal, ResponseSpec } from '../spec/vendor.ts'
import { represent } from './answer-body.ts'
import type { Answer } from './answer.ts'
import { literalAnswer } from './build-answer.ts'
import { ownAnswer, plainAnswer } from './own-answer.ts'
import { checkAnswer, type Override, type OverrideAnswer } from './override.ts'
import { JobRoot } from './items.ts'
import { armNext, playNext } from './next.ts'
import { playedAnswer } from './played.ts'
import { countCalls, cutIn, describeRule, type Known } from './rules.ts'
import type { Session } from './session.ts'

/** What a rule, an override or `Prefer` does to an exchange. */
export interface Cutting {
  readonly answer: Answer | undefined
  readonly fault: FaultPlan | undefined
  /** How a stream ends, where the answer is one. */
  readonly end?: StreamEnd | undefined
  readonly changes: readonly Change[]
  /** ms. */
  readonly delay: number
  readonly by: { readonly stage: string; readonly because: string }
  readonly rule: string | undefined
}

/** Before all stages, with nothing counted: outages, gateways, and `Prefer`. */
export function cutArrival(session: Session, turn: Turn): Cutting | undefined {
  if (session.nexts.length > 0) armNext(session, turn)
  count(session, turn, 'arrival')
  return cut(turn, 'arrival') ?? preferred(turn)
}

/** After the limits have counted, before anything is charged or started. */
export function cutHandle(session: Session, turn: Turn): Cutting | undefined {
  count(session, turn, 'handle')
  const next = playNext(session, turn)
  if (next) return cuttingOf(turn, 'handle', next.then, next.label)
  return cut(turn, 'handle') ?? overridden(session, turn)
}

/** The work is done and stays done; only its answer is replaced, delayed or lost. */
export function cutReply(session: Session, turn: Turn, status: number): Cutting | undefined {
  count(session, turn, 'end', status)
  return cut(turn, 'reply')
}

/** An exchange that has ended before its reply is one of those that rules count. */
export function countEnd(session: Session, turn: Turn, answer: Answer | undefined): void {
  count(session, turn, 'end', answer?.status)
}

/** Whether it ends the exchange where it cuts in; else it waits for the answer that comes, to delay or change it. */
export function isFinal(cutting: Cutting | undefined): cutting is Cutting {
  if (!cutting) return false
  return cutting.answer !== undefined || breaksBefore(cutting.fault)
}

/** What several places say of one exchange: delays add up, changes too, the later fault counts. */
export function both(before: Cutting | undefined, cut: Cutting | undefined): Cutting | undefined {
  if (!before || !cut) return cut ?? before
  return {
    ...cut,
    fault: cut.fault ?? before.fault,
    end: cut.end ?? before.end,
    // Reports tell of one rule: the one by which something went wrong.
    rule: before.fault && !cut.fault && !cut.answer ? before.rule : cut.rule,
    changes: [...before.changes, ...cut.changes],
    delay: before.delay + cut.delay,
  }
}

function count(session: Session, turn: Turn, by: Known['by'], status?: number): void {
  const { rules } = turn.situation
  if (rules.length === 0) return
  const start = session.starts.get(turn.vendor.name) ?? 0
  countCalls(turn, rules, { by, status, start, jobState: () => jobState(turn) })
}

function cut(turn: Turn, place: Place): Cutting | undefined {
  const { rules } = turn.situation
  const found = rules.length === 0 ? undefined : cutIn(turn, rules, place)
  return found && cuttingOf(turn, place, found.then, describeRule(found.rule))
}

function cuttingOf(turn: Turn, place: Place, then: Then, label: string): Cutting {
  return {
    answer: answerOf(turn, then, label),
    fault: then.fault,
    end: then.end,
    changes: then.change ? [then.change] : NO_CHANGES,
    delay: then.delay ?? 0,
    by: { stage: place, because: label },
    rule: label,
  }
}

const NO_CHANGES: readonly Change[] = []

function answerOf(turn: Turn, then: Then, label: string): Answer | undefined {
  if (then.error) return playedError(turn, then.error)
  if (then.status !== undefined) {
    const spec = documentedAs(turn, then.status)
    return spec ? firstExample(turn, represent(turn, spec)) : ownAnswer(turn, then.status, label)
  }
  if (then.answer) return literalAnswer(turn, then.answer, documentedAs(turn, then.answer.status))
  return undefined
}

/** An error by its name, as the dialect of this request words it, under the status that the operation has for it. */
function playedError(turn: Turn, error: Refusal): Answer {
  // What a test prepares is prepared once, for all dialects.
  const { name, response, example } = (turn.vendor.dialects && turn.vendor.errors.get(error.name)) ?? error
  const own = turn.operation?.responses.find((spec) => spec.name === response.name) ?? response
  const spec = represent(turn, own)
  return playedAnswer(turn, spec, spec === own ? example : sameExample(spec, example), name)
}

/** The example of this name in another media type: where that one has none, its headers, and a body that is made. */
function sameExample(spec: ResponseSpec, example: Example | undefined): Example | undefined {
  const other = example && spec.examples.get(example.name)
  if (other && other.headers.length > 0) return other
  return example && { ...example, value: undefined, body: [], ...other, headers: example.headers }
}

function firstExample(turn: Turn, spec: ResponseSpec): Answer {
  const example = spec.examples.values().next().value
  return playedAnswer(turn, spec, example, spec.name === undefined ? String(spec.status) : nameOf(spec, example))
}

/** `TooManyRequests#rate`, `429#rate` of an answer that stands under the operation itself. */
function nameOf(spec: ResponseSpec, example: Example | undefined): string {
  const name = spec.name ?? spec.code
  return example ? `${name}#${example.name}` : name
}

/** What the operation documents for a status. */
function documentedAs(turn: Turn, status: number): ResponseSpec | undefined {
  return responseFor(turn.operation?.responses ?? [], status)
}

/** The state of the job that the path names. */
function jobState(turn: Turn): string | undefined {
  const job = turn.scope.read('job')
  return job instanceof JobRoot ? job.reading.state.name : undefined
}

/** RFC 7240's `Prefer: code=429, example=rate`: any documented answer, counting nothing. */
function preferred(turn: Turn): Cutting | undefined {
  const header = turn.call.headers['prefer']
  if (header === undefined || !turn.operation) return undefined
  const code = /(?:^|[,;\s])code="?(\d{3})"?/.exec(header)?.[1]
  const name = /(?:^|[,;\s])example="?([\w.-]+)"?/.exec(header)?.[1]
  if (code === undefined && name === undefined) return undefined
  const spec =
    code === undefined
      ? turn.operation.responses.find((entry) => withExample(entry, name!))
      : documentedAs(turn, Number(code))
  const by = { stage: 'arrival', because: `the request prefers ${header}` }
  const shared = { fault: undefined, changes: NO_CHANGES, delay: 0, by, rule: undefined }
  if (!spec) {
    const known = turn.operation.responses.map((entry) => entry.code).join(', ')
    return {
      ...shared,
      answer: plainAnswer(
        400,
        `${turn.operation.id} documents no answer for Prefer: ${header}. Known codes: ${known}.`,
      ),
    }
  }
  const chosen = represent(turn, spec)
  const shown = name === undefined || chosen.examples.has(name) ? chosen : withExample(spec, name)
  if (!shown) {
    const names = [spec, ...spec.choices].flatMap(({ examples }) => [...examples.keys()])
    const because = `${turn.operation.id} has no example "${name}" of its ${code}.${didYouMean(name!, names)}`
    return { ...shared, answer: plainAnswer(400, because) }
  }
  const example = name === undefined ? shown.examples.values().next().value : shown.examples.get(name)
  return { ...shared, answer: playedAnswer(turn, shown, example, example ? nameOf(shown, example) : spec.code) }
}

/** The answer in the media type that has an example of this name. */
function withExample(spec: ResponseSpec, name: string): ResponseSpec | undefined {
  if (spec.examples.has(name)) return spec
  const choice = spec.choices.find(({ examples }) => examples.has(name))
  return choice && { ...spec, ...choice }
}

function overridden(session: Session, turn: Turn): Cutting | undefined {
  for (const override of session.overrides) {
    if (override.vendor !== turn.vendor.name || override.operation !== turn.operation?.id) continue
    const answer = override.answer(contextOf(turn))
    if (answer === undefined) continue
    const by = { stage: 'handle', because: `mock.on('${override.vendor}', '${override.operation}', …)` }
    const own = overrideAnswer(turn, override, answer)
    return { answer: own, fault: undefined, changes: NO_CHANGES, delay: 0, by, rule: undefined }
  }
  return undefined
}

function overrideAnswer(turn: Turn, override: Override, answer: OverrideAnswer): Answer {
  if (answer instanceof Promise) {
    // It is refused here and now; what becomes of it is nobody's concern.
    answer.catch(() => undefined)
    throw new TypeError(
      `Failed to answer ${override.operation}: mock.on() was given an async function. An override runs inside a transaction: return the answer itself.`,
    )
  }
  checkAnswer(override.operation, answer)
  if ('error' in answer) {
    const refusal = turn.vendor.errors.get(answer.error)
    const problem = refusal
      ? undocumented(turn.operation!, refusal)
      : `"${answer.error}" is not an error of ${turn.vendor.name}.${didYouMean(answer.error, turn.vendor.errors.keys())}`
    if (!refusal || problem) throw new TypeError(`Failed to answer ${override.operation}: ${problem}`)
    return playedError(turn, refusal)
  }
  const status = answer.status ?? turn.operation?.success?.status ?? 200
  const literal = {
    status,
    headers: Object.entries(answer.headers ?? {}).map(([name, value]) => [name, constant(value)] as const),
    body: answer.body === undefined ? undefined : constant(answer.body),
    offContract: answer.offContract,
  }
  return literalAnswer(turn, literal, documentedAs(turn, status))
}

function contextOf(turn: Turn) {
  const items = Object.fromEntries([...turn.items].map(([name, item]) => [name, item.read()] as const))
  return {
    operation: turn.operation!.id,
    params: turn.params,
    query: turn.query,
    headers: turn.call.headers,
    body: turn.body,
    job: [...turn.items.values()]
      .find((item) => turn.vendor.collections.get(item.collection)?.job !== undefined)
      ?.read(),
    items,
    now: turn.now,
  }
}
