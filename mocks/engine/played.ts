import { authenticate } from '../behaviour/authenticate.ts'
import { authorizeIssue } from '../behaviour/authorize.ts'
import { usedUp } from '../behaviour/limit.ts'
import { readToken } from '../behaviour/tokens/read-token.ts'
import type { Turn } from '../behaviour/turn.ts'
import { constant, type Scope, type Value, wholeValue } from '../spec/value.ts'
import type { Example, Limit, Refusal, ResponseSpec } from '../spec/vendor.ts'
import type { Answer } from './answer.ts'
import { exampleAnswer } from './build-answer.ts'
import { resolve } from './items.ts'
import { issueRoot } from './scope.ts'
import { runStep } from './steps.ts'

/**
 * A documented answer that nothing has caused: a rule, `next`, an override or `Prefer` asks for it. It is the vendor's own
 * for this request: live values are read as in an answer that has a cause, and a value that cannot be known stays as the
 * example has it.
 */
export function playedAnswer(turn: Turn, spec: ResponseSpec, example: Example | undefined, name: string): Answer {
  if (turn.reached !== 0) return render(turn, spec, example, name)
  // At arrival nobody has looked at the request; what the answer says of caller and item is looked up for it alone.
  const { credential, account, job, issues, refusedBy } = turn
  try {
    if (turn.operation) {
      authenticate(turn, readToken)
      turn.account ??= defaultAccount(turn)
      runStep(turn, 'resolve', resolve)
      turn.issues = issues
    }
    return render(turn, spec, example, name)
  } finally {
    Object.assign(turn, { credential, account, job, issues, refusedBy: turn.refusedBy ?? refusedBy })
    turn.items.clear()
  }
}

function render(turn: Turn, spec: ResponseSpec, example: Example | undefined, name: string): Answer {
  const limit = limitOf(turn, spec, example)
  if (limit && turn.refusedBy?.name !== limit.name) turn.refusedBy = usedUp(turn, limit)
  return exampleAnswer(turn, spec, example && known(turn, example, spec), name, limit !== undefined)
}

/** Who calls with a key that tells nothing: every unlisted key is set up like this one. */
function defaultAccount(turn: Turn): Turn['account'] {
  const settings = turn.situation.accounts.get('default')
  return settings && { id: 'default', name: 'default', settings }
}

/** The limit that refuses so: of several, one that counts the operation and that the scenario changes. */
function limitOf(turn: Turn, spec: ResponseSpec, example: Example | undefined): Limit | undefined {
  const isMeant = ({ refuse }: Limit): boolean => isSame(refuse, spec, example)
  const counting = (turn.operation ? turn.operation.limits : turn.vendor.unmatchedLimits).filter(isMeant)
  const isChanged = ({ name, settings }: Limit): boolean => turn.situation.limits.get(name) !== settings
  return counting.find(isChanged) ?? counting[0] ?? turn.vendor.limits.find(isMeant)
}

function isSame(refusal: Refusal, spec: ResponseSpec, example: Example | undefined): boolean {
  return refusal.response.name === spec.name && spec.name !== undefined && refusal.example?.name === example?.name
}

/** The example with its live values read, those left out that nobody knows. */
function known(turn: Turn, example: Example, spec: ResponseSpec): Example {
  if (example.headers.length === 0 && example.body.length === 0) return example
  const scope = new PlayedScope(turn, (refusal) => isSame(refusal, spec, example))
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
    // An expression asks for what is not there.
    return undefined
  }
}

/** What is there to read where nothing has gone wrong: no issues, but those that would follow from the document. */
class PlayedScope implements Scope {
  readonly #turn: Turn
  readonly #isMeant: (refusal: Refusal) => boolean
  readonly generate: Scope['generate']
  readonly list: Scope['list']

  constructor(turn: Turn, isMeant: (refusal: Refusal) => boolean) {
    this.#turn = turn
    this.#isMeant = isMeant
    this.generate = (schema, place) => turn.scope.generate(schema, place)
    this.list = (collection, where) => turn.scope.list(collection, where)
  }

  read(root: string): unknown {
    const turn = this.#turn
    if ((root !== 'issue' && root !== 'issues') || turn.issues.length > 0) return turn.scope.read(root)
    const issue = root === 'issue' ? authorizeIssue(turn, this.#isMeant) : undefined
    return issue && issueRoot(issue)
  }
}
