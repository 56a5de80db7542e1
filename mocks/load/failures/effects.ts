import type { Rule, Then, VendorSituation } from '../../scenario/situation.ts'
import { answerName, limitRefusals } from '../../spec/compile/operation/documented-answers.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { type Limit, type LimitSettings, SIZE_KEYS } from '../../spec/model/rules/limit.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Refusal } from '../../spec/model/response.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { constantOf } from '../../spec/values/value.ts'

/** The effect of a scenario on good requests to one operation. */
export interface Effect {
  readonly operation: string
  /** A documented answer, as {@link answerName} writes it; undefined for a fault or an undocumented answer. */
  readonly answer: string | undefined
  readonly fault: string | undefined
  /** Whether it affects the first request. */
  readonly isFirst: boolean
  /** How many requests it takes, or how rare it is. The effect with the least effort is the clearest. */
  readonly effort: number
}

/** Number of requests assumed for a rule that applies by chance or to some requests only. */
const RARE = 1000

/** The effects of a scenario on operations that good requests are sent to. */
export function* effectsOf(vendor: Vendor, situation: VendorSituation): Generator<Effect> {
  for (const operation of vendor.operations.values()) {
    yield* effectsOfKeys(vendor, situation, operation)
    yield* effectsOfCredits(situation, operation)
    for (const limit of operation.limits) yield* effectsOfLimit(situation, operation, limit)
    for (const rule of situation.rules) yield* effectsOfRule(rule, operation)
  }
}

/** Effects of a scenario in which every key is invalid from the start. */
function* effectsOfKeys({ schemes }: Vendor, { accounts }: VendorSituation, operation: Operation): Generator<Effect> {
  const state = accounts.get('default')?.keys?.['*']
  const scheme = schemes.get(operation.security[0]?.[0] ?? '')
  if (state === undefined || state === 'active' || !scheme) return
  const refusal = scheme.refuse[state]
  if (refusal) yield* first(operation, refusalName(operation, refusal))
}

/** The effect of an account that cannot pay. */
function* effectsOfCredits({ accounts, grants }: VendorSituation, operation: Operation): Generator<Effect> {
  const ofJob = operation.job?.kind === 'start' ? operation.job.job.credits?.refuse : undefined
  const refusal = ofJob ?? operation.charge?.refuse
  const credits = accounts.get('default')?.credits
  if (!refusal || typeof credits !== 'number' || !grants.has('default')) return
  const answer = refusalName(operation, refusal)
  if (credits <= 0) yield* first(operation, answer)
  else if (answer !== undefined) yield { ...later(operation, credits), answer }
}

/** The effect of a limit that the scenario changes. */
function* effectsOfLimit(situation: VendorSituation, operation: Operation, limit: Limit): Generator<Effect> {
  const settings = situation.limits.get(limit.name)
  const answer = refusalName(operation, limit.refuse)
  if (settings && settings !== limit.settings && answer !== undefined)
    yield { ...later(operation, capacityOf(limit, settings)), answer }
}

/** How many requests pass or queue before a limit refuses one. */
export function capacityOf({ algorithm }: Limit, settings: LimitSettings): number {
  const size = constantOf(settings[SIZE_KEYS[algorithm]])?.value
  return typeof size === 'number' ? size * settings.instances + settings.queue : RARE
}

function* effectsOfRule({ when, then }: Rule, operation: Operation): Generator<Effect> {
  if (when.operations && !when.operations.has(operation.id)) return
  const isForAll =
    when.headers.length + when.query.length + when.body.length === 0 &&
    [when.credential, when.jobState, when.chance, when.status, when.time].every((condition) => condition === undefined)
  const from = when.call?.from ?? 1
  for (const [index, entry] of then.entries()) {
    const isFirst = isForAll && from === 1 && index === 0
    const own = effectOfEntry(operation, entry)
    if (own) yield { ...later(operation, isForAll ? from + index : RARE), ...own, isFirst }
  }
}

/** The documented answer, the fault, or the undocumented answer. */
function effectOfEntry(
  operation: Operation,
  { error, status, answer, fault }: Then,
): Partial<Pick<Effect, 'answer' | 'fault'>> | undefined {
  if (fault) return { fault: fault.name }
  if (error) {
    const found = refusalName(operation, error)
    return found === undefined ? undefined : { answer: found }
  }
  const sent = status ?? answer?.status
  if (sent === undefined || sent < 400) return undefined
  const code = responseFor(operation.responses, sent)?.code
  const isPlain = answer?.offContract === undefined && code !== undefined && limitRefusals(operation, code).length === 0
  return isPlain ? { answer: code } : { fault: `answer ${sent}` }
}

/** The documented error of the operation; undefined if it does not document one. */
export function refusalName(operation: Operation, refusal: Refusal): string | undefined {
  const response = operation.responses.find(({ name, code }) =>
    refusal.response.name === undefined ? code === refusal.response.code : name === refusal.response.name,
  )
  if (!response) return undefined
  const { code } = response
  const several = limitRefusals(operation, code)
  if (several.length === 0) return code
  return several.includes(refusal.name) ? answerName({ code, refusal: refusal.name }) : undefined
}

function* first(operation: Operation, answer: string | undefined): Generator<Effect> {
  if (answer !== undefined) yield { ...later(operation, 1), answer, isFirst: true }
}

function later(operation: Operation, effort: number): Effect {
  return { operation: operation.id, answer: undefined, fault: undefined, isFirst: false, effort }
}
