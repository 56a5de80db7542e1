import { authenticate } from '../../behaviour/authenticate/authenticate.ts'
import { authorizeIssue } from '../../behaviour/authorize.ts'
import { defaultAccount, type ExchangeState } from '../../behaviour/exchange.ts'
import { countingLimits, usedUp } from '../../behaviour/limit/limit.ts'
import { refuse } from '../../behaviour/outcome.ts'
import { readToken } from '../../behaviour/tokens/issue.ts'
import type { SchemaIssue } from '../../spec/schema/issue.ts'
import { constant, type Scope, type Value, wholeValue } from '../../spec/values/value.ts'
import type { Example, Refusal, ResponseSpec } from '../../spec/model/response.ts'
import type { Limit } from '../../spec/model/rules/limit.ts'
import { issueRoot } from '../exchange/scope.ts'
import { runStep } from '../exchange/vendor-code.ts'
import { resolve } from '../jobs/items.ts'
import type { Answer } from './answer.ts'
import { exampleAnswer } from './build-answer.ts'
import { likelyIssue } from './likely-issue.ts'

/**
 * A documented answer that nothing has caused: a rule, `next`, an override or `Prefer` asks for it. Its live values are
 * read as in a caused answer; an unknown value stays as in the example.
 */
export function playedAnswer(
  exchange: ExchangeState,
  spec: ResponseSpec,
  example: Example | undefined,
  name: string,
): Answer {
  if (exchange.reached !== 0) return render(exchange, spec, example, name)
  // At arrival no stage has run yet. The caller and the items are looked up for this answer alone, and then forgotten.
  const { account, credential, job, refused, items } = exchange
  try {
    if (exchange.operation) {
      authenticate(exchange, readToken)
      exchange.account ??= defaultAccount(exchange)
      runStep(exchange, 'resolve', resolve)
    }
    return render(exchange, spec, example, name)
  } finally {
    exchange.account = account
    exchange.credential = credential
    exchange.job = job
    exchange.items = items
    exchange.refused ??= refused
  }
}

function render(exchange: ExchangeState, spec: ResponseSpec, example: Example | undefined, name: string): Answer {
  const limit = limitOf(exchange, spec, example)
  if (limit && exchange.refused?.limit?.name !== limit.name) {
    const refused = exchange.refused ?? refuse('limit', limit.refuse, 429, `played: ${name}`)
    exchange.refused = { ...refused, limit: usedUp(exchange, limit) }
  }
  return exampleAnswer(exchange, spec, example && known(exchange, example, spec), {
    name,
    isLimited: limit !== undefined,
  })
}

/** The limit with this refusal: among those that count the operation, one the scenario changes, else the tightest. */
function limitOf(exchange: ExchangeState, spec: ResponseSpec, example: Example | undefined): Limit | undefined {
  const isMeant = ({ refuse }: Limit): boolean => isSame(refuse, spec, example)
  const counting = countingLimits(exchange).filter(isMeant)
  const isChanged = ({ name, settings }: Limit): boolean => exchange.situation.limits.get(name) !== settings
  return counting.find(isChanged) ?? tightestOf(exchange, counting) ?? exchange.vendor.limits.find(isMeant)
}

/** The limit that a client reaches first: the one with the fewest permits per time. */
function tightestOf(exchange: ExchangeState, limits: readonly Limit[]): Limit | undefined {
  if (limits.length < 2) return limits[0]
  const rates = limits.map((entry) => {
    const { limit, window = 1 } = usedUp(exchange, entry)
    return (limit ?? Infinity) / window
  })
  return limits[rates.indexOf(Math.min(...rates))]
}

function isSame(refusal: Refusal, spec: ResponseSpec, example: Example | undefined): boolean {
  return refusal.response.name === spec.name && spec.name !== undefined && refusal.example?.name === example?.name
}

/** The example with its live values, without those that are unknown. */
function known(exchange: ExchangeState, example: Example, spec: ResponseSpec): Example {
  if (example.headers.length === 0 && example.body.length === 0) return example
  const scope = new PlayedScope(exchange, (refusal) => isSame(refusal, spec, example))
  const read = (value: Value): Value | undefined => {
    const found = readWhole(value, scope)
    return found === undefined ? undefined : constant(found)
  }
  return {
    ...example,
    headers: example.headers.flatMap(([name, value]) => {
      const found = read(value)
      return found ? [[name, found] as const] : []
    }),
    body: example.body.flatMap((patch) => {
      const value = read(patch.value)
      return value ? [{ ...patch, value }] : []
    }),
  }
}

function readWhole(value: Value, scope: Scope): unknown {
  try {
    return wholeValue(value, scope)
  } catch {
    // An expression reads a value that does not exist.
    return undefined
  }
}

/** A scope for an answer that nothing has caused; its issue is one that the document allows for. */
class PlayedScope implements Scope {
  readonly #exchange: ExchangeState
  readonly #isMeant: (refusal: Refusal) => boolean
  readonly generate: Scope['generate']
  readonly list: Scope['list']

  constructor(exchange: ExchangeState, isMeant: (refusal: Refusal) => boolean) {
    this.#exchange = exchange
    this.#isMeant = isMeant
    this.generate = (schema, place) => exchange.scope.generate(schema, place)
    this.list = (collection, where) => exchange.scope.list(collection, where)
  }

  read(root: string): unknown {
    const exchange = this.#exchange
    if ((root !== 'issue' && root !== 'issues') || exchange.refused?.issues) return exchange.scope.read(root)
    const issue = authorizeIssue(exchange, this.#isMeant) ?? this.#likelyIssue()
    if (!issue) return undefined
    return root === 'issue' ? issueRoot(issue) : [issueRoot(issue)]
  }

  /** An issue, where the answer is the one for requests that break the schema. */
  #likelyIssue(): SchemaIssue | undefined {
    const { operation, vendor, scope } = this.#exchange
    const refusal = operation?.refusals.validate
    return refusal && this.#isMeant(refusal) ? likelyIssue(vendor, operation, scope) : undefined
  }
}
